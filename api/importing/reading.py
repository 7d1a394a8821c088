"""One file of an import on its way: found, hashed, stored, read. Safe to do in many threads."""

from dataclasses import dataclass
from pathlib import Path

from api.importing.report import Row
from api.wiring import Parts
from docstore.errors import FileTooLarge, UploadBroken
from docstore.files.archive import safe_file_name
from docstore.files.detect import detect
from docstore.files.inspect import inspect
from docstore.rules.acts.facts import ActFacts, propose_facts
from docstore.services.keeping import Spooled, put_touched, spool, spooled
from docstore.services.renditions import Learned
from indexer.learning import learned_of


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not taken, by a code of `api.importing.report.reason`."""

    name: str
    code: str
    sha256: str = ""

    def row(self) -> Row:
        """Return what the report says of it."""
        return Row(self.name, self.sha256, "failed", self.code)


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the folder with its hash; `name` is its place there."""

    name: str
    file: Spooled

    @property
    def sha256(self) -> str:
        """Return the hash of its bytes."""
        return self.file.sha256


@dataclass(frozen=True, slots=True)
class Seen:
    """A file whose bytes are durable and read, before any row names it."""

    found: Found
    file_name: str
    media_type: str
    learned: Learned
    facts: ActFacts


def find(path: Path, folder: Path, *, limit: int) -> Found | Refused:
    """Hash a file of the folder; one that is empty, too large or closed to us is refused."""
    name = path.relative_to(folder).as_posix()
    try:
        size = path.stat().st_size
        if size > limit:
            return Refused(name, FileTooLarge.code)
        file = spooled(path)
    except OSError:
        return Refused(name, "unreadable")
    return Found(name, file) if file.size else Refused(name, "file_empty", file.sha256)


def read(parts: Parts, body_id: str, found: Found, *, damaged: bool) -> Seen | Refused:
    """Copy a file, make the copy durable and read it; its object was touched before.

    A file that is not any more what it was when it was hashed is refused.
    """
    intake, path = parts.intake, found.file.path
    try:
        with (
            path.open("rb") as source,
            spool(source, intake.spool_dir, limit=intake.limit, room=intake.room) as copy,
        ):
            if copy.sha256 != found.sha256:
                return Refused(found.name, UploadBroken.code, found.sha256)
            put_touched(parts.database, parts.store, body_id=body_id, file=copy, damaged=damaged)
            name = safe_file_name(path.name)
            facts = inspect(copy.path, name)
            return Seen(
                found, name, detect(copy.path, name), learned_of(facts),
                propose_facts(facts.page_texts, path.name),
            )  # fmt: skip
    except FileTooLarge:
        return Refused(found.name, FileTooLarge.code, found.sha256)
    except FileNotFoundError:
        return Refused(found.name, "unreadable", found.sha256)
