"""What the demo does for a visitor who would rather watch, by the services the pages call."""

from dataclasses import dataclass
from pathlib import Path

from api.demo.content.session_documents import EXTRA, REPLACEMENT, DemoDocument
from api.demo.place import DemoFolder
from api.demo.scene import CLERK, Scene, person, scene
from api.errors import sentence
from api.wiring import Parts
from docstore.errors import PacketUnchanged, PacketWaiting, SameBytes
from docstore.language import Words
from docstore.models import Meeting
from docstore.services import packets
from docstore.services.acting import Acting
from docstore.services.documents import NewDocument, Owner
from docstore.services.packet_plan import plan

_LOOKED_AT = "Dokumenty pokazu przejrzano: osoby i numery są zmyślone."


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it, in a sentence."""

    is_done: bool
    sentence: str


def _found(parts: Parts) -> tuple[Scene, str]:
    """Return the scene and the id of the clerk who does the office's work."""
    with parts.database.reading() as session:
        found = scene(session)
        return found, person(session, found.body, CLERK).id


def drop_the_extra(parts: Parts, words: Words) -> Done:
    """Upload the example file to the last point of the agenda, once."""
    found, clerk_id = _found(parts)
    point = found.last_point
    with parts.database.reading() as session:
        present = plan(session, session.get_one(Meeting, found.meeting.id)).entries
    if any(entry.version.file_name == EXTRA.file_name for entry in present):
        return Done(False, words("Ten plik już jest na sesji. Wyszukaj w nim słowo."))
    owner = Owner(item_id=point.id) if point else Owner(meeting_id=found.meeting.id)
    with _path(parts, "extra", EXTRA).open("rb") as source:
        parts.intake.add_document(
            clerk_id,
            body_id=found.body.id,
            new=NewDocument(owner, role=EXTRA.role, title=EXTRA.title, is_public=False),
            file_name=EXTRA.file_name,
            source=source,
        )
    return Done(True, words("Wgrano: {name}. Teraz wyszukaj słowo.", name=EXTRA.file_name))


def replace_the_draft(parts: Parts, words: Words) -> Done:
    """Upload the amended draft as the next version, once."""
    found, clerk_id = _found(parts)
    document = found.replaced
    if document is None:
        return Done(False, words("Tego projektu nie ma już w porządku obrad."))
    try:
        with _path(parts, "replacement", REPLACEMENT).open("rb") as source:
            version = parts.intake.add_version(
                clerk_id,
                body_id=found.body.id,
                document_id=document.id,
                file_name=REPLACEMENT.file_name,
                source=source,
                note=REPLACEMENT.note,
            )
    except SameBytes as refusal:
        return Done(False, sentence(refusal, words))
    return Done(
        True,
        words("Projekt ma wersję {number}. Radni zobaczą ją w pakiecie.", number=version.number),
    )


def publish_the_packet(parts: Parts, words: Words) -> Done:
    """Publish the next packet; what stands in the way is told as the office would be."""
    found, clerk_id = _found(parts)
    try:
        with parts.database.transaction() as session:
            meeting = session.get_one(Meeting, found.meeting.id)
            packet = packets.publish(
                session,
                Acting(clerk_id, parts.clock.now()),
                body_id=found.body.id,
                meeting_id=meeting.id,
                revision=meeting.revision,
                personal_data_reason=_LOOKED_AT,
            )
    except (PacketWaiting, PacketUnchanged) as refusal:
        return Done(False, sentence(refusal, words))
    return Done(True, words("Wysłano pakiet {number}.", number=packet.number))


def _path(parts: Parts, purpose: str, document: DemoDocument) -> Path:
    return DemoFolder(parts.settings.data_dir.parent).made(purpose, document.file_name)
