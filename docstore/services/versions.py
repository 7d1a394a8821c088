"""Uploads: each makes an immutable version of a document."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from docstore.clock import Clock
from docstore.crashing import Point, reach
from docstore.database import Database, WriteSession
from docstore.errors import FileEmpty, SameBytes, UploadBroken
from docstore.files.archive import safe_file_name
from docstore.files.detect import detect
from docstore.models import Document, Version, VersionAudience
from docstore.objects.seam import ObjectStore
from docstore.outbox import enqueue
from docstore.room import ANYWHERE, Room
from docstore.services import ledger
from docstore.services.acting import Acting
from docstore.services.documents import NewDocument, add_document
from docstore.services.finding import get_locked
from docstore.services.indexing import touch_index
from docstore.services.keeping import Incoming, Spooled, claim_kept, keep, spool
from docstore.services.openness import destroyed
from docstore.visibility import office

READ = "version.read"
"""Outbox topic: learn the facts and the text of a version's bytes, then index it."""


Beside = Callable[[WriteSession, Version], None]
"""Writes something of the caller's in the transaction that adds a version."""


@dataclass(frozen=True, slots=True)
class Intake:
    """Where uploads go: the record, the store, the spool, and how large they may be in bytes."""

    database: Database
    store: ObjectStore
    clock: Clock
    spool_dir: Path
    limit: int
    room: Room = ANYWHERE

    def add_document(
        self,
        acting_id: str | None,
        *,
        body_id: str,
        new: NewDocument,
        file_name: str,
        source: BinaryIO | Iterable[bytes] | Incoming,
        note: str = "",
        sha256: str = "",
        beside: Beside | None = None,
    ) -> Version:
        """Store a file as the first version of a new document, durably, and return it.

        `sha256`, when given, is what the sender says the bytes are: others are `UploadBroken`.
        What `beside` writes is written with the version or not at all.
        """
        with spool(source, self.spool_dir, limit=self.limit, room=self.room) as file:
            name, media_type = self._prepared(body_id, file, file_name, sha256)
            with self.database.transaction() as session:
                acting = Acting(acting_id, self.clock.now())
                document = add_document(session, acting, body_id, new, name)
                version = _add_version(session, acting, document, file, name, media_type, note)
                if beside is not None:
                    beside(session, version)
            reach(Point.COMMITTED)
            return version

    def add_version(
        self,
        acting_id: str | None,
        *,
        body_id: str,
        document_id: str,
        file_name: str,
        source: BinaryIO | Iterable[bytes] | Incoming,
        note: str = "",
        sha256: str = "",
        beside: Beside | None = None,
    ) -> Version:
        """Store a file as the next version of a document, durably, and return it."""
        with spool(source, self.spool_dir, limit=self.limit, room=self.room) as file:
            name, media_type = self._prepared(body_id, file, file_name, sha256)
            with self.database.transaction() as session:
                acting = Acting(acting_id, self.clock.now())
                document = get_locked(session, Document, body_id, document_id)
                last = latest(session, document.id)
                if last is not None and last.sha256 == file.sha256 and not destroyed(session, last):
                    raise SameBytes(number=last.number)
                version = _add_version(session, acting, document, file, name, media_type, note)
                if beside is not None:
                    beside(session, version)
            reach(Point.COMMITTED)
            return version

    def _prepared(
        self, body_id: str, file: Spooled, file_name: str, sha256: str
    ) -> tuple[str, str]:
        """Make the bytes durable; return their safe name and their type."""
        if file.size == 0:
            raise FileEmpty(name=safe_file_name(file_name))
        if sha256 and sha256.lower() != file.sha256:
            raise UploadBroken
        keep(self.database, self.store, body_id=body_id, file=file, at=self.clock.now())
        name = safe_file_name(file_name)
        return name, detect(file.path, name)


def any_is_kept(session: Session) -> bool:
    """Tell whether there is a version of anything."""
    return session.scalar(select(Version.id).limit(1)) is not None


def latest(session: Session, document_id: str) -> Version | None:
    """Return a document's newest version, published or not."""
    return session.scalar(
        select(Version)
        .where(Version.document_id == document_id)
        .order_by(Version.number.desc())
        .limit(1)
    )


def _add_version(
    session: WriteSession,
    acting: Acting,
    document: Document,
    file: Spooled,
    file_name: str,
    media_type: str,
    note: str,
) -> Version:
    claim_kept(session, body_id=document.body_id, sha256=file.sha256, at=acting.at)
    last = latest(session, document.id)
    version = Version(
        body_id=document.body_id,
        document_id=document.id,
        number=1 if last is None else last.number + 1,
        sha256=file.sha256,
        size=file.size,
        media_type=media_type,
        file_name=file_name,
        note=note.strip(),
        author_id=acting.person_id,
        created_at=acting.at,
    )
    version.document = document
    session.add(version)
    session.flush()
    # Until a published packet contains it, a version is the office's alone.
    session.add(VersionAudience(version_id=version.id, token=office(document.body_id)))
    ledger.record(
        session,
        document.body_id,
        "version_added",
        acting,
        document=document.id,
        version=version.id,
        number=version.number,
        sha256=version.sha256,
        size=version.size,
    )
    enqueue(session, READ, version.id, at=acting.at, version=version.id, body=version.body_id)
    touch_index(session, document.body_id, [document.id], at=acting.at)
    session.flush()
    reach(Point.ADDED)
    return version
