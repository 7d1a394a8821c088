"""The application: routes, refusals as answers, headers, and the life of its parts."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from api.dependencies import FormExpired, SignInNeeded
from api.errors import RETRY_AFTER, sentence, status_of
from api.health import router as health
from api.pages import routers as page_routers
from api.rendering import STATIC, render, words_for
from api.security.askers import Asker
from api.security.headers import AccessLog, Headers
from api.security.limits import Bucket
from api.v1 import router as v1
from api.wiring import Parts
from docstore.errors import DocstoreError, TooManyTries

_PROBLEM = "application/problem+json"


def create_app(parts: Parts, *, extra: Sequence[APIRouter] = ()) -> FastAPI:
    """Build the application over parts that somebody else opened; `extra` is the demo's routes."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        parts.start_workers(parts.settings.workers)
        yield
        parts.close()

    app = FastAPI(
        title="Teczka",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        lifespan=lifespan,
    )
    app.state.parts = parts
    app.state.search_limit = Bucket(rate=5, burst=60)
    app.mount("/static", _KeptStatic(directory=STATIC), name="static")
    app.include_router(health)
    app.include_router(v1)
    for router in (*extra, *page_routers()):
        app.include_router(router)
    _answer_refusals(app)
    app.add_middleware(Headers, is_https=parts.settings.public_url.startswith("https://"))
    app.add_middleware(AccessLog)
    return app


class _KeptStatic(StaticFiles):
    """Our own files; their addresses change with their content, so browsers may keep them."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """Return the file with leave to keep it for a year."""
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]  # passed on
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def _answer_refusals(app: FastAPI) -> None:
    handlers: dict[type[Exception], Callable[[Request, Exception], Response]] = {
        DocstoreError: _refused,
        SignInNeeded: _sign_in_needed,
        FormExpired: _form_expired,
        HTTPException: _http_error,
        RequestValidationError: _malformed,
        Exception: _broken,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def problem(request: Request, status: int, *, code: str, detail: str) -> Response:
    """Return a refusal as RFC 9457 asks, or as a page for somebody with a browser."""
    headers = {"Retry-After": RETRY_AFTER} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    if wants_json(request):
        body = {
            "type": f"/api/v1/problems/{code}",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": detail,
            "code": code,
        }
        return JSONResponse(body, status_code=status, media_type=_PROBLEM, headers=headers)
    asker: Asker | None = getattr(request.state, "asker", None)
    response = render(
        request,
        "error.html",
        asker=asker,
        audience="office" if asker and asker.is_office else "public",
        status=status,
        sentence=detail,
        code=code,
        status_code=status,
    )
    response.headers.update(headers)
    return response


def wants_json(request: Request) -> bool:
    """Tell whether the asker is a program: the interface, or a script of a page."""
    accept = request.headers.get("accept", "")
    return request.url.path.startswith("/api/") or (
        "application/json" in accept and "text/html" not in accept
    )


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, DocstoreError)  # noqa: S101 - registered for this class
    asker: Asker | None = getattr(request.state, "asker", None)
    words = words_for(request, asker.body if asker else None)
    response = problem(request, status_of(error), code=error.code, detail=sentence(error, words))
    if isinstance(error, TooManyTries):
        response.headers["Retry-After"] = str(error.fields["seconds"])
    return response


def _sign_in_needed(request: Request, error: Exception) -> Response:
    del error
    if wants_json(request):
        words = words_for(request)
        return problem(
            request,
            HTTPStatus.UNAUTHORIZED,
            code="sign_in_needed",
            detail=words("Zaloguj się, aby przejść dalej."),
        )
    slug = request.path_params["slug"]
    return RedirectResponse(
        f"/{slug}/wejscie?dalej={request.url.path}", status_code=HTTPStatus.SEE_OTHER
    )


def _form_expired(request: Request, error: Exception) -> Response:
    del error
    return problem(
        request,
        HTTPStatus.FORBIDDEN,
        code="form_expired",
        detail=words_for(request)(
            "Ten formularz stracił ważność. Niczego nie zmieniono: wróć, odśwież stronę "
            "i wyślij go jeszcze raz."
        ),
    )


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class
    words = words_for(request)
    sentences = {
        HTTPStatus.NOT_FOUND: words("Nie ma takiej strony albo nie jest ona dla Ciebie dostępna."),
        HTTPStatus.METHOD_NOT_ALLOWED: words("Tego adresu nie można użyć w ten sposób."),
    }
    detail = sentences.get(HTTPStatus(error.status_code), words("Nie można wykonać tej czynności."))
    return problem(request, error.status_code, code=f"http_{error.status_code}", detail=detail)


def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class
    words = words_for(request)
    names = sorted({str(each["loc"][-1]) for each in error.errors() if each.get("loc")})
    return problem(
        request,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        code="malformed",
        detail=words("Nie można przyjąć tych danych: {fields}.", fields=", ".join(names)),
    )


def _broken(request: Request, error: Exception) -> Response:
    del error  # the server logs it with its trace
    return problem(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        code="internal",
        detail=words_for(request)(
            "Po naszej stronie wystąpił błąd. To, co już zapisano, jest bezpieczne; "
            "spróbuj ponownie za chwilę."
        ),
    )
