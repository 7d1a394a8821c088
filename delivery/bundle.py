"""A packet as two files: one merged PDF to read, one ZIP with the originals."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.contents import MANIFEST, Placed, manifest_bytes, table_of_contents
from delivery.cover import Edition, absence_title, cover_plan
from delivery.naming import file_paths, opened_path
from delivery.published import Absence, PublishedFile, read_packet, taken_down
from delivery.sender import Sender
from delivery.words import ground_words
from docstore.crashing import Point, reach
from docstore.errors import ObjectDamaged, ObjectNotFound
from docstore.files import media
from docstore.files.archive import ZipEntry, write_zip
from docstore.files.errors import FileRefused
from docstore.files.writer import Block, Heading, Paragraph, write_packet, write_pages
from docstore.language import Words
from docstore.models import Body, Meeting, Organization, Packet, Rendition
from docstore.room import WORKSPACE
from docstore.services import renditions
from docstore.services.finding import get
from docstore.services.giving import fetched
from docstore.services.keeping import keep, spooled
from docstore.services.orphans import doom
from docstore.services.renditions import OPENED, Made

PDF, ZIP = "packet_pdf", "packet_zip"
INCOMPLETE = "incomplete"
"""The problem of a file that was made without bytes that the store has lost."""

log = structlog.get_logger("teczka.delivery")


def read_edition(session: Session, body_id: str, packet_id: str) -> Edition:
    """Read a packet with the names around it; `NotFound` for a stranger's."""
    packet = get(session, Packet, body_id, packet_id)
    body = session.get_one(Body, body_id)
    meeting = get(session, Meeting, body_id, packet.meeting_id)
    organization = session.get_one(Organization, meeting.organization_id)
    return Edition(
        packet=read_packet(session, packet),
        body=body,
        organization=organization.name,
        words=Words(zone=ZoneInfo(body.time_zone)),
    )


def bundle(sender: Sender, packet_id: str, body_id: str) -> None:
    """Make a packet's PDF and ZIP from its manifest and keep them as renditions.

    Made again, they are the same, less what was taken down from its recipients in the meantime, and
    with the copies of locked files that were opened since.
    """
    with sender.database.reading() as session:
        edition = read_edition(session, body_id, packet_id)
        merged = _merged(session, edition)
        opened = _made(session, [file.version_id for file in edition.packet.files], OPENED)
    sender.spool_dir.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=sender.spool_dir, prefix="bundle-") as folder:
        bench = _Bench(sender, edition, merged, opened, Path(folder))
        made = [_pdf(bench), _zip(bench)]
    now = sender.clock.now()
    reach(Point.BUNDLED)
    with sender.database.transaction() as session:
        if taken_down(session, packet_id) != edition.packet.taken_down:
            # Whoever took it down has promised the next bundle, which is without it.
            doom(session, body_id, [each.sha256 for each in made if each.sha256], at=now)
            return
        for each in made:
            renditions.put(session, body_id=body_id, made=each, at=now, packet_id=packet_id)


def _merged(session: Session, edition: Edition) -> dict[str, str]:
    """Return the object that is merged for each version: its PDF rendition, or its own bytes."""
    files = {f.version_id: f.sha256 for f in edition.packet.files if f.first_page is not None}
    return files | _made(session, list(files), "pdf")


def _made(session: Session, version_ids: Sequence[str], kind: str) -> dict[str, str]:
    """Return the objects that were made of some versions."""
    rows = session.execute(
        select(Rendition.version_id, Rendition.sha256).where(
            Rendition.version_id.in_(version_ids),
            Rendition.kind == kind,
            Rendition.sha256.is_not(None),
        )
    )
    return {version_id: sha256 for version_id, sha256 in rows if version_id and sha256}


@dataclass(frozen=True, slots=True)
class _Bench:
    """One packet being put together: its objects lie in a folder, each fetched once."""

    sender: Sender
    edition: Edition
    merged: dict[str, str]
    opened: dict[str, str]
    """Copies of locked files that ask for no password, by version."""
    folder: Path
    lost: set[str] = field(default_factory=set)
    """Hashes of objects that the store no longer has as they were."""

    def fetch(self, sha256: str) -> Path | None:
        """Return an object's bytes as a file; None when they are lost."""
        path = self.folder / sha256
        if path.exists():
            return path
        try:
            with fetched(
                self.sender.database,
                self.sender.store,
                body_id=self.edition.body.id,
                sha256=sha256,
                folder=self.folder,
                at=self.sender.clock.now(),
            ) as source:
                _lay(source, path)
        except (ObjectNotFound, ObjectDamaged) as error:
            log.warning("object_lost", body=self.edition.body.id, sha256=sha256, error=error.code)
            self.lost.add(sha256)
            return None
        return path

    def opened_copy(self, file: PublishedFile) -> Path | None:
        """Return the copy of a locked file that asks for no password, where there is one."""
        sha256 = self.opened.get(file.version_id)
        return self.fetch(sha256) if sha256 else None

    def source_of(self, entry: PublishedFile | Absence) -> Path | None:
        """Return the PDF for an entry's place, or a page that says why it is not there."""
        if entry.first_page is None:
            return None
        words = self.edition.words
        if isinstance(entry, Absence):
            title = absence_title(words, entry)
            return self._note(title, ground_words(words, entry.ground))
        return self.fetch(self.merged[entry.version_id]) or self._note(
            entry.title, words("Nie udało się odczytać tego pliku z magazynu. Zapytaj Biuro Rady.")
        )

    def _note(self, title: str, sentence: str) -> Path:
        target = self.folder / f"note-{len(list(self.folder.iterdir()))}.pdf"
        blocks: list[Block] = [Heading(title[:1].upper() + title[1:]), Paragraph(sentence)]
        language, made_at = self.edition.words.language, self.edition.made_at
        write_pages(blocks, target, title=title, language=language, made_at=made_at)
        return target

    def kept(self, kind: str, media_type: str, path: Path, *, pages: int | None = None) -> Made:
        """Keep a file that was made here, durably, and say what it is."""
        file = spooled(path)
        body_id, now = self.edition.body.id, self.sender.clock.now()
        keep(self.sender.database, self.sender.store, body_id=body_id, file=file, at=now)
        return Made(
            kind=kind,
            media_type=media_type,
            sha256=file.sha256,
            size=file.size,
            pages=pages,
            tool=f"teczka {version('teczka')}, pypdf {version('pypdf')}" if pages else "zipfile",
            problem=INCOMPLETE if self.lost else "",
        )


def _lay(source: Path, target: Path) -> None:
    """Give a temporary file a second name, or a copy where the disk knows no second names."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def _pdf(bench: _Bench) -> Made:
    """Make the merged PDF, or say what kept it from being made."""
    target = bench.folder / "packet.pdf"
    emblem = bench.edition.body.emblem_sha256
    try:
        plan = cover_plan(
            bench.edition, bench.source_of, emblem=bench.fetch(emblem) if emblem else None
        )
        written = write_packet(plan, target, limits=bench.sender.limits)
    except FileRefused as refusal:
        bench.sender.room.require(WORKSPACE)  # without room no part is to blame
        log.warning("packet_pdf_refused", packet=bench.edition.packet.id, reason=str(refusal))
        return Made(kind=PDF, media_type=media.PDF, problem=refusal.code)
    if written.skipped:
        log.warning("packet_parts_skipped", packet=bench.edition.packet.id, n=len(written.skipped))
    reach(Point.MERGED)
    return bench.kept(PDF, media.PDF, target, pages=written.pages)


def _zip(bench: _Bench) -> Made:
    target = bench.folder / "packet.zip"
    write_zip(_zip_entries(bench), target)
    reach(Point.ZIPPED)
    return bench.kept(ZIP, media.ZIP, target)


def _zip_entries(bench: _Bench) -> Iterator[ZipEntry]:
    edition = bench.edition
    paths: list[Placed | None] = []
    for path, file in file_paths(edition.words, edition.packet):
        source = bench.fetch(file.sha256)
        if source is None:
            paths.append(None)
            continue
        yield ZipEntry(path, source)
        copy = opened_path(edition.words, path)
        opened = bench.opened_copy(file)
        if opened is not None:
            yield ZipEntry(copy, opened)
        paths.append(Placed(path, copy if opened else ""))
    yield ZipEntry(MANIFEST, manifest_bytes(edition))
    yield ZipEntry(f"{edition.words('Spis treści')}.txt", table_of_contents(edition, paths))
