"""The password of a file, given once: a copy that asks for none is kept beside the original."""

from sqlalchemy import delete

from docstore.errors import InvalidInput, NotFound
from docstore.files.detect import detect
from docstore.files.errors import FileRefused
from docstore.files.opening import MOST_LETTERS, OPENABLE, most_bytes, open_with
from docstore.files.problems import Problem
from docstore.models import Document, Facts, Version
from docstore.outbox import enqueue
from docstore.room import temporary
from docstore.services import ledger, renditions
from docstore.services.acting import Acting
from docstore.services.exclusions import is_public
from docstore.services.finding import get, get_locked
from docstore.services.giving import fetched
from docstore.services.keeping import Spooled, keep, spooled
from docstore.services.openness import destroyed
from docstore.services.orphans import doom
from docstore.services.renditions import OPENED, Made
from docstore.services.versions import READ, Intake

# Whether a file could not be opened for its size or its cost, rather than for what it is.
_TOO_HEAVY = frozenset({"timeout", "memory", "output"})


def may_be_opened(version: Version, facts: Facts | None) -> bool:
    """Tell whether a version's file asks for a password that would open it here.

    So does one whose copy cannot be read any more: it was damaged, and the password is not kept.
    """
    if facts is None or version.media_type not in OPENABLE:
        return False
    is_lost = {Problem.OPENED, Problem.BROKEN} <= {*facts.problems}
    return is_lost or Problem.ENCRYPTED in facts.problems


def open_version(
    intake: Intake,
    acting_id: str | None,
    *,
    body_id: str,
    document_id: str,
    version_id: str,
    password: str,
) -> None:
    """Keep a copy of a version's file that asks for no password, and read the version anew from it.

    The password is kept nowhere. What is open already stays as it is. Raises `InvalidInput` of the
    field `password`: it does not open the file ("wrong_password"), the file is too large or takes
    too long ("too_heavy"), no password opens it ("cannot_open"), or everybody can see it and it was
    never open ("already_public"): its words would be public before anybody looked at them.
    `NotFound` where no password is asked for.
    """
    with intake.database.reading() as session:
        version = get(session, Version, body_id, version_id)
        facts = session.get(Facts, version_id)
        copy = renditions.find(session, kind=OPENED, version_id=version_id)
        is_told = copy is None and is_public(session, [version_id])
    if version.document_id != document_id:
        raise NotFound
    if not may_be_opened(version, facts):
        if copy is not None:
            return
        raise NotFound
    if is_told:
        raise InvalidInput(field="password", reason="already_public")
    if len(password) > MOST_LETTERS:
        raise InvalidInput(field="password", reason="wrong_password")
    intake.room.require(version.size + 2 * most_bytes(version.size))  # fetched, copied, stored
    with (
        fetched(
            intake.database, intake.store, body_id=body_id, sha256=version.sha256,
            folder=intake.spool_dir, at=intake.clock.now(),
        ) as source,
        temporary(intake.spool_dir, "opened-") as target,
    ):  # fmt: skip
        try:
            tool = open_with(password, source, target.path, media_type=version.media_type)
        except FileRefused as refusal:
            raise InvalidInput(field="password", reason=_reason(refusal)) from refusal
        file = spooled(target.path)
        keep(intake.database, intake.store, body_id=body_id, file=file, at=intake.clock.now())
        if not _note(intake, acting_id, version, file, tool):
            raise InvalidInput(field="password", reason="already_public")


def _reason(refusal: FileRefused) -> str:
    if refusal.code == "encrypted":
        return "wrong_password"
    return "too_heavy" if refusal.code in _TOO_HEAVY else "cannot_open"


def _note(
    intake: Intake, acting_id: str | None, version: Version, file: Spooled, tool: str
) -> bool:
    """Name the copy in the record, and promise that the version is read from it.

    Not where it was destroyed or shown to everybody while it was opened.
    """
    with intake.database.transaction() as session:
        acting = Acting(acting_id, intake.clock.now())
        get_locked(session, Document, version.body_id, version.document_id)
        was_open = renditions.find(session, kind=OPENED, version_id=version.id) is not None
        if destroyed(session, version) or (not was_open and is_public(session, [version.id])):
            doom(session, version.body_id, [file.sha256], at=acting.at)
            return False
        made = Made(
            kind=OPENED,
            media_type=detect(file.path, version.file_name),
            sha256=file.sha256,
            size=file.size,
            tool=tool,
        )
        renditions.put(
            session, body_id=version.body_id, made=made, at=acting.at, version_id=version.id
        )
        # What is not read yet is waited for: no packet goes out without the copy.
        session.execute(delete(Facts).where(Facts.version_id == version.id))
        enqueue(session, READ, version.id, at=acting.at, version=version.id, body=version.body_id)
        ledger.record(
            session, version.body_id, "version_opened", acting,
            version=version.id, sha256=file.sha256,
        )  # fmt: skip
    return True
