"""One session of a council with files that nobody here wrote: uploaded, read, published."""

import io
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from zipfile import ZipFile

from pypdf import PdfReader

from api.wiring import Parts, build
from docstore import outbox
from docstore.clock import MemoryClock
from docstore.migrations import migrate
from docstore.models import AgendaItem, Facts, Meeting, Packet, Version
from docstore.objects.seam import object_key
from docstore.services import agendas, packets, renditions
from docstore.services.acting import Acting
from docstore.services.agendas import NewItem
from docstore.services.documents import NewDocument, Owner
from docstore.settings import Settings
from tests.integration.conftest import TODAY, Council, House, found_council


@dataclass
class Session:
    """One session of a council, with real files on its items, published."""

    parts: Parts
    clock: MemoryClock
    council: Council
    versions: dict[str, Version] = field(default_factory=dict)
    packet: Packet | None = None

    @property
    def acting(self) -> Acting:
        """Return the system, now."""
        return Acting(None, self.parts.clock.now())

    def upload(
        self, owner: Owner, path: Path, name: str, *, role: str = "annex", file_name: str = ""
    ) -> Version:
        """Upload a file of the collection under the name of its place there."""
        with path.open("rb") as source:
            version = self.parts.intake.add_document(
                None,
                body_id=self.council.body.id,
                new=NewDocument(owner, role=role, title=name, is_public=True),
                file_name=file_name or path.name,
                source=source,
            )
        self.versions[name] = version
        return version

    def work(self) -> None:
        """Do all work that waits, on both cores."""
        handlers = self.parts.handlers()
        with ThreadPoolExecutor(2) as pool:
            for done in [
                pool.submit(outbox.drain, self.parts.database, self.parts.clock, handlers)
                for _ in range(2)
            ]:
                done.result()

    def publish(self) -> Packet:
        """Publish the packet and make its PDF and ZIP."""
        with self.parts.database.transaction() as session:
            meeting = session.get_one(Meeting, self.council.meeting.id)
            packet = packets.publish(
                session,
                self.acting,
                body_id=self.council.body.id,
                meeting_id=meeting.id,
                revision=meeting.revision,
                personal_data_reason="próba na prawdziwych plikach",
            )
        self.work()
        self.clock.move(timedelta(seconds=1))  # notices look again whether files are made
        self.work()
        self.packet = packet
        return packet

    @contextmanager
    def rendition(self, kind: str) -> Iterator[io.BytesIO]:
        """Lend the packet's PDF or ZIP."""
        assert self.packet is not None
        with self.parts.database.reading() as session:
            made = renditions.renditions_of(session, self.packet.id)[kind]
        assert made.sha256, made.problem
        with self.parts.store.open(object_key(self.council.body.id, made.sha256)) as source:
            yield io.BytesIO(source.read())

    @cached_property
    def pdf(self) -> PdfReader:
        """Return the merged PDF, opened."""
        with self.rendition("packet_pdf") as data:
            return PdfReader(data)

    @cached_property
    def cover(self) -> str:
        """Return what the pages before the first document say, in one line."""
        labels = self.pdf.page_labels
        pages = [page for page, label in zip(self.pdf.pages, labels, strict=True)
                 if not label.isdecimal()]  # fmt: skip
        assert pages
        return squeezed(" ".join(page.extract_text() for page in pages))

    @cached_property
    def zip(self) -> ZipFile:
        """Return the ZIP, opened."""
        with self.rendition("packet_zip") as data:
            return ZipFile(data)

    def facts(self, name: str) -> Facts:
        """Return what was learned of a file."""
        with self.parts.database.reading() as session:
            return session.get_one(Facts, self.versions[name].id)

    def entries(self) -> list[dict[str, object]]:
        """Return the files of the manifest."""
        assert self.packet is not None
        manifest = json.loads(self.packet.manifest)
        return [file for item in manifest["items"] for file in item["files"]]


def squeezed(text: str) -> str:
    """Return a text without its spaces: PDFs break lines and words where they like."""
    return re.sub(r"\s+|\N{SOFT HYPHEN}", "", text)


def add_item(session: Session, title: str) -> AgendaItem:
    """Add an item to the agenda of the session."""
    council = session.council
    with session.parts.database.transaction() as write:
        meeting = write.get_one(Meeting, council.meeting.id)
        return agendas.add_items(
            write,
            session.acting,
            body_id=council.body.id,
            meeting_id=meeting.id,
            revision=meeting.revision,
            items=[NewItem(title)],
        )[0]


def open_session(folder: Path) -> Session:
    """Open an installation in a folder, with a council and a session to come."""
    settings = Settings.model_validate(
        {"data_dir": folder / "data", "smtp_url": "memory:", "public_url": "http://testserver"}
    )
    clock = MemoryClock(TODAY)
    parts = build(settings, clock=clock)
    migrate(parts.database)
    house = House(parts.database, parts.store, clock, parts.intake, parts.reader)
    return Session(parts, clock, found_council(house, "piechowice"))
