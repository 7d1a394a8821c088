"""One meeting as its recipient sees it: papers, what changed, the packet in one file, receipts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from api.dependencies import ActingOf, PartsOf, Read, Recipient, Write, check_form
from api.downloads import ObjectResponse
from api.pages.differences import differences
from api.pages.public.one_act import notices
from api.pages.reader import own_organizations
from api.pages.viewing import is_fetched_ahead
from api.rendering import redirect, render, words_for
from api.security.askers import Asker
from api.wiring import Parts
from delivery.words import change_sentence, ground_words, meeting_heading
from docstore.database import ReadSession
from docstore.errors import NotFound
from docstore.files.archive import safe_file_name
from docstore.language import Words
from docstore.models import Meeting, Packet, Receipt, Rendition
from docstore.rules.acts.druk import tells_druk
from docstore.rules.agenda_numbers import bare_label, spoken_numbers
from docstore.rules.document_role import DocumentRole
from docstore.rules.sentences import role_name
from docstore.services import calendar, comparing, packet_view, receipts, renditions
from docstore.services.acting import Acting
from docstore.services.changes import Change
from docstore.services.giving import Held, held
from docstore.services.manifest import files_of
from docstore.services.noting import Observed
from docstore.services.packet_view import FileView, ItemView, PacketView

router = APIRouter(
    prefix="/{slug}/moje/{meeting_id}",
    dependencies=[Depends(check_form)],
    include_in_schema=False,
)


def packet_for(session: ReadSession, asker: Asker, meeting_id: str) -> tuple[Meeting, Packet]:
    """Return a meeting of the asker's with its newest packet, or nothing at all."""
    return calendar.published_meeting(
        session,
        body_id=asker.body.id,
        meeting_id=meeting_id,
        organization_ids=own_organizations(asker),
    )


def _receives(asker: Asker, meeting: Meeting) -> bool:
    """Tell whether the meeting's packets are sent to the asker; the office only looks at them."""
    standing = asker.standing
    return standing is not None and (
        standing.is_guest or meeting.organization_id in standing.organization_ids
    )


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change in words, and the place on the page where it can be seen."""

    sentence: str
    anchor: str
    difference: tuple[str, str] | None = None
    """Of a file that was replaced: what changed in a line, and where it can be seen."""


def _numbers(view: PacketView) -> tuple[str, ...]:
    return spoken_numbers((item.depth, item.label) for item in view.items)


def _changes(
    words: Words,
    changes: Sequence[Change],
    view: PacketView,
    told: Mapping[str, tuple[str, str]],
) -> list[ChangeLine]:
    of_document = {
        file.document_id: f"#punkt-{place}"
        for place, item in enumerate(view.items, 1)
        for file in item.all_files
    } | {file.document_id: "#dokumenty" for file in view.files}
    of_number = {number: f"#punkt-{place}" for place, number in enumerate(_numbers(view), 1)}
    gone = {"file_removed", "item_removed", "meeting"}
    return [
        ChangeLine(
            change_sentence(words, change),
            ""
            if change["kind"] in gone
            else of_document.get(change.get("document", ""))
            or of_number.get(bare_label(change.get("label", "")), ""),
            told.get(change.get("version", "")),
        )
        for change in changes
    ]


def _facts(words: Words, item: ItemView) -> list[str]:
    """Return an item's matter and how much there is to read, where its files do not say it."""
    said = []
    druk = item.papers[0].druk if len(item.papers) == 1 else ""
    if druk and not tells_druk(item.title, druk):
        said.append(words("druk {number}", number=druk))
    pages = sum(file.pages or 0 for file in item.all_files)
    if pages and len(item.all_files) > 1:
        said.append(words.count(pages, "strona", "strony", "stron"))
    annexes = sum(file.role == DocumentRole.ANNEX for file in item.all_files)
    if annexes:
        said.append(words.count(annexes, "załącznik", "załączniki", "załączników"))
    return said


def _role(words: Words, file: FileView) -> str:
    """Return what a file is to its paper, where neither its place nor its own title says so."""
    role = role_name(words, DocumentRole(file.role))
    is_told = file.role == DocumentRole.MAIN or file.title.casefold().startswith(role.casefold())
    return "" if is_told else role


@router.get("")
def my_meeting(
    request: Request, asker: Recipient, session: Read, parts: PartsOf, meeting_id: str
) -> Response:
    """Show a meeting's papers, and what changed since the reader last looked."""
    if is_fetched_ahead(request):
        # A browser that fetches ahead has shown nothing: it may ask again when somebody looks.
        return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE)
    words = words_for(request, asker.body)
    meeting, packet = packet_for(session, asker, meeting_id)
    view = packet_view.packet_view(session, packet, asker.visibility)
    before = receipts.opened_before(session, packet=packet, person_id=asker.person_id or "")
    changes = packet_view.changes_since(
        session, before=before, now=packet, visibility=asker.visibility
    )
    mine = _receipts(session, asker, packet)
    made = renditions.renditions_of(session, packet.id)
    versions = [file.version_id for file in view.all_files]
    older = comparing.versions_before(session, asker.visibility, versions)
    older = _last_seen(session, asker, view, before, older)
    replaced = differences(session, words, asker.body.slug, older)
    told = _changes(words, changes, view, replaced)
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
        before_seen=_receipts(session, asker, before)["opened"].last_at if before else None,
        is_first_look="opened" not in mine,
        changes=told,
        changed={change["document"] for change in changes if "document" in change},
        new_places={line.anchor for line in told},
        numbers=_numbers(view),
        facts=lambda item: _facts(words, item),
        ground=lambda code: ground_words(words, code),
        role_words=lambda file: _role(words, file),
        opened=renditions.with_made(session, versions, renditions.OPENED),
        differences=replaced,
        pdf=made.get("packet_pdf"),
        zip=made.get("packet_zip"),
        pages=sum(file.pages or 0 for file in view.all_files if file.first_page),
        acknowledged=mine.get("acknowledged"),
        is_recipient=_receives(asker, meeting),
        notices=notices(words, calendar.taken_from_members(session, packet.id)),
    )
    session.close()  # as in files.given: reading is over before anybody waits
    note(parts, asker, meeting, packet, kind="opened")
    return response


def _last_seen(
    session: Session,
    asker: Asker,
    view: PacketView,
    before: Packet | None,
    older: Mapping[str, str],
) -> dict[str, str]:
    """Return the version that each file is told apart from: the one its reader saw last.

    Where they may not see that any more, the newest older one that they may.
    """
    seen = files_of(json.loads(before.manifest)) if before else {}
    last = {document: file["version"] for document, file in seen.items()}
    may_see = comparing.visible(session, asker.visibility, last.values())
    told = {
        file.version_id: last[file.document_id]
        if last.get(file.document_id) in may_see
        else older[file.version_id]
        for file in view.all_files
        if file.version_id in older
    }
    return {version: one for version, one in told.items() if version != one}


def _receipts(session: Session, asker: Asker, packet: Packet) -> dict[str, Receipt]:
    rows = session.scalars(
        select(Receipt).where(Receipt.packet_id == packet.id, Receipt.person_id == asker.person_id)
    )
    return {row.kind: row for row in rows}


def note(
    parts: Parts, asker: Asker, meeting: Meeting, packet: Packet, *, kind: str, subject: str = ""
) -> None:
    """Write a receipt of a recipient's; the office's own looking is none."""
    if asker.person is None or not _receives(asker, meeting):
        return
    acting = Acting(asker.person.id, parts.clock.now())
    parts.notes.note(Observed(asker.body.id, asker.person.id, packet.id, kind, subject, acting))


@router.post("/potwierdzenie")
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
    meeting, packet = packet_for(ReadSession(session), asker, meeting_id)
    if asker.person is None or not _receives(asker, meeting):
        raise NotFound
    if packet.id != pakiet:
        return redirect(
            page, attention=words("W międzyczasie przyszedł nowy pakiet. Obejrzyj go i potwierdź.")
        )
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


@router.api_route("/{number}/{name}", methods=["GET", "HEAD"])
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
    meeting, newest = packet_for(session, asker, meeting_id)
    if not 1 <= number <= newest.number or name not in _KINDS:
        raise NotFound
    packet = session.scalar(
        select(Packet).where(Packet.meeting_id == meeting.id, Packet.number == number)
    )
    if packet is None:
        raise NotFound
    kind, subject = _KINDS[name]
    made = renditions.renditions_of(session, packet.id).get(kind)
    if made is None or made.sha256 is None:
        return RedirectResponse(
            f"/{asker.body.slug}/moje/{newest.meeting_id}", status_code=HTTPStatus.SEE_OTHER
        )
    found = held(session, body_id=asker.body.id, sha256=made.sha256)
    described = _described(found, made, meeting, packet, subject)
    session.close()  # as in files.given: reading is over before anybody waits
    begun = partial(note, parts, asker, meeting, packet, kind="downloaded", subject=subject)
    return described.answer(request, parts.giver, save=bool(zapisz), begun=begun)


def _described(
    found: Held, made: Rendition, meeting: Meeting, packet: Packet, suffix: str
) -> ObjectResponse:
    heading = meeting_heading(Words(), meeting)
    name = f"{heading} - pakiet {packet.number}.{suffix}"
    return ObjectResponse(
        found,
        media_type=made.media_type,
        file_name=safe_file_name(name),
        modified_at=made.made_at,
    )
