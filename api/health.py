"""Whether the process lives, whether its parts answer, and its figures."""

from http import HTTPStatus

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from starlette.responses import JSONResponse, Response

from api.dependencies import PartsOf
from api.wiring import Parts
from docstore.errors import DocstoreError
from docstore.outbox import backlog
from docstore.services.damage import damaged_count

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def alive() -> JSONResponse:
    """Say that the process answers."""
    return JSONResponse({"status": "ok"})


def states(parts: Parts) -> dict[str, str]:
    """Return each part's state: `ok` or the code of what is wrong."""
    found: dict[str, str] = {}
    for name, ping in (
        ("record", parts.database.ping),
        ("objects", parts.store.ping),
        ("search", parts.engine.ping),
    ):
        try:
            ping()
        except DocstoreError as error:
            found[name] = error.code
        else:
            found[name] = "ok"
    return found


@router.get("/readyz")
def ready(parts: PartsOf) -> JSONResponse:
    """Say whether every part answers and no work was given up."""
    found: dict[str, object] = dict(states(parts))
    is_ready = all(state == "ok" for state in found.values())
    if found["record"] == "ok":
        with parts.database.reading() as session:
            work = backlog(session)
        found["waiting"], found["parked"] = work.waiting, work.parked
    status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    return JSONResponse({"ready": is_ready, **found}, status_code=status)


@router.get("/metrics")
def metrics(parts: PartsOf) -> Response:
    """Return the figures that a monitoring system collects."""
    registry = CollectorRegistry()
    up = Gauge("teczka_part_up", "1 when the part answers", ["part"], registry=registry)
    for name, state in states(parts).items():
        up.labels(name).set(1 if state == "ok" else 0)
    with parts.database.reading() as session:
        work = backlog(session)
        damaged = damaged_count(session)
    refused = Gauge("teczka_objects_damaged", "Objects refused for wrong bytes", registry=registry)
    refused.set(damaged)
    messages = Gauge("teczka_outbox_messages", "Work not done", ["state"], registry=registry)
    messages.labels("waiting").set(work.waiting)
    messages.labels("parked").set(work.parked)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
