"""Fills a demo's record through the same services as a real installation."""

import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import date
from itertools import compress
from operator import not_

from api.demo import seed_acts, seed_session
from api.demo.content.makers import MadeFile
from api.demo.content.piechowice import PIECHOWICE
from api.demo.content.session import upcoming_session
from api.demo.seed_people import Council, found_councils
from api.demo.telling import Telling
from api.wiring import Parts
from docstore import outbox
from docstore.services import setup
from docstore.services.figures import figures
from docstore.services.indexing import INDEX
from docstore.workers import Worker
from indexer.catching_up import catch_up

# Threads that read files: one for each of the two cores a demo is made for.
_READERS = 2
_POLL = 0.2  # seconds between two looks at the outbox
# Longer than the slowest step ever took on one busy core, in seconds.
_PATIENCE = 600.0
# How long a worker may need for the job in its hands; LibreOffice has 60 s.
_LAST_JOB = 90.0


class DemoStuck(Exception):
    """The outbox did not come to its end; the message is the last error it met."""


def seed(parts: Parts, files: "Future[list[MadeFile]]", telling: Telling, *, today: date) -> None:
    """Found the councils, publish the session and the acts, and make all of it findable.

    What nobody waits for, the PDFs of a few old acts, is left to the workers of the server.
    """
    words = telling.words
    with parts.database.transaction() as session:
        setup.mark_demo(session, at=parts.clock.now())
    with telling.step(words("Zakładam cztery rady z wymyślonymi ludźmi")):
        councils = found_councils(parts)
    with telling.step(words("Piszę dokumenty: projekty, załączniki, uchwały")) as note:
        made = files.result()
        note(words.count(len(made), "plik", "pliki", "plików"))
    with _readers(parts):
        _publish(parts, councils, made, telling, today=today)
    with telling.step(words("Indeksuję")) as note:
        note(words.count(catch_up(parts.reader), "wersja", "wersje", "wersji"))


@contextmanager
def _readers(parts: Parts) -> Iterator[None]:
    """Do all work but indexing, which at the end is one change of the index instead of hundreds."""
    lanes = parts.lanes()
    reading = {**lanes["reading"], **lanes["indexing"]}
    del reading[INDEX]
    workers = [
        Worker(parts.database, parts.clock, handlers, name=f"seeding-{number}")
        for number, handlers in enumerate(
            [*[reading] * _READERS, lanes["rendering"], lanes["sending"]]
        )
    ]
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        for worker in workers:
            worker.stop(timeout=_LAST_JOB)


def _publish(
    parts: Parts,
    councils: dict[str, Council],
    made: list[MadeFile],
    telling: Telling,
    *,
    today: date,
) -> None:
    words = telling.words
    with telling.step(words("Wgrywam je do magazynu S3")) as note:
        council = councils[PIECHOWICE.slug]
        prepared = seed_session.prepare(parts, council, upcoming_session(today), made)
        decided = seed_acts.hold_sessions(parts, councils, made)
        is_pdf = [each.made.path.suffix == ".pdf" for each in decided]
        stored = seed_acts.store(parts, compress(decided, is_pdf))
        note(_stored(parts, telling))
    with telling.step(words("Czytam uchwały i publikuję je")) as note:
        _publish_acts(parts, stored, telling)
        note(words.count(len(stored), "uchwała", "uchwały", "uchwał"))
    doing = words("Przekształcam pliki Word na PDF")
    if parts.renderer is None:
        doing = words("Nie ma LibreOffice: pliki Word będą w ZIP, a nie w scalonym PDF")
    with telling.step(doing):
        while left := seed_session.waiting(parts, prepared):
            _pause(parts, telling, left=len(left))
    with telling.step(words("Publikuję pakiet na sesję i zawiadamiam odbiorców")) as note:
        packet = seed_session.publish(parts, prepared)
        # Now, so that LibreOffice makes their PDFs after those that the packet waited for.
        late = seed_acts.store(parts, compress(decided, map(not_, is_pdf)))
        _publish_acts(parts, late, telling)
        while unsent := seed_session.unsent(parts, packet):
            _pause(parts, telling, left=unsent)
        seed_session.read_by_some(parts, council, packet)
        note(words.count(seed_session.sent(parts, packet), "osoba", "osoby", "osób"))


def _publish_acts(parts: Parts, stored: list[seed_acts.Stored], telling: Telling) -> None:
    """Publish every act as soon as its file has been read."""
    left = seed_acts.publish_read(parts, stored)
    while left:
        _pause(parts, telling, left=len(left))
        left = seed_acts.publish_read(parts, left)


def finish(parts: Parts, telling: Telling) -> None:
    """Wait until nothing waits in the outbox."""
    with telling.step(telling.words("Kończę zadania w tle")):
        while left := _backlog(parts).waiting:
            _pause(parts, telling, left=left)


def _pause(parts: Parts, telling: Telling, *, left: int) -> None:
    """Give the workers a moment, and tell how much is left; raise `DemoStuck` when they gave up."""
    if _backlog(parts).parked or telling.seconds > _PATIENCE:
        with parts.database.reading() as session:
            raise DemoStuck(outbox.messages(session, limit=1)[0].last_error)
    telling.left(left)
    time.sleep(_POLL)


def _backlog(parts: Parts) -> outbox.Backlog:
    with parts.database.reading() as session:
        return outbox.backlog(session)


def _stored(parts: Parts, telling: Telling) -> str:
    with parts.database.reading() as session:
        found = figures(session)
    count = telling.words.count(found.documents, "dokument", "dokumenty", "dokumentów")
    return f"{count}, {telling.words.size(found.stored)}"
