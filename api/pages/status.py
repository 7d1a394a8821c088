"""The administrator's page: what runs where, what waits, what failed, and whether all agrees."""

from datetime import timedelta

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.checking import Report, check
from api.dependencies import Administrator, PartsOf, Read, Write, check_form
from api.rendering import redirect, render, words_for
from api.security.askers import Asker
from api.state.conditions import Doctor
from api.state.machine import limit_words, places, refused_limits
from api.state.told import told
from api.wiring import Parts
from delivery.words import answer_words
from docstore import outbox
from docstore.backup.last import last_backup
from docstore.database import ReadSession
from docstore.errors import NotFound
from docstore.language import Words
from docstore.models import OutboxMessage
from docstore.services import setup
from docstore.services.damage import damaged_count, damaged_names
from docstore.services.figures import figures

router = APIRouter(
    prefix="/{slug}/stan", dependencies=[Depends(check_form)], include_in_schema=False
)

# The longest list that anybody reads; the command line lists the rest.
_MOST_TOLD = 50
# One missed night is a full disk or a reboot; two are a backup that nobody makes.
_BACKUP_OLD = timedelta(days=2)


@router.get("")
def status(request: Request, asker: Administrator, session: Read, parts: PartsOf) -> Response:
    """Show the state of the installation in words."""
    return _page(request, asker, session, parts, report=None)


def _page(
    request: Request, asker: Asker, session: ReadSession, parts: Parts, *, report: Report | None
) -> Response:
    words = words_for(request, asker.body)
    doctor: Doctor = request.app.state.doctor
    health = doctor.look()
    backed_up = last_backup(parts.settings.data_dir)
    checked_at, check_passed_at = setup.last_check(session)
    waiting = [row for row in outbox.messages(session, limit=1000) if _is_own(asker, row)]
    return render(
        request,
        "status/status.html",
        asker=asker,
        audience="office",
        is_well=health.is_well,
        conditions=[(each, told(words, each)) for each in health.conditions.values()],
        backends=places(parts.settings, words),
        renderer=parts.renderer.tool if parts.renderer else "",
        recogniser=parts.recogniser.tool if parts.recogniser else "",
        unlimited=[limit_words(words, name) for name in refused_limits()],
        damaged=damaged_names(session, asker.body.id),
        damaged_count=damaged_count(session),
        figures=figures(session, body_id=asker.body.id),
        work=outbox.backlog(session),
        backed_up=backed_up,
        is_backup_old=backed_up is not None and parts.clock.now() - backed_up.at > _BACKUP_OLD,
        messages=waiting[:_MOST_TOLD],
        more=len(waiting[_MOST_TOLD:]),
        task=lambda topic: _task_words(words, topic),
        answer=lambda text: _error_words(words, text),
        checked_at=checked_at,
        check_passed_at=check_passed_at,
        report=report,
    )


def _is_own(asker: Asker, row: OutboxMessage) -> bool:
    """Tell whether a task is this council's or nobody's: councils are strangers to each other."""
    return bool(row.payload.get("body", asker.body.id) == asker.body.id)


def _error_words(words: Words, error: str) -> str:
    """Return why a message is not done: our own words for what we know, else the error's."""
    if error == outbox.WORKER_DIED:
        return words("proces serwera kończył się przy tym zadaniu za każdym razem")
    return answer_words(words, error)


def _task_words(words: Words, topic: str) -> str:
    """Return what a task does; one without words here keeps its own name."""
    return {
        "version.read": words("odczytanie pliku"),
        "version.render": words("PDF z pliku Word"),
        "version.recognise": words("rozpoznanie tekstu skanu"),
        "version.compare": words("porównanie z poprzednią wersją"),
        "index": words("wpisanie do wyszukiwarki"),
        "packet.bundle": words("złożenie pakietu w PDF i ZIP"),
        "packet.notify": words("przygotowanie zawiadomień"),
        "delivery.send": words("wysłanie zawiadomienia"),
        "link.send": words("wysłanie linku"),
        "exclusion.clear": words("usunięcie wyłączonego dokumentu z wyszukiwarki"),
        "version.erase": words("usunięcie zniszczonego dokumentu"),
        "upkeep": words("porządki"),
    }.get(topic, topic)


@router.post("/sprawdzenie")
def check_now(request: Request, asker: Administrator, parts: PartsOf) -> Response:
    """Verify ledger, bytes and index now, and show what was found."""
    report = check(parts, words_for(request, asker.body), body_id=asker.body.id)
    with parts.database.reading() as session:
        return _page(request, asker, session, parts, report=report)


@router.post("/zadania/{message_id}")
def retry(request: Request, asker: Administrator, session: Write, message_id: int) -> Response:
    """Open a message again that was given up."""
    words = words_for(request, asker.body)
    row = session.get(OutboxMessage, message_id)
    if row is None or not _is_own(asker, row):
        raise NotFound
    outbox.retry(session, message_id)
    return redirect(f"/{asker.body.slug}/stan", done=words("Zadanie wróciło do kolejki."))
