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
# Runs at hand: of large ones about 12 MB in each process that answers, of small ones 8 MB.
_AT_HAND: Mapping[Size, int] = {"small": 40, "large": 30}


@dataclass(frozen=True, slots=True)
class Source:
    """The object whose pages are shown for a version."""

    body_id: str
    sha256: str
    media_type: str
    pages: int | None
    """How many there are, None where nobody has counted yet."""
    is_made: bool
    """Whether it was made of the version's own file, which looks otherwise in its own program."""


def has_pages(media_type: str, pages: int | None) -> bool:
    """Tell whether a file is looked at page by page: its pages are known, or it is a picture."""
    return pages is not None or media_type in DRAWABLE - {media.PDF}


def source_of(session: Session, version: Version) -> Source | None:
    """Return what is shown of a version, None where it has no pages that can be drawn.

    The PDF that was made of it, the copy that asks for no password, or its own file.
    """
    facts = session.get(Facts, version.id)
    for kind in ("pdf", renditions.OPENED):
        made = renditions.find(session, kind=kind, version_id=version.id)
        if made is not None and made.sha256 is not None and made.media_type in DRAWABLE:
            return _made(version, made, facts)
    is_locked = facts is not None and Problem.ENCRYPTED in facts.problems
    if version.media_type not in DRAWABLE or is_locked:
        return None
    pages = facts.pages if facts else None
    return Source(version.body_id, version.sha256, version.media_type, pages, is_made=False)


def _made(version: Version, made: Rendition, facts: Facts | None) -> Source:
    assert made.sha256 is not None  # noqa: S101 - looked at by who calls
    pages = made.pages or (facts.pages if facts else None)
    return Source(version.body_id, made.sha256, made.media_type, pages, is_made=made.kind == "pdf")


def of_packet(made: Rendition) -> Source | None:
    """Return the pages of a packet's merged PDF; None where there is none."""
    if made.sha256 is None or made.media_type != media.PDF:
        return None
    return Source(made.body_id, made.sha256, made.media_type, made.pages, is_made=True)


# Texts at hand: of a packet of a thousand pages, 3 MB.
_MOST_TEXTS = 4
# Body, hash of the object, number of the run.
_Key = tuple[str, str, int]


class Pages:
    """Draws pages, in runs; a run that several want at once is drawn by the first of them.

    Pictures are kept in memory alone and for as long as others are not asked for, so that nothing
    is left of a version that was destroyed but what its readers are looking at.
    """

    def __init__(
        self, database: Database, store: ObjectStore, clock: Clock, spool_dir: Path
    ) -> None:
        self._database, self._store, self._clock = database, store, clock
        self._spool_dir = spool_dir
        self._runs: Mapping[Size, AtHand[_Key, Drawing]] = {
            size: AtHand(most) for size, most in _AT_HAND.items()
        }
        self._texts: AtHand[Source, tuple[str, ...]] = AtHand(_MOST_TEXTS)

    def page(self, source: Source, number: int, size: Size) -> DrawnPage:
        """Return one page; pages are counted from 1.

        Raises `NotFound` for a page that is not there, `NotDrawn` for one that cannot be shown,
        and what the store raises.
        """
        if number < 1:
            raise NotFound
        run = (number - 1) // _RUN[size]
        drawing = self._run(source, size, run)
        place = number - 1 - run * _RUN[size]
        if place >= len(drawing.pages):
            raise NotFound
        page = drawing.pages[place]
        if not page.picture:
            raise NotDrawn
        return page

    def count(self, source: Source) -> int:
        """Return how many pages there are; raises what `page` does."""
        if source.pages is not None:
            return source.pages
        return self._run(source, "large", 0).count

    def around(self, source: Source, number: int) -> Drawing:
        """Return the pages drawn with the large page `number`, and what is known of the file.

        Raises what `page` does, but for a page that is not there: it has nothing around it.
        """
        return self._run(source, "large", (number - 1) // _RUN["large"])

    def texts(self, source: Source) -> tuple[str, ...]:
        """Return the texts of a PDF's pages, for one of which the record has none."""
        return self._texts.get(source, lambda: self._read(source))

    def _run(self, source: Source, size: Size, run: int) -> Drawing:
        key = (source.body_id, source.sha256, run)
        first = 1 + run * _RUN[size]
        return self._runs[size].get(key, lambda: self._draw(source, size, first))

    def _draw(self, source: Source, size: Size, first: int) -> Drawing:
        with self._at_work_on(source) as path:
            return draw(
                path, self._spool_dir, media_type=source.media_type,
                first=first, count=_RUN[size], size=size,
            )  # fmt: skip

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
