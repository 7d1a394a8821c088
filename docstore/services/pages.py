"""Pages of kept files as pictures: drawn when somebody looks, at hand while many do."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from docstore.clock import Clock
from docstore.database import Database
from docstore.errors import NotDrawn, NotFound
from docstore.files import media
from docstore.files.drawing import DRAWABLE, Drawing, DrawnPage, Size, draw
from docstore.files.errors import FileRefused
from docstore.files.inspect import inspect
from docstore.files.problems import Problem
from docstore.files.sandbox import Limits
from docstore.models import Facts, Rendition, Version
from docstore.objects.at_hand import AtHand
from docstore.objects.seam import ObjectStore
from docstore.room import writing
from docstore.services import renditions
from docstore.services.giving import fetched

EDITION = 1
"""Of the pictures: to be raised where the same page would be drawn otherwise, for caches' tags."""

# Pages drawn together: a file is fetched and opened for each run, and readers turn to the next.
_RUN: Mapping[Size, int] = {"small": 24, "large": 3}
# Runs at hand: of each kind about 6 MB in each process that answers, where pages are of text.
_AT_HAND: Mapping[Size, int] = {"small": 20, "large": 16}
# A drawing that costs more than this is not worth a processor: who needs it has the file.
_LIMITS = Limits(seconds=60.0, cpu_seconds=10)
# Refused for what it costs: a page of a run may be to blame, and not its neighbours.
_COSTLY = frozenset({"timeout", "memory", "output"})


@dataclass(frozen=True, slots=True)
class Source:
    """The object whose pages are shown for a version."""

    body_id: str
    sha256: str
    media_type: str
    pages: int | None
    """How many there are, None where nobody has counted yet."""
    kind: str = ""
    """What it is of the version: `recognised`, `pdf`, `opened`, or empty for its own file."""


def has_pages(media_type: str, pages: int | None) -> bool:
    """Tell whether a file is looked at page by page: its pages are known, or it is a picture."""
    return pages is not None or media_type in DRAWABLE - {media.PDF}


def is_waiting(session: Session, version: Version) -> bool:
    """Tell whether pages of a version are still to come: it is being read, or made a PDF of."""
    facts = session.get(Facts, version.id)
    made = renditions.find(session, kind="pdf", version_id=version.id)
    return facts is None or (facts.media_type in renditions.RENDERED and made is None)


def source_of(session: Session, version: Version) -> Source | None:
    """Return what is shown of a version, None where it has no pages that can be drawn.

    The copy with its scanned pages' words, the PDF that was made of it, the copy that asks for no
    password, or its own file.
    """
    facts = session.get(Facts, version.id)
    for kind in (renditions.RECOGNISED, "pdf", renditions.OPENED):
        made = renditions.find(session, kind=kind, version_id=version.id)
        if made is not None and made.sha256 is not None and made.media_type in DRAWABLE:
            return _made(version, made, facts)
    is_locked = facts is not None and Problem.ENCRYPTED in facts.problems
    if version.media_type not in DRAWABLE or is_locked:
        return None
    pages = facts.pages if facts else None
    return Source(version.body_id, version.sha256, version.media_type, pages)


def _made(version: Version, made: Rendition, facts: Facts | None) -> Source:
    assert made.sha256 is not None  # noqa: S101 - looked at by who calls
    pages = made.pages or (facts.pages if facts else None)
    return Source(version.body_id, made.sha256, made.media_type, pages, made.kind)


def of_packet(made: Rendition) -> Source | None:
    """Return the pages of a packet's merged PDF; None where there is none."""
    if made.sha256 is None or made.media_type != media.PDF:
        return None
    return Source(made.body_id, made.sha256, made.media_type, made.pages, made.kind)


# Texts at hand: of a packet of a thousand pages, 3 MB.
_MOST_TEXTS = 4
# Body, hash of the object, first page of the run, how many.
_Key = tuple[str, str, int, int]


class Pages:
    """Draws pages, in runs; a run that several want at once is drawn by the first of them.

    Pictures are kept in memory alone, until others take their place or the process ends; whoever
    asks for them was looked up before. A file that could not be drawn is not tried again meanwhile.
    """

    def __init__(
        self, database: Database, store: ObjectStore, clock: Clock, spool_dir: Path
    ) -> None:
        self._database, self._store, self._clock = database, store, clock
        self._spool_dir = spool_dir
        self._runs: Mapping[Size, AtHand[_Key, Drawing | None]] = {
            size: AtHand(most) for size, most in _AT_HAND.items()
        }
        self._texts: AtHand[Source, tuple[str, ...]] = AtHand(_MOST_TEXTS)

    def page(self, source: Source, number: int, size: Size) -> DrawnPage:
        """Return one page; pages are counted from 1.

        Raises `NotFound` for a page that is not there, `NotDrawn` for one that cannot be shown,
        and what the store raises.
        """
        if not 1 <= number <= self.count(source):
            raise NotFound
        place = (number - 1) % _RUN[size]
        pages = self._run(source, size, number - place, _RUN[size]).pages
        if place >= len(pages):  # the pages before it took too long
            pages, place = self._run(source, size, number, 1).pages, 0
        if not pages[place : place + 1] or not pages[place].picture:
            raise NotDrawn
        return pages[place]

    def is_at_hand(self, source: Source, number: int, size: Size) -> bool:
        """Tell whether a page was drawn already."""
        first = number - (number - 1) % _RUN[size]
        return self._runs[size].has((source.body_id, source.sha256, first, _RUN[size]))

    def count(self, source: Source) -> int:
        """Return how many pages there are; raises what `page` does."""
        return source.pages if source.pages is not None else self.around(source, 1).count

    def around(self, source: Source, number: int) -> Drawing:
        """Return the pages drawn with the large page `number`, and what is known of the file.

        Raises what `page` does, but for a page that is not there: it has nothing around it.
        """
        return self._run(source, "large", number - (number - 1) % _RUN["large"], _RUN["large"])

    def texts(self, source: Source) -> tuple[str, ...]:
        """Return the texts of the pages of a packet's PDF, of which the record has none as one."""
        return self._texts.get(source, lambda: self._read(source))

    def _run(self, source: Source, size: Size, first: int, count: int) -> Drawing:
        key = (source.body_id, source.sha256, first, count)
        drawing = self._runs[size].get(key, lambda: self._draw(source, size, first, count))
        if drawing is None:
            raise NotDrawn
        return drawing

    def _draw(self, source: Source, size: Size, first: int, count: int) -> Drawing | None:
        """Draw some pages; None, which is kept as a drawing is, where the file refuses it.

        Where they cost too much together there are none of them, and each is drawn alone.
        """
        try:
            with self._at_work_on(source) as path:
                return draw(
                    path, self._spool_dir, media_type=source.media_type,
                    first=first, count=count, size=size, limits=_LIMITS,
                )  # fmt: skip
        except NotDrawn as refused:
            why = refused.__cause__
            is_costly = isinstance(why, FileRefused) and why.code in _COSTLY
            return Drawing(source.pages or 1, (), (), ()) if is_costly and count > 1 else None

    def _read(self, source: Source) -> tuple[str, ...]:
        with self._at_work_on(source) as path:
            return inspect(path, "pages.pdf").page_texts

    @contextmanager
    def _at_work_on(self, source: Source) -> Iterator[Path]:
        """Lend the file of some pages; what cannot be done with it is `NotDrawn`."""
        with (
            fetched(
                self._database, self._store, body_id=source.body_id, sha256=source.sha256,
                folder=self._spool_dir, at=self._clock.now(),
            ) as path,
            writing(),
        ):  # fmt: skip
            try:
                yield path
            except FileRefused as refusal:
                raise NotDrawn from refusal
