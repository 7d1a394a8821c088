"""The councillor's and the guest's pages: my meetings, the papers of one, what is known of me."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy import select
from starlette.responses import RedirectResponse, Response

from api.dependencies import ActingOf, PartsOf, Read, Recipient, Write, check_form
from api.downloads import ObjectResponse
from api.rendering import redirect, render, words_for
from api.security.askers import Asker
from api.wiring import Parts
from delivery.words import change_sentence, ground_words, meeting_heading
from docstore.database import ReadSession
from docstore.errors import NotFound
from docstore.files.archive import safe_file_name
from docstore.language import Words
from docstore.models import Meeting, Packet, Receipt, Rendition
from docstore.rules.document_role import DocumentRole
from docstore.rules.sentences import role_name
from docstore.services import reading, receipts
from docstore.services.acting import Acting
from docstore.services.own_record import own_record

router = APIRouter(
    prefix="/{slug}/moje", dependencies=[Depends(check_form)], include_in_schema=False
)


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting in a reader's list, and whether there is something to look at."""

    meeting: Meeting
    packet: Packet
    heading: str
    state: Literal["new", "changed", "opened"]


def _meetings(session: ReadSession, asker: Asker) -> list[tuple[Meeting, Packet]]:
    """Return the meetings whose packets come to the asker; the office sees all."""
    standing = asker.standing
    everything = asker.is_office or (standing is not None and standing.is_guest)
    own = None if everything or standing is None else standing.organization_ids
    return reading.published_meetings(session, body_id=asker.body.id, organization_ids=own)


@router.get("")
def my_meetings(request: Request, asker: Recipient, session: Read, parts: PartsOf) -> Response:
    """List the reader's meetings: those to come, then those of before."""
    words = words_for(request, asker.body)
    opened = _opened(session, asker)
    lines = [
        MeetingLine(
            meeting, packet, meeting_heading(words, meeting, meeting.organization.name),
            _state(meeting, packet, opened),
        )
        for meeting, packet in _meetings(session, asker)
    ]  # fmt: skip
    today = words.local(parts.clock.now()).date()
    coming = [line for line in lines if words.local(line.meeting.starts_at).date() >= today]
    return render(
        request,
        "reader/meetings.html",
        asker=asker,
        audience="reader",
        coming=list(reversed(coming)),
        past=[line for line in lines if line not in coming],
    )


def _opened(session: ReadSession, asker: Asker) -> dict[str, int]:
    """Return the highest packet number the asker has opened, by meeting."""
    rows = session.execute(
        select(Packet.meeting_id, Packet.number)
        .join(Receipt, Receipt.packet_id == Packet.id)
        .where(Receipt.person_id == asker.person_id, Receipt.kind == "opened")
    )
    found: dict[str, int] = {}
    for meeting_id, number in rows:
        found[meeting_id] = max(number, found.get(meeting_id, 0))
    return found


def _state(
    meeting: Meeting, packet: Packet, opened: dict[str, int]
) -> Literal["new", "changed", "opened"]:
    seen = opened.get(meeting.id, 0)
    if seen == 0:
        return "new"
    return "opened" if seen >= packet.number else "changed"


@router.get("/zapisy")
def own_data(request: Request, asker: Recipient, session: Read) -> Response:
    """Show everything the system holds about the person who asks."""
    if asker.person is None:
        raise NotFound
    words = words_for(request, asker.body)
    found = own_record(session, asker.person)
    return render(
        request,
        "reader/own_record.html",
        asker=asker,
        audience="reader",
        record=found,
        headings={each.meeting.id: meeting_heading(words, each.meeting) for each in found.receipts},
    )


def _packet_for(session: ReadSession, asker: Asker, meeting_id: str) -> tuple[Meeting, Packet]:
    """Return a meeting of the asker's with its newest packet, or nothing at all."""
    for meeting, packet in _meetings(session, asker):
        if meeting.id == meeting_id:
            return meeting, packet
    raise NotFound


@router.get("/{meeting_id}")
def my_meeting(
    request: Request, asker: Recipient, session: Read, parts: PartsOf, meeting_id: str
) -> Response:
    """Show a meeting's papers, and what changed since the reader last looked."""
    words = words_for(request, asker.body)
    meeting, packet = _packet_for(session, asker, meeting_id)
    view = reading.packet_view(session, packet, asker.visibility)
    before = reading.opened_before(session, packet=packet, person_id=asker.person_id or "")
    changes = reading.changes_since(session, before=before, now=packet, visibility=asker.visibility)
    mine = _receipts(session, asker, packet)
    response = render(
        request,
        "reader/meeting.html",
        asker=asker,
        audience="reader",
        meeting=meeting,
        heading=meeting_heading(words, meeting, meeting.organization.name),
        packet=packet,
        view=view,
        before=before,
        changes=[(change_sentence(words, change), change) for change in changes],
        changed={change["document"] for change in changes if "document" in change},
        ground=lambda code: ground_words(words, code),
        role_words=lambda role: role_name(words, DocumentRole(role)),
        renditions=reading.renditions_of(session, packet.id),
        pages=sum(file.pages or 0 for file in view.all_files if file.first_page),
        acknowledged_at=mine.get("acknowledged"),
        is_recipient=asker.is_recipient,
    )
    _note(parts, asker, packet, kind="opened")
    return response


def _receipts(session: ReadSession, asker: Asker, packet: Packet) -> dict[str, object]:
    rows = session.scalars(
        select(Receipt).where(Receipt.packet_id == packet.id, Receipt.person_id == asker.person_id)
    )
    return {row.kind: row.first_at for row in rows}


def _note(parts: Parts, asker: Asker, packet: Packet, *, kind: str, subject: str = "") -> None:
    """Write a receipt of a recipient's; the office's own looking is none."""
    if asker.person is None or not asker.is_recipient:
        return
    acting = Acting(asker.person.id, parts.clock.now())
    with parts.database.transaction() as session:
        receipts.record(
            session,
            acting,
            body_id=asker.body.id,
            packet_id=packet.id,
            person_id=asker.person.id,
            kind=kind,
            subject=subject,
        )


@router.post("/{meeting_id}/potwierdzenie")
def acknowledge(
    request: Request,
    asker: Recipient,
    acting: ActingOf,
    session: Write,
    meeting_id: str,
    pakiet: Annotated[str, Form()] = "",
) -> Response:
    """Record that the reader confirms having received exactly the packet they were looking at."""
    words = words_for(request, asker.body)
    page = f"/{asker.body.slug}/moje/{meeting_id}"
    _, packet = _packet_for(ReadSession(session), asker, meeting_id)
    if packet.id != pakiet:
        return redirect(
            page, attention=words("W międzyczasie przyszedł nowy pakiet. Obejrzyj go i potwierdź.")
        )
    if asker.person is None or not asker.is_recipient:
        raise NotFound
    receipts.record(
        session,
        acting,
        body_id=asker.body.id,
        packet_id=packet.id,
        person_id=asker.person.id,
        kind="acknowledged",
    )
    return redirect(page, done=words("Odbiór potwierdzony. Dziękujemy."))


_KINDS = {"pakiet.pdf": ("packet_pdf", "pdf"), "pakiet.zip": ("packet_zip", "zip")}


@router.api_route("/{meeting_id}/{number}/{name}", methods=["GET", "HEAD"])
def packet_file(
    request: Request,
    asker: Recipient,
    session: Read,
    parts: PartsOf,
    meeting_id: str,
    number: int,
    name: str,
    zapisz: str = "",
) -> Response:
    """Give out a packet as one PDF or one ZIP."""
    meeting, newest = _packet_for(session, asker, meeting_id)
    packet = session.scalar(
        select(Packet).where(Packet.meeting_id == meeting.id, Packet.number == number)
    )
    if packet is None or name not in _KINDS:
        raise NotFound
    kind, subject = _KINDS[name]
    rendition = reading.renditions_of(session, packet.id).get(kind)
    if rendition is None or rendition.sha256 is None:
        return RedirectResponse(
            f"/{asker.body.slug}/moje/{newest.meeting_id}", status_code=HTTPStatus.SEE_OTHER
        )
    answer = _stored(asker, rendition, meeting, packet, subject).answer(
        request, parts.store, save=bool(zapisz)
    )
    if request.method == "GET" and answer.status_code == HTTPStatus.OK:
        _note(parts, asker, packet, kind="downloaded", subject=subject)
    return answer


def _stored(
    asker: Asker, rendition: Rendition, meeting: Meeting, packet: Packet, suffix: str
) -> ObjectResponse:
    heading = meeting_heading(Words(), meeting)
    name = f"{heading} - pakiet {packet.number}.{suffix}"
    return ObjectResponse(
        body_id=asker.body.id,
        sha256=rendition.sha256 or "",
        size=rendition.size,
        media_type=rendition.media_type,
        file_name=safe_file_name(name),
    )
