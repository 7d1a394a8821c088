"""The application: routes, middleware, and the life of its parts."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from api.pages import routers as page_routers
from api.refusals import answer_refusals
from api.rendering import STATIC
from api.requests import Requests
from api.security.bodies import BodyLimit
from api.security.headers import Headers
from api.security.limits import Bucket
from api.state.common import common_folder
from api.state.conditions import Doctor
from api.state.health import router as health
from api.state.metrics import Measured, Metrics
from api.v1 import routers as interface
from api.v1.description import Application
from api.v1.once import Replayed, UnderWay, replay
from api.v1.sharing import Sharing
from api.wiring import Parts


def create_app(
    parts: Parts, *, extra: Sequence[APIRouter] = (), workers: int | None = None
) -> FastAPI:
    """Build the application over parts that somebody else opened.

    `extra` is the demo's routes, `workers` how many threads of each lane, as the settings say where
    it is left out.
    """
    count = parts.settings.workers if workers is None else workers
    folder = common_folder()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        parts.start_workers(count)
        yield
        parts.close()

    app = _Numbered(
        title="Teczka",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        redirect_slashes=False,  # its address would come from the Host header; see api/refusals.py
        lifespan=lifespan,
    )
    app.state.parts = parts
    app.state.doctor = Doctor(parts, folder)
    app.state.metrics = Metrics(folder)
    app.state.under_way = UnderWay()
    app.state.search_limit = Bucket(rate=5, burst=60)
    app.state.drawing_limit = Bucket(rate=20, burst=300)  # thumbnails come by the dozen
    app.mount("/static", _KeptStatic(directory=STATIC), name="static")
    for router in (health, *interface(), *extra, *page_routers()):
        _add(app, router)
    answer_refusals(app)
    app.add_exception_handler(Replayed, replay)
    app.add_middleware(Sharing)
    app.add_middleware(BodyLimit, largest_mb=parts.settings.max_upload_mb, room=parts.room)
    app.add_middleware(Headers, is_https=parts.settings.public_url.startswith("https://"))
    app.add_middleware(Measured, metrics=app.state.metrics)
    return app


def _add(app: FastAPI, router: APIRouter) -> None:
    """Give an application a router's routes as they are: each has its whole path already.

    To include the router would make every route a second time at the first request, half a second
    of work, and leave the prefix of those nested out of the log.
    """
    app.router.routes.extend(router.routes)


class _Numbered(Application):
    """An application whose requests have numbers, those that end in an error of ours included."""

    def build_middleware_stack(self) -> ASGIApp:
        """Put the numbers outside of everything, even of what answers for our own errors."""
        settings = self.state.parts.settings
        return Requests(super().build_middleware_stack(), trusted=settings.trusted_proxies)


class _KeptStatic(StaticFiles):
    """Our own files; their addresses change with their content, so browsers may keep them."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """Return the file with leave to keep it for a year."""
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]  # passed on
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
