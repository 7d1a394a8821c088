"""Fills a demo's record through the same services as a real installation."""

import time
from concurrent.futures import Future
from datetime import date

from api.demo import seed_acts, seed_session
from api.demo.content.makers import MadeFile
from api.demo.content.piechowice import PIECHOWICE
from api.demo.content.session import upcoming_session
from api.demo.seed_people import found_councils
from api.demo.telling import Note, Telling
from api.wiring import Parts
from docstore import outbox
from docstore.services import setup
from docstore.services.figures import figures

# Threads that read files: one for each of the two cores a demo is made for.
_WORKERS = 2
_POLL = 0.1  # seconds between two looks at the outbox
# Longer than the slowest step ever took on one busy core, in seconds.
_PATIENCE = 600.0


class DemoStuck(Exception):
    """The outbox did not come to its end; the message is the last error it met."""


def seed(
    parts: Parts, files: "Future[list[MadeFile]]", telling: Telling, *, today: date
) -> None:
    """Found the councils, publish the session and the acts, and wait until all work is done."""
    words = telling.words
    with parts.database.transaction() as session:
        setup.mark_demo(session, at=parts.clock.now())
    with telling.step(words("Zakładam cztery rady z wymyślonymi ludźmi")):
        councils = found_councils(parts)
    with telling.step(words("Piszę dokumenty: projekty, załączniki, uchwały")) as note:
        made = files.result()
        note(words.count(len(made), "plik", "pliki", "plików"))
    parts.start_workers(_WORKERS)
    with telling.step(words("Wgrywam je do magazynu S3")) as note:
        council = councils[PIECHOWICE.slug]
        planned = upcoming_session(today)
        prepared = seed_session.prepare(parts, council, planned, made)
        stored = seed_acts.store_acts(parts, councils, made)
        note(_stored(parts, telling))
    with telling.step(words("Czytam uchwały i publikuję je")) as note:
        left = seed_acts.publish_acts(parts, stored)
        while left:
            _pause(parts, note, telling)
            left = seed_acts.publish_acts(parts, left)
        note(words.count(len(stored), "uchwała", "uchwały", "uchwał"))
    with telling.step(words("Przekształcam pliki Word na PDF")) as note:
        while seed_session.waiting(parts, prepared):
            _pause(parts, note, telling)
    with telling.step(words("Publikuję pakiet na sesję i zawiadamiam odbiorców")) as note:
        packet = seed_session.publish(parts, prepared)
        while seed_session.unsent(parts, packet):
            _pause(parts, note, telling)
        seed_session.read_by_some(parts, council, packet)
    finish(parts, telling)


def finish(parts: Parts, telling: Telling) -> None:
    """Wait until nothing waits in the outbox."""
    with telling.step(telling.words("Kończę zadania w tle")) as note:
        while _backlog(parts).waiting:
            _pause(parts, note, telling)


def _pause(parts: Parts, note: Note, telling: Telling) -> None:
    """Give the workers a moment, and tell how much is left; raise `DemoStuck` when they gave up."""
    left = _backlog(parts)
    if left.parked or telling.seconds > _PATIENCE:
        with parts.database.reading() as session:
            raise DemoStuck(outbox.messages(session, limit=1)[0].last_error)
    note(telling.words("czeka {count}", count=left.waiting))
    time.sleep(_POLL)


def _backlog(parts: Parts) -> outbox.Backlog:
    with parts.database.reading() as session:
        return outbox.backlog(session)


def _stored(parts: Parts, telling: Telling) -> str:
    with parts.database.reading() as session:
        found = figures(session)
    count = telling.words.count(found.documents, "dokument", "dokumenty", "dokumentów")
    return f"{count}, {telling.words.size(found.stored)}"
