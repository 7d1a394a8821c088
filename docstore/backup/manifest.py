"""What a snapshot says of itself, and the files of lines that it is made of."""

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from pydantic import TypeAdapter, ValidationError

from docstore.backup.errors import SnapshotDamaged, SnapshotTooNew

FORMAT = 1
"""Grows when an older program could no longer read a snapshot."""
MANIFEST, SUM = "manifest.json", "manifest.sha256"
OBJECTS = "objects.jsonl.gz"


@dataclass(frozen=True, slots=True)
class Lines:
    """A file of lines: how many there are, and size and hash of them before they were packed."""

    file: str
    rows: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class TableLines:
    """A table's rows, with all that is needed to read them into a database."""

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...]
    lines: Lines


@dataclass(frozen=True, slots=True)
class ObjectsLines:
    """The list of the objects that the rows name; `size` is that of all of them, in bytes."""

    size: int
    lines: Lines


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a body's ledger at that state."""

    body_id: str
    seq: int
    chain_hash: str


@dataclass(frozen=True, slots=True)
class Lost:
    """An object that could not be copied, and why: missing, size, bytes or unreadable."""

    body_id: str
    sha256: str
    size: int
    reason: str
    file_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything a snapshot holds; `state_at` is the moment of the record's state."""

    format: int
    number: int
    version: str
    schema: str
    started_at: datetime
    state_at: datetime
    ended_at: datetime
    tables: tuple[TableLines, ...]
    objects: ObjectsLines
    ledger: tuple[Head, ...]
    lost: tuple[Lost, ...]

    @property
    def is_whole(self) -> bool:
        """Tell whether every object was copied."""
        return not self.lost

    @property
    def rows(self) -> int:
        """Return the rows of all tables."""
        return sum(table.lines.rows for table in self.tables)


_MANIFEST = TypeAdapter(Manifest)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write a manifest and, in the form that `sha256sum --check` reads, its own hash."""
    data = (
        json.dumps(
            asdict(manifest), ensure_ascii=False, indent=1, default=datetime.isoformat
        ).encode()
        + b"\n"
    )
    write_file(folder / MANIFEST, data)
    write_file(folder / SUM, f"{hashlib.sha256(data).hexdigest()}  {MANIFEST}\n".encode())


def read_manifest(folder: Path) -> Manifest:
    """Read a manifest; raise `SnapshotDamaged` unless it is what was written."""
    try:
        data = (folder / MANIFEST).read_bytes()
        told = (folder / SUM).read_text().partition(" ")[0]
        if told != hashlib.sha256(data).hexdigest():
            raise SnapshotDamaged(file=f"{folder.name}/{MANIFEST}")
        plain = json.loads(data)
        if plain.get("format") != FORMAT:
            raise SnapshotTooNew(version=plain.get("version", "?"))
        return _MANIFEST.validate_python(plain)
    except (OSError, ValidationError, ValueError) as error:
        raise SnapshotDamaged(file=f"{folder.name}/{MANIFEST}") from error


def write_file(path: Path, data: bytes) -> None:
    """Write a small file of the owner's own, durably."""
    with _private(path) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _private(path: Path) -> BinaryIO:
    """Open a file for writing that its owner alone can read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


# --- lines ------------------------------------------------------------------------------------


def write_lines(folder: Path, file: str, lines: Iterable[bytes]) -> Lines:
    """Write lines into a packed file, durably; the same lines always make the same bytes."""
    digest, rows, size = hashlib.sha256(), 0, 0
    with _private(folder / file) as target:
        with gzip.GzipFile("", "wb", compresslevel=6, fileobj=target, mtime=0) as packed:
            for line in lines:
                packed.write(line)
                digest.update(line)
                rows, size = rows + 1, size + len(line)
        target.flush()
        os.fsync(target.fileno())
    return Lines(file, rows, size, digest.hexdigest())


def read_lines(folder: Path, lines: Lines) -> Iterator[bytes]:
    """Yield the lines of a file; at its end raise `SnapshotDamaged` unless all were as written."""
    digest, rows = hashlib.sha256(), 0
    wrong = SnapshotDamaged(file=f"{folder.name}/{lines.file}")
    try:
        with gzip.open(folder / lines.file) as packed:
            for line in packed:
                digest.update(line)
                rows += 1
                yield line
    except (OSError, EOFError, zlib.error) as error:
        raise wrong from error
    if (rows, digest.hexdigest()) != (lines.rows, lines.sha256):
        raise wrong


def digest_of(lines: Iterable[bytes]) -> str:
    """Return the hash that these lines have in a manifest."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line)
    return digest.hexdigest()
