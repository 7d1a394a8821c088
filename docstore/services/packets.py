"""Publishing: a packet is a snapshot; a change makes the next one (DESIGN promise 5)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docstore.database import WriteSession
from docstore.errors import PacketEmpty, PacketUnchanged, PacketWaiting, PersonalDataFound
from docstore.files.problems import Problem
from docstore.models import (
    Body,
    Facts,
    Meeting,
    Packet,
    PacketEntry,
    PageText,
    Version,
    VersionAudience,
)
from docstore.outbox import enqueue
from docstore.rules.personal_data import find_personal_data
from docstore.services import deliveries, ledger
from docstore.services.acting import Acting
from docstore.services.changes import Change, difference
from docstore.services.finding import get
from docstore.services.indexing import touch_index
from docstore.services.manifest import manifest_of, sealed
from docstore.services.meetings import open_for_edit
from docstore.services.openness import open_up
from docstore.services.packet_plan import Entry, Plan, plan
from docstore.services.renditions import page_texts
from docstore.visibility import PUBLIC

BUNDLE = "packet.bundle"
"""Outbox topic: make a packet's merged PDF and ZIP."""
NOTIFY = "packet.notify"
"""Outbox topic: send a packet's notices once its PDF and ZIP exist, or after a while without."""


@dataclass(frozen=True, slots=True)
class Concern:
    """Why a document should be looked at before everyone can read it."""

    title: str
    version_id: str
    page: int | None
    kind: str
    """pesel, iban, phone, or unread: a page or file without text, which nobody checked."""
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What publishing would do now."""

    plan: Plan
    number: int
    changes: list[Change]
    waiting: list[str]
    concerns: list[Concern]
    is_unchanged: bool


def last_packet(session: Session, meeting_id: str) -> Packet | None:
    """Return a meeting's newest packet."""
    return session.scalar(
        select(Packet)
        .where(Packet.meeting_id == meeting_id)
        .order_by(Packet.number.desc())
        .limit(1)
    )


def after(session: Session, *, meeting_id: str, last: int | None, limit: int) -> list[Packet]:
    """Return a meeting's packets that come before a number, the newest first."""
    query = select(Packet).where(Packet.meeting_id == meeting_id)
    if last is not None:
        query = query.where(Packet.number < last)
    return list(session.scalars(query.order_by(Packet.number.desc()).limit(limit)))


def preview(session: Session, *, body_id: str, meeting_id: str) -> Preview:
    """Tell what the next packet would hold, how it differs, and what stands in its way."""
    meeting = get(session, Meeting, body_id, meeting_id)
    return _preview(session, meeting)


def _preview(session: Session, meeting: Meeting) -> Preview:
    planned = plan(session, meeting)
    last = last_packet(session, meeting.id)
    before = json.loads(last.manifest) if last else None
    number = last.number + 1 if last else 1
    after = manifest_of(planned, packet_number=number, published_at="", previous=None)
    changes = difference(before, after)
    return Preview(
        plan=planned,
        number=number,
        changes=changes,
        waiting=planned.waiting,
        concerns=concerns(session, meeting.body_id, newly_public(session, planned.entries)),
        is_unchanged=last is not None
        and _body_of(before) == _body_of(after)
        and _narrowed_of(session, last.id) == _narrowed_in(planned),
    )


def _body_of(manifest: dict[str, Any] | None) -> dict[str, Any]:
    """Return what a manifest says, without when and as which packet it says so."""
    return {key: (manifest or {}).get(key) for key in ("meeting", "files", "items")}


def _narrowed_of(session: Session, packet_id: str) -> set[str]:
    return set(
        session.scalars(
            select(PacketEntry.version_id).where(
                PacketEntry.packet_id == packet_id, PacketEntry.is_narrowed
            )
        )
    )


def _narrowed_in(planned: Plan) -> set[str]:
    return {entry.version.id for entry in planned.entries if entry.is_narrowed}


def newly_public(session: Session, entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries that publishing would show to everyone for the first time."""
    flagged = [entry for entry in entries if entry.is_public]
    shown = set(
        session.scalars(
            select(VersionAudience.version_id).where(
                VersionAudience.version_id.in_([entry.version.id for entry in flagged]),
                VersionAudience.token == PUBLIC,
            )
        )
    )
    return [entry for entry in flagged if entry.version.id not in shown]


def concerns(session: Session, body_id: str, entries: Iterable[Entry]) -> list[Concern]:
    """List personal data found in what would become public, and pages that nobody could read."""
    body = session.get_one(Body, body_id)
    own_phones = frozenset({*body.own_phones, body.phone} - {""})
    found: list[Concern] = []
    for entry in entries:
        title, version = entry.document.title, entry.version
        if entry.facts is None:
            continue
        found += [
            Concern(title, version.id, each["page"], each["kind"], each["excerpt"])
            for each in _personal_data(session, version, entry.facts, own_phones)
        ]
        found += [
            Concern(title, version.id, page, "unread")
            for page in unread_pages(session, version, entry.facts)
        ]
    return found


def _personal_data(
    session: Session, version: Version, facts: Facts, own_phones: frozenset[str]
) -> list[dict[str, Any]]:
    """Return a version's findings less the council's own telephones.

    Those may change after the file was read, so a file with telephones is looked through again.
    """
    if not own_phones or all(each["kind"] != "phone" for each in facts.personal_data):
        return facts.personal_data
    texts = page_texts(session, [version.id]).get(version.id, ())
    return [
        {"page": each.page, "kind": each.kind, "excerpt": each.excerpt_masked}
        for each in find_personal_data(texts, own_phones=own_phones)
    ]


def unread_pages(session: Session, version: Version, facts: Facts) -> list[int | None]:
    """Return the pages that nobody has surely read; [None] when that is the whole file.

    What a program recognised on a scan is as good as nothing here: one figure misread hides a
    number, until somebody puts the page's text right.
    """
    is_scanned = Problem.RECOGNISED in facts.problems
    if facts.text_state == "text" and not is_scanned:
        return []
    if facts.text_state in {"none", "unread"} or facts.pages is None:
        return [None]
    rows = session.execute(
        select(PageText.page, PageText.text, PageText.origin)
        .where(PageText.version_id == version.id)
        .order_by(PageText.page)
    ).all()
    unread = [row.page for row in rows if not row.text or row.origin == "recognised"]
    return [None] if len(unread) == len(rows) else list(unread)


def publish(
    session: WriteSession,
    acting: Acting,
    *,
    body_id: str,
    meeting_id: str,
    revision: int,
    personal_data_reason: str = "",
) -> Packet:
    """Freeze the agenda and its documents as the next packet, and promise its notices.

    Raises `EditConflict`, `PacketEmpty`, `PacketWaiting`, `PacketUnchanged`, `PersonalDataFound`
    or `NobodyToNotify`; then nothing was published.
    """
    meeting = open_for_edit(session, acting, body_id, meeting_id, revision)
    found = _preview(session, meeting)
    _refuse(found, personal_data_reason)
    last = last_packet(session, meeting.id)
    manifest = manifest_of(
        found.plan,
        packet_number=found.number,
        published_at=acting.at.astimezone(UTC).isoformat(timespec="seconds"),
        previous=last.manifest_sha256 if last else None,
    )
    text, digest = sealed(manifest)
    packet = Packet(
        body_id=body_id,
        meeting_id=meeting.id,
        number=found.number,
        starts_at=meeting.starts_at,
        published_at=acting.at,
        published_by=acting.person_id,
        manifest=text,
        manifest_sha256=digest,
        changes=found.changes,
        personal_data_reason=personal_data_reason.strip() if found.concerns else "",
    )
    session.add(packet)
    session.flush()
    _write_entries(session, packet, found.plan)
    _open_to_audience(session, acting, body_id, found.plan)
    meeting.state = "published"
    ledger.record(
        session,
        body_id,
        "packet_published",
        acting,
        meeting=meeting.id,
        packet=packet.id,
        number=packet.number,
        manifest_sha256=digest,
    )
    deliveries.promise(session, acting, packet=packet, meeting=meeting)
    enqueue(session, BUNDLE, packet.id, at=acting.at, packet=packet.id, body=body_id)
    enqueue(session, NOTIFY, packet.id, at=acting.at, packet=packet.id, body=body_id)
    return packet


def _refuse(found: Preview, reason: str) -> None:
    if not found.plan.entries:
        raise PacketEmpty
    if found.waiting:
        raise PacketWaiting(titles=found.waiting)
    if found.is_unchanged:
        raise PacketUnchanged(number=found.number - 1)
    if found.concerns and not reason.strip():
        raise PersonalDataFound(count=len(found.concerns))


def _write_entries(session: WriteSession, packet: Packet, planned: Plan) -> None:
    places = {item.id: place for place, item in enumerate(planned.items)}
    session.add_all(
        PacketEntry(
            packet_id=packet.id,
            position=position,
            version_id=entry.version.id,
            item_position=places[entry.item.id] if entry.item else -1,
            first_page=entry.first_page,
            is_narrowed=entry.is_narrowed,
        )
        for position, entry in enumerate(planned.entries)
    )


def _open_to_audience(session: WriteSession, acting: Acting, body_id: str, planned: Plan) -> None:
    """Give each version in the packet the tokens of those it is for."""
    for entry in planned.entries:
        open_up(session, entry.version, entry.document, public=entry.is_public)
    touch_index(session, body_id, [e.document.id for e in planned.entries], at=acting.at)
