"""Whether the process lives, whether its parts answer, and its figures."""

from http import HTTPStatus
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import JSONResponse, Response

from api.rendering import words_for
from api.shown import Shown
from api.state.conditions import Doctor, Health
from api.state.metrics import Metrics
from api.state.told import told

router = APIRouter(include_in_schema=False, route_class=Shown)


async def _looked(request: Request) -> Health:
    """Look in a thread that no other request can have: it answers while all of those hang."""
    doctor: Doctor = request.app.state.doctor
    return await to_thread.run_sync(doctor.look, limiter=doctor.limiter)


Looked = Annotated[Health, Depends(_looked)]
"""How every part of the installation is, now."""


@router.get("/healthz")
async def alive() -> JSONResponse:
    """Say that the process answers."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
async def ready(request: Request, health: Looked) -> JSONResponse:
    """Say how each part is, in a code and in words; 503 while nothing can be taken in.

    It answers within about two seconds, whatever is down.
    """
    words = words_for(request)
    parts = {}
    for name, each in health.conditions.items():
        said = told(words, each)
        sentence = f"{said.name}: {said.state}. {said.means}"
        parts[name] = {"code": each.code, "since": each.since.isoformat(), "sentence": sentence}
    answer: dict[str, object] = {"ready": health.is_ready, "well": health.is_well, "parts": parts}
    if health.vitals is not None:
        oldest, last = health.vitals.oldest_at, health.vitals.upkeep_at
        answer["waiting"], answer["parked"] = health.vitals.waits, health.vitals.given_up
        answer["oldest_waiting_since"] = oldest.isoformat() if oldest else None
        answer["last_upkeep_at"] = last.isoformat() if last else None
        answer["damaged_objects"] = health.vitals.damaged
    if health.free is not None:
        answer["free_bytes"] = health.free
    status = HTTPStatus.OK if health.is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    return JSONResponse(answer, status_code=status, headers={"Cache-Control": "no-store"})


@router.get("/metrics")
async def metrics(request: Request, health: Looked) -> Response:
    """Return the figures that a monitoring system collects, within about two seconds."""
    counted: Metrics = request.app.state.metrics
    page = counted.page(health, floor=request.app.state.parts.room.floor)
    return Response(page, media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})
