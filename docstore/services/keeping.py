"""Bytes on their way into the object store: hashed, touched, put, durable (DESIGN promise 3)."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from docstore.crashing import Point, reach
from docstore.database import Database
from docstore.errors import FileTooLarge, StorageUnavailable
from docstore.models import StoredObject
from docstore.objects.blocks import BlockHash
from docstore.objects.seam import ObjectStore, object_key
from docstore.objects.streams import FinalFile
from docstore.room import ANYWHERE, Room, temporary

_CHUNK = 1 << 20
_MB = 1 << 20
# Bytes after which the disk begins to write what came in, while more comes.
_WRITTEN_BEHIND = 8 << 20
# How often, and after how many seconds, an upload looks whether the sweep is done with its object.
_LOOKS, _BETWEEN_LOOKS = 20, 0.1


@dataclass(frozen=True, slots=True)
class Spooled:
    """A file of our own that holds an upload until it is stored.

    `size` is in bytes, `blocks` the hash of each of its blocks. A final one is never written to
    again, whatever fails; a tool's output might be, by the tool's next try.
    """

    path: Path
    sha256: str
    size: int
    blocks: bytes
    is_final: bool = False


class Incoming:
    """An upload on its way into a file of our own, hashed as it comes; `close` ends the file.

    `write` raises `FileTooLarge` as soon as more than `limit` bytes came, and `StorageFull` before
    the disk has less free than its floor.
    """

    def __init__(self, folder: Path, *, limit: int, room: Room = ANYWHERE) -> None:
        self._limit, self._room, self._digest, self._sent = limit, room, BlockHash(), 0
        with ExitStack() as stack:
            self._file = stack.enter_context(temporary(folder, "upload-"))
            self.close = stack.pop_all().close

    def write(self, chunk: bytes) -> None:
        """Take the next bytes."""
        if self._digest.size + len(chunk) > self._limit:
            raise FileTooLarge(limit_mb=self._limit // _MB)
        self._room.require(len(chunk))
        self._digest.update(chunk)
        self._file.write(chunk)
        waiting = self._digest.size - self._sent
        if waiting >= _WRITTEN_BEHIND:
            self._file.send_to_disk(self._sent, waiting)
            self._sent = self._digest.size

    def seek(self, offset: int) -> None:
        """Stay at the end: a form's parser goes back to the start for readers; here are none."""

    def spooled(self) -> Spooled:
        """Describe the file, once all of it came."""
        return _spooled(self._file.path, self._digest, is_final=True)


@contextmanager
def spool(
    source: BinaryIO | Iterable[bytes] | Incoming,
    folder: Path,
    *,
    limit: int,
    room: Room = ANYWHERE,
) -> Iterator[Spooled]:
    """Write a stream into a temporary file while hashing it; the file is gone afterwards.

    What has come in already is not written again. Raises what `Incoming.write` does.
    """
    if isinstance(source, Incoming):
        file = source.spooled()
        if file.size > limit:
            raise FileTooLarge(limit_mb=limit // _MB)
        yield file
        return
    with closing(Incoming(folder, limit=limit, room=room)) as incoming:
        for chunk in _chunks(source):
            incoming.write(chunk)
        yield incoming.spooled()


def _spooled(path: Path, digest: BlockHash, *, is_final: bool = False) -> Spooled:
    reach(Point.HASHED)
    return Spooled(path, digest.sha256, digest.size, digest.blocks, is_final)


def _chunks(source: BinaryIO | Iterable[bytes]) -> Iterator[bytes]:
    if hasattr(source, "read"):
        while chunk := source.read(_CHUNK):
            yield chunk
    else:
        yield from source


def spooled(path: Path) -> Spooled:
    """Describe a file of our own that is already on disk."""
    digest = BlockHash()
    with path.open("rb") as source:
        for chunk in _chunks(source):
            digest.update(chunk)
    return _spooled(path, digest)


def keep(
    database: Database, store: ObjectStore, *, body_id: str, file: Spooled, at: datetime
) -> None:
    """Make a file's bytes durable under the body's key, whatever was there.

    The touch is committed before the bytes move, so that a sweep leaves them alone, and no write
    lock is held while they do. Whoever keeps the bytes names them in a row of the next transaction;
    if that never comes, an orphan object is left, which the sweep finds.
    """
    damaged = _touched(database, body_id=body_id, file=file, at=at)
    reach(Point.TOUCHED)
    put_touched(database, store, body_id=body_id, file=file, damaged=damaged)


def put_touched(
    database: Database, store: ObjectStore, *, body_id: str, file: Spooled, damaged: bool
) -> None:
    """Make the bytes of a touched object durable; known to be damaged, they are put anew."""
    key = object_key(body_id, file.sha256)
    with _opened(file) as source:
        if damaged:
            store.replace(key, source, size=file.size)
        else:
            store.put(key, source, size=file.size)
    reach(Point.PUT)
    if damaged:
        with database.transaction() as session:
            mark_present(session, body_id=body_id, sha256=file.sha256)


def _opened(file: Spooled) -> BinaryIO:
    return cast("BinaryIO", FinalFile(file.path)) if file.is_final else file.path.open("rb")


def claim_kept(session: Session, *, body_id: str, sha256: str, at: datetime) -> None:
    """Lock an object that a row of this transaction is about to name.

    Raises `StorageUnavailable` for one that is being removed meanwhile, as destruction asks for
    whatever its age: whoever keeps it again finds it gone, and puts it anew.
    """
    row = session.scalar(
        select(StoredObject)
        .where(StoredObject.body_id == body_id, StoredObject.sha256 == sha256)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None or row.state == "removing":
        raise StorageUnavailable
    row.touched_at = max(row.touched_at, at)


def touch_all(
    database: Database, *, body_id: str, files: Sequence[Spooled], at: datetime
) -> frozenset[str]:
    """Touch objects of files that differ, in one transaction; return the hashes of damaged ones."""
    try:
        with database.transaction() as session:
            rows = _locked(session, body_id, [file.sha256 for file in files])
            return frozenset(
                file.sha256
                for file in sorted(files, key=lambda file: file.sha256)  # as others lock them
                if _note(session, rows.get(file.sha256), body_id=body_id, file=file, at=at)
            )
    except (IntegrityError, _BeingRemoved):  # one of them is in other hands: each by itself, then
        return frozenset(
            file.sha256 for file in files if _touched(database, body_id=body_id, file=file, at=at)
        )


class _BeingRemoved(Exception):
    """The sweep is removing this very object at the moment."""


def _touched(database: Database, *, body_id: str, file: Spooled, at: datetime) -> bool:
    """Touch an object, waiting for a sweep that is removing it: it is gone in a moment."""
    for _ in range(_LOOKS):
        try:
            return _touch(database, body_id=body_id, file=file, at=at)
        except _BeingRemoved:
            time.sleep(_BETWEEN_LOOKS)
    raise StorageUnavailable


def _touch(database: Database, *, body_id: str, file: Spooled, at: datetime) -> bool:
    """Note that an object is wanted; tell whether its stored bytes are known to be damaged."""
    try:
        with database.transaction() as session:
            row = _locked(session, body_id, [file.sha256]).get(file.sha256)
            return _note(session, row, body_id=body_id, file=file, at=at)
    except IntegrityError:  # another upload of the same bytes was first: theirs is as good as ours
        return False


def _locked(session: Session, body_id: str, hashes: Sequence[str]) -> dict[str, StoredObject]:
    """Return the rows of objects by their hashes, locked in one order."""
    rows = session.scalars(
        select(StoredObject)
        .where(StoredObject.body_id == body_id, StoredObject.sha256.in_(hashes))
        .order_by(StoredObject.sha256)
        .with_for_update()
    )
    return {row.sha256: row for row in rows}


def _note(
    session: Session, row: StoredObject | None, *, body_id: str, file: Spooled, at: datetime
) -> bool:
    if row is None:
        session.add(
            StoredObject(
                body_id=body_id,
                sha256=file.sha256,
                size=file.size,
                blocks=file.blocks,
                touched_at=at,
            )
        )
        return False
    if row.state == "removing":
        raise _BeingRemoved
    row.touched_at = at
    row.blocks = file.blocks  # a row from before has none, and they follow from the hash
    return row.state == "damaged"


def mark_present(session: Session, *, body_id: str, sha256: str) -> None:
    """Give an object out again whose bytes are whole."""
    session.execute(
        update(StoredObject)
        .where(StoredObject.body_id == body_id, StoredObject.sha256 == sha256)
        .values(state="present")
    )
