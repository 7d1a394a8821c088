"""The packet that would come next: what it holds, what changed, and sending it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.dependencies import Office, Read
from api.errors import sentence, status_of
from api.pages.office.pages import desk_address, office_router, page, speak
from api.pages.office.work import WorkOf
from api.rendering import redirect
from api.security.askers import Asker
from delivery.words import change_sentences
from docstore.errors import (
    DocstoreError,
    EditConflict,
    NobodyToNotify,
    PacketEmpty,
    PacketUnchanged,
    PacketWaiting,
    PersonalDataFound,
)
from docstore.language import Words
from docstore.rules.sentences import finding_name
from docstore.services import deliveries, desk, packets
from docstore.services.packets import Concern

router = office_router()

_REFUSALS = (
    EditConflict,
    NobodyToNotify,
    PacketEmpty,
    PacketUnchanged,
    PacketWaiting,
    PersonalDataFound,
)


@dataclass(frozen=True, slots=True)
class Findings:
    """What should be looked at in one document before everyone can read it."""

    version_id: str
    title: str
    found: list[tuple[str, str, str]]
    """Page, kind and masked excerpt, in words."""
    unread: str
    """Which pages nobody checked, in words; nothing when all were."""


def findings(words: Words, concerns: Sequence[Concern]) -> list[Findings]:
    """Group concerns by document, in words."""
    said = []
    for (version_id, title), each in groupby(concerns, lambda one: (one.version_id, one.title)):
        group = list(each)
        unread = [one.page for one in group if one.kind == "unread"]
        found = [
            (
                words("strona {page}", page=one.page) if one.page else "–",
                finding_name(words, one.kind),  # type: ignore[arg-type]  # unread ones are aside
                one.excerpt,
            )
            for one in group
            if one.kind != "unread"
        ]
        said.append(Findings(version_id, title, found, _unread_words(words, unread)))
    return said


def _unread_words(words: Words, pages: Sequence[int | None]) -> str:
    if not pages:
        return ""
    if None in pages:
        return words(
            "Nie sprawdzono pliku albo jego części, z których nie da się pewnie odczytać tekstu."
        )
    ranges = ", ".join(_ranges(page for page in pages if page is not None))
    return words(
        "Nie sprawdzono stron bez pewnego tekstu, na przykład skanów: {pages}.", pages=ranges
    )


def _ranges(pages: Iterable[int]) -> list[str]:
    """Return `1–3` and `7` for 1, 2, 3, 7."""
    runs: list[list[int]] = []
    for page_number in sorted(set(pages)):
        if runs and page_number == runs[-1][-1] + 1:
            runs[-1].append(page_number)
        else:
            runs.append([page_number])
    return [f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]


@router.get("/posiedzenia/{meeting_id}/pakiet")
def show(request: Request, asker: Office, session: Read, meeting_id: str) -> HTMLResponse:
    """Show what the next packet would hold and what stands in its way."""
    return _page(request, asker, session, meeting_id)


@router.post("/posiedzenia/{meeting_id}/pakiet")
def publish(work: WorkOf, meeting_id: str) -> Response:
    """Publish the packet and promise its notices; every refusal leaves things as they were."""
    reason = work.typed.text("reason")
    try:
        packet = packets.publish(
            work.session,
            work.acting,
            body_id=work.body_id,
            meeting_id=meeting_id,
            revision=work.typed.revision,
            personal_data_reason=reason,
        )
    except _REFUSALS as refusal:
        work.session.rollback()
        said = work.conflict(refusal) or sentence(refusal, work.words)
        return _page(
            work.request,
            work.asker,
            work.session,
            meeting_id,
            refusal=refusal,
            said=said,
            reason=reason,
        )
    done = work.words(
        "Wysłano pakiet {number}. Zawiadomienia idą właśnie pocztą; poniżej widać, kto je ma.",
        number=packet.number,
    )
    return redirect(f"{desk_address(work.asker, meeting_id)}/doreczenia", done=done)


def _page(
    request: Request,
    asker: Asker,
    session: Session,
    meeting_id: str,
    *,
    refusal: DocstoreError | None = None,
    said: str = "",
    reason: str = "",
) -> HTMLResponse:
    words = speak(request, asker)
    found = desk.desk(session, body_id=asker.body.id, meeting_id=meeting_id)
    preview = found.preview
    recipients = deliveries.recipients_of(session, found.meeting)
    entries = preview.plan.entries
    lacks_reason = isinstance(refusal, PersonalDataFound)
    return page(
        request,
        "office/packet.html",
        asker,
        status=status_of(refusal) if refusal else HTTPStatus.OK,
        desk=found,
        meeting=found.meeting,
        preview=preview,
        here_path=desk_address(asker, meeting_id),
        changes=change_sentences(words, preview.changes, number=preview.number)
        if found.packet and not preview.is_unchanged
        else [],
        findings=findings(words, preview.concerns),
        pages=sum(entry.pages or 0 for entry in entries if not entry.is_narrowed),
        size=sum(entry.version.size for entry in entries),
        reached=[each for each in recipients if each.person.email],
        unreached=[each for each in recipients if not each.person.email],
        said="" if lacks_reason else said,
        is_conflict=isinstance(refusal, EditConflict),
        reason=reason,
        errors=[("reason", words("Napisz, dlaczego mimo to publikujesz."))] if lacks_reason else [],
    )
