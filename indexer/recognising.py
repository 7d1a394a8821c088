"""Words on scanned pages: recognised a few pages at a time, after all that people wait for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from docstore.crashing import Point, reach
from docstore.database import WriteSession
from docstore.files import media
from docstore.files.errors import FileRefused
from docstore.files.recognising import Recognised, RecognisedPage, Recogniser
from docstore.models import Version
from docstore.outbox import Handler, Task
from docstore.room import WORKSPACE, temporary
from docstore.services import orphans, pages, renditions, scans
from docstore.services.giving import fetched
from docstore.services.keeping import keep, spooled
from docstore.services.pages import Source
from docstore.services.renditions import RECOGNISED, Made
from docstore.services.scans import AT_ONCE, RECOGNISE
from indexer.learning import find, is_left, stale
from indexer.reader import Reader

log = structlog.get_logger("teczka.indexer")

_MOST_REFUSED = 3


def handlers(reader: Reader) -> Mapping[str, Handler]:
    """Return the handler of scans, for a lane of its own."""
    return {RECOGNISE: lambda task: recognise(reader, task)}


def plan(reader: Reader, session: WriteSession) -> int:
    """Promise that all scans which nobody has tried are recognised; return how many there are."""
    if reader.recogniser is None:
        return 0
    wanted = [each for each in scans.untried(session) if pages.source_of(session, each)]
    for version in wanted:
        scans.begin(session, version, at=reader.clock.now())
    return len(wanted)


def recognise(reader: Reader, task: Task) -> None:
    """Recognise the next pages of a version, and ask for those after them.

    What was recognised is found at once. The copy so far is what the next pages are added to, so
    that a kill costs one turn. Where pages are refused together, each is tried alone.
    """
    with reader.database.reading() as session:
        version = find(session, task)
        source = pages.source_of(session, version) if version else None
        left = scans.pages_left(session, version.id) if version else []
    if version is None:
        return
    if source is None or left == [] or reader.recogniser is None:
        with task.finishing() as session:  # nothing is under way; a later start may ask again
            scans.settle(session, version.id)
        return
    most = 1 if task.payload["alone"] else AT_ONCE
    asked = list(range(1, most + 1)) if left is None else left[:most]
    turn = _Turn(version, source, asked, is_counted=left is not None, is_last=left == asked)
    try:
        made, recognised = _recognised(reader, reader.recogniser, turn)
    except FileRefused as refusal:
        reader.room.require(WORKSPACE)  # without room no file is to blame, and it is tried again
        log.warning("recognition_failed", version=version.id, reason=refusal.code)
        _refuse(reader, task, turn, refusal)
        return
    reach(Point.RECOGNISED)
    with task.finishing() as session:
        now = reader.clock.now()
        if not _still_stands(session, turn):
            orphans.doom(session, version.body_id, filter(None, [made.sha256]), at=now)
            return  # destroyed, or opened with its password meanwhile and asked for anew
        if scans.is_told_too_much(session, version, recognised):
            log.warning("recognition_withheld", version=version.id)
            _withhold(session, version, made, at=now)
            stale(session, version.id, at=now)
            return
        # The copy before it may be on its way to somebody; the sweep takes it a day later.
        renditions.put(session, body_id=version.body_id, made=made, at=now, version_id=version.id)
        scans.note(session, version.id, recognised)
        stale(session, version.id, at=now)
        if scans.pages_left(session, version.id):
            alone = max(task.payload["alone"] - 1, 0)
            scans.go_on(session, version, at=now, alone=alone)


def _still_stands(session: WriteSession, turn: "_Turn") -> bool:
    """Tell whether what was recognised is still what is to be recognised."""
    version = turn.version
    return is_left(session, version) and pages.source_of(session, version) == turn.source


def _withhold(session: WriteSession, version: Version, made: Made, *, at: datetime) -> None:
    """Give neither the words of a public scan nor the copy that has them to anybody."""
    before = renditions.find(session, kind=RECOGNISED, version_id=version.id)
    gone = [made.sha256, before.sha256 if before else None]
    why = Made(kind=RECOGNISED, media_type=media.PDF, problem="recognise_withheld")
    renditions.put(session, body_id=version.body_id, made=why, at=at, version_id=version.id)
    orphans.doom(session, version.body_id, filter(None, gone), at=at)
    scans.give_up(session, version, is_private=True)


def _refuse(reader: Reader, task: Task, turn: "_Turn", refusal: FileRefused) -> None:
    """Note that pages were refused: together, each is tried alone; alone, it says nothing.

    After a few in a row the file is given up: each try may take minutes.
    """
    version, payload = turn.version, task.payload
    why = Made(kind=RECOGNISED, media_type=media.PDF, problem=f"recognise_{refusal.code}")
    with task.finishing() as session:
        now = reader.clock.now()
        if not _still_stands(session, turn):
            return
        if renditions.find(session, kind=RECOGNISED, version_id=version.id) is None:
            renditions.put(
                session, body_id=version.body_id, made=why, at=now, version_id=version.id
            )
        if turn.is_counted and len(turn.asked) > 1:
            scans.go_on(session, version, at=now, alone=len(turn.asked))
            return
        refused = payload["refused"] + 1
        if not turn.is_counted or refused >= _MOST_REFUSED:
            scans.give_up(session, version)
        else:
            nothing = {page: RecognisedPage("", 0.0) for page in turn.asked}
            scans.note(session, version.id, Recognised(0, nothing))
            if scans.pages_left(session, version.id):
                alone = max(payload["alone"] - 1, 0)
                scans.go_on(session, version, at=now, alone=alone, refused=refused)
        stale(session, version.id, at=now)


@dataclass(frozen=True, slots=True)
class _Turn:
    version: Version
    source: Source
    asked: list[int]
    is_counted: bool
    """Whether the file's pages are known; of a picture they are not before it was recognised."""
    is_last: bool


def _recognised(reader: Reader, recogniser: Recogniser, turn: _Turn) -> tuple[Made, Recognised]:
    """Recognise some pages, and keep the copy that has their words."""
    version, source = turn.version, turn.source
    with (
        fetched(
            reader.database, reader.store, body_id=source.body_id, sha256=source.sha256,
            folder=reader.spool_dir, at=reader.clock.now(),
        ) as path,
        temporary(reader.spool_dir, "recognised-") as target,
    ):  # fmt: skip
        recognised = recogniser.recognise(
            path,
            target.path,
            media_type=source.media_type,
            pages=turn.asked,
            is_last=turn.is_last or not turn.is_counted,
        )
        if turn.is_counted and not {*turn.asked} <= {*recognised.pages}:
            # Programs differ about the pages that a broken file has: nothing is where it seems.
            raise FileRefused("broken", f"{recognised.count} pages")
        file = spooled(target.path)
        now = reader.clock.now()
        keep(reader.database, reader.store, body_id=version.body_id, file=file, at=now)
    made = Made(
        kind=RECOGNISED,
        media_type=media.PDF,
        sha256=file.sha256,
        size=file.size,
        pages=recognised.count,
        tool=recogniser.tool,
    )
    return made, recognised
