"""The administrator's page: what runs where, what waits, what failed, and whether all agrees."""

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.checking import Report, check
from api.dependencies import ActingOf, Administrator, PartsOf, Read, Write, check_form
from api.health import states
from api.rendering import redirect, render, words_for
from api.security.askers import Asker
from api.wiring import Parts
from docstore import outbox
from docstore.database import ReadSession
from docstore.files.sandbox import limits_in_force
from docstore.services.figures import figures

router = APIRouter(
    prefix="/{slug}/stan", dependencies=[Depends(check_form)], include_in_schema=False
)


@router.get("")
def status(request: Request, asker: Administrator, session: Read, parts: PartsOf) -> Response:
    """Show the state of the installation in words."""
    return _page(request, asker, session, parts, report=None)


def _page(
    request: Request, asker: Asker, session: ReadSession, parts: Parts, *, report: Report | None
) -> Response:
    settings = parts.settings
    return render(
        request,
        "status/status.html",
        asker=asker,
        audience="office",
        states=states(parts),
        backends={
            "record": settings.database_url,
            "objects": settings.object_store_url,
            "search": settings.search_url,
            "mail": settings.smtp_url,
        },
        renderer=parts.renderer.tool if parts.renderer else "",
        unlimited=[name for name, is_on in limits_in_force().items() if not is_on],
        figures=figures(session),
        work=outbox.backlog(session),
        messages=outbox.messages(session, limit=50),
        report=report,
    )


@router.post("/sprawdzenie")
def check_now(request: Request, asker: Administrator, session: Read, parts: PartsOf) -> Response:
    """Verify ledger, bytes and index now, and show what was found."""
    report = check(parts, words_for(request, asker.body))
    return _page(request, asker, session, parts, report=report)


@router.post("/zadania/{message_id}")
def retry(
    request: Request, asker: Administrator, acting: ActingOf, session: Write, message_id: int
) -> Response:
    """Open a message again that was given up."""
    words = words_for(request, asker.body)
    outbox.retry(session, message_id, at=acting.at)
    return redirect(f"/{asker.body.slug}/stan", done=words("Zadanie wróciło do kolejki."))
