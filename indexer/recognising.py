"""Words on scanned pages: recognised a few pages at a time, after all that people wait for."""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from docstore.crashing import Point, reach
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
from indexer.reader import Reader
from indexer.tasks import find, is_left, stale

log = structlog.get_logger("teczka.indexer")


def handlers(reader: Reader) -> Mapping[str, Handler]:
    """Return the handler of scans, for a lane of its own; none where there is no program."""
    recogniser = reader.recogniser
    if recogniser is None:
        return {}
    return {RECOGNISE: lambda task: recognise(reader, recogniser, task)}


def recognise(reader: Reader, recogniser: Recogniser, task: Task) -> None:
    """Recognise the next pages of a version, and ask for those after them.

    What was recognised is found at once. The copy so far is what the next pages are added to, so
    that a kill costs one turn. Where pages are refused together, each is tried alone.
    """
    with reader.database.reading() as session:
        version = find(session, task)
        source = pages.source_of(session, version) if version else None
        left = scans.pages_left(session, version.id) if version else []
    if version is None or source is None or left == []:
        return
    most = int(task.payload["most"])
    asked = list(range(1, most + 1)) if left is None else left[:most]
    turn = _Turn(version, source, asked, is_last=left is None or len(left) <= most)
    try:
        made, recognised = _recognised(reader, recogniser, turn)
    except FileRefused as refusal:
        reader.room.require(WORKSPACE)  # without room no file is to blame, and it is tried again
        log.warning("recognition_failed", version=version.id, reason=refusal.code)
        made, recognised = _nothing(turn, refusal, is_counted=left is not None)
    reach(Point.RECOGNISED)
    with task.finishing() as session:
        now = reader.clock.now()
        if not is_left(session, version) or pages.source_of(session, version) != source:
            orphans.doom(session, version.body_id, filter(None, [made.sha256]), at=now)
            return  # destroyed, or opened with its password meanwhile and asked for anew
        before = renditions.find(session, kind=RECOGNISED, version_id=version.id)
        if made.sha256 is not None or before is None:
            old = before.sha256 if before is not None else None
            renditions.put(
                session, body_id=version.body_id, made=made, at=now, version_id=version.id
            )
            orphans.doom(session, version.body_id, filter(None, [old]), at=now)
        scans.note(session, version.id, recognised)
        stale(session, version.id, at=now)
        if scans.pages_left(session, version.id):
            is_refused = made.sha256 is None and len(asked) > 1
            scans.go_on(session, version, at=now, most=1 if is_refused else AT_ONCE)


@dataclass(frozen=True, slots=True)
class _Turn:
    version: Version
    source: Source
    asked: list[int]
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
            path, target.path, media_type=source.media_type, pages=turn.asked, is_last=turn.is_last
        )
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


def _nothing(turn: _Turn, refusal: FileRefused, *, is_counted: bool) -> tuple[Made, Recognised]:
    """Return what is noted of pages that were refused: alone, a page says nothing from then on."""
    made = Made(kind=RECOGNISED, media_type=media.PDF, problem=f"recognise_{refusal.code}")
    is_alone = is_counted and len(turn.asked) == 1
    said = {page: RecognisedPage("", 0.0) for page in turn.asked} if is_alone else {}
    return made, Recognised(0, said)
