"""Bytes on their way out of the store: no block is given before it was checked (decision 0070)."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from docstore.clock import Clock
from docstore.database import Database
from docstore.errors import ObjectDamaged, ObjectNotFound
from docstore.models import StoredObject
from docstore.objects.at_hand import AtHand
from docstore.objects.blocks import BLOCK, BlockHash, is_sound, tells
from docstore.objects.seam import ObjectStore, object_key
from docstore.room import temporary
from docstore.services.damage import note_damage

log = structlog.get_logger("teczka.objects")

# Blocks kept at hand, 32 MiB: councillors who open one packet at once, each at their own pace,
# seldom ask the store for what it has just given to the others (bench/downloads.py).
_AT_HAND = 32
# Body, hash of the object, number of the block.
_Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Held:
    """An object as the record knows it: `size` in bytes, and the hash of each of its blocks."""

    body_id: str
    sha256: str
    size: int
    blocks: bytes | None


_KNOWN = select(StoredObject.state, StoredObject.size, StoredObject.blocks).where(
    StoredObject.body_id == bindparam("body"), StoredObject.sha256 == bindparam("sha256")
)


def held(session: Session, *, body_id: str, sha256: str) -> Held:
    """Return what the record knows of an object.

    Raises `ObjectDamaged` for one whose bytes are known to be wrong, `ObjectNotFound` for none.
    """
    row = session.execute(_KNOWN, {"body": body_id, "sha256": sha256}).one_or_none()
    if row is None:
        raise ObjectNotFound(key=object_key(body_id, sha256))
    if row.state == "damaged":
        raise ObjectDamaged
    return Held(body_id, sha256, row.size, row.blocks if tells(row.blocks, row.size) else None)


def read_whole(store: ObjectStore, *, body_id: str, sha256: str) -> BlockHash:
    """Read an object from end to end and return what its bytes hash to."""
    digest = BlockHash()
    with store.open(object_key(body_id, sha256)) as source:
        while chunk := source.read(BLOCK):
            digest.update(chunk)
    return digest


def note_blocks(session: Session, *, body_id: str, sha256: str, blocks: bytes) -> None:
    """Keep the hashes of an object's blocks, once all of it was verified."""
    session.execute(
        update(StoredObject)
        .where(StoredObject.body_id == body_id, StoredObject.sha256 == sha256)
        .values(blocks=blocks)
    )


@contextmanager
def fetched(
    database: Database,
    store: ObjectStore,
    *,
    body_id: str,
    sha256: str,
    folder: Path,
    at: datetime,
) -> Iterator[Path]:
    """Lay an object's bytes into a temporary file for a tool that needs one; verified on the way.

    Raises `ObjectDamaged` when the bytes are not those that were put, `ObjectNotFound` when there
    are none; either is noted, and the object refused from then on.
    """
    digest = BlockHash()
    with temporary(folder, "fetched-") as target:
        with (
            _noting(database, body_id, sha256, at=at),
            store.open(object_key(body_id, sha256)) as source,
        ):
            while chunk := source.read(BLOCK):
                digest.update(chunk)
                target.write(chunk)
            if digest.sha256 != sha256:
                raise ObjectDamaged
        yield target.path


@contextmanager
def _noting(database: Database, body_id: str, sha256: str, *, at: datetime) -> Iterator[None]:
    """Note an object as damaged when reading it shows that it is, and say so in the log."""
    try:
        yield
    except (ObjectDamaged, ObjectNotFound) as error:
        log.warning("object_damaged", body=body_id, sha256=sha256, error=error.code)
        with database.transaction() as session:
            note_damage(session, body_id=body_id, sha256=sha256, at=at)
        raise


class Giver:
    """Gives out stored bytes, each block checked, and the same block read once for many at once."""

    def __init__(self, database: Database, store: ObjectStore, clock: Clock) -> None:
        self._database, self._store, self._clock = database, store, clock
        self._at_hand: AtHand[_Key, bytes] = AtHand(_AT_HAND)

    def part(self, held: Held, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes `[start:end)` of an object, block after block.

        Raises `ObjectDamaged` or `ObjectNotFound` in place of the first block that is not what was
        put, also when the object is longer than it was, and notes it; `StorageUnavailable` when the
        store does not answer, which says nothing of the bytes. Between two blocks nothing is held
        open, so that a reader who pauses costs the store nothing.
        """
        held = self._known(held)
        for number in range(start // BLOCK, -(-end // BLOCK)):
            block = self._block(held, number)
            begins = number * BLOCK
            yield block[max(start - begins, 0) : end - begins]

    def _known(self, held: Held) -> Held:
        """Return an object with the hashes of its blocks; one from before is read for them."""
        if held.blocks is not None:
            return held
        with self._noting(held):
            digest = read_whole(self._store, body_id=held.body_id, sha256=held.sha256)
            if digest.sha256 != held.sha256:
                raise ObjectDamaged
        with self._database.transaction() as session:
            note_blocks(session, body_id=held.body_id, sha256=held.sha256, blocks=digest.blocks)
        return replace(held, blocks=digest.blocks)

    def _noting(self, held: Held) -> AbstractContextManager[None]:
        return _noting(self._database, held.body_id, held.sha256, at=self._clock.now())

    def _block(self, held: Held, number: int) -> bytes:
        key = (held.body_id, held.sha256, number)
        return self._at_hand.get(key, lambda: self._read(held, number))

    def _read(self, held: Held, number: int) -> bytes:
        """Read one block and check it; the last one must be where the object ends."""
        offset = number * BLOCK
        length = min(BLOCK, held.size - offset)
        is_last = offset + length == held.size
        with (
            self._noting(held),
            self._store.open(
                object_key(held.body_id, held.sha256), offset=offset, length=length + is_last
            ) as source,
        ):
            data = source.read(length + is_last)
            if len(data) != length or not is_sound(data, held.blocks or b"", number):
                raise ObjectDamaged
        return data
