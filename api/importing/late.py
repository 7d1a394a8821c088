"""What of an import is judged after the rest: files that wait for their PDF or for a reader."""

import threading
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from api.importing.naming import name_act, number_key
from api.importing.progress import Steps
from api.importing.reading import Found
from api.importing.record import Act, publish
from api.importing.report import TO_REVIEW, ImportReport, Row
from api.wiring import Parts
from docstore import outbox
from docstore.errors import NumberTaken
from docstore.models import Body, Facts, Paper, Version
from docstore.rules.acts.facts import ActFacts, propose_facts
from docstore.services import archive, renditions
from docstore.services.acting import Acting
from docstore.services.archive import NewEntry
from docstore.services.finding import get_locked
from docstore.services.versions import READ
from indexer import tasks

# Seconds to wait for a file that another process has begun to read, and between two looks.
_PATIENCE, _BETWEEN_LOOKS = 120.0, 0.2


@dataclass(frozen=True, slots=True)
class _Waiting:
    file: str
    paper_id: str
    version_id: str


class Late:
    """Files that are stored and not published yet, by their version."""

    def __init__(self, parts: Parts, body: Body, *, publishes: bool) -> None:
        self._publishes = publishes
        self._parts = parts
        self._body = body
        self._waiting: dict[str, _Waiting] = {}
        self._handlers = tasks.all_handlers(parts.reader)

    def __len__(self) -> int:
        return len(self._waiting)

    def wait_for(self, found: Found, paper: Paper, version: Version) -> None:
        """Keep a file for the end."""
        self._waiting[version.id] = _Waiting(found.name, paper.id, version.id)

    def take(self, found: Found, version: Version) -> Row | None:
        """Return what became of a file that is known; None for one that is not published yet."""
        document, paper = version.document, version.document.paper
        if paper is None or document.removed_at is not None:
            return Row(found.name, found.sha256, "already_there", "removed")
        if paper.published_at is not None:
            return Act(found.name, paper, version, version.facts, "").row("already_there")
        self.wait_for(found, paper, version)
        return None

    def finish(self, report: ImportReport, steps: Steps) -> None:
        """Make what PDFs are missing, publish what waited for them, and bring the index up."""
        self._render(steps)
        self._read()
        for each in self._waiting.values():
            report.rows.append(self._judge(each))
        self._work()

    def _render(self, steps: Steps) -> None:
        database, clock = self._parts.database, self._parts.clock
        with database.reading() as session:
            count = len(outbox.waiting_keys(session, {tasks.RENDER}))
        topics = frozenset({tasks.RENDER})
        with steps.rendering(count) as rendered:
            done = 0
            while outbox.run_one(database, clock, self._handlers, topics):
                rendered.advance(done := done + 1)

    def _read(self) -> None:
        """Read what is not read yet, and wait for what a running server has in hand."""
        pause = threading.Event()
        for _ in range(int(_PATIENCE / _BETWEEN_LOOKS)):
            self._work()
            with self._parts.database.reading() as session:
                if not outbox.waiting_keys(session, {READ, tasks.RENDER}) & self._waiting.keys():
                    return
            pause.wait(_BETWEEN_LOOKS)

    def _work(self) -> None:
        """Do what reading and indexing promised; mail and packets are left to the server."""
        outbox.drain(self._parts.database, self._parts.clock, self._handlers)

    def _judge(self, waiting: _Waiting) -> Row:
        try:
            return self._publish(waiting)
        except NumberTaken:
            # The office decides which of the two is right; nothing is thrown away.
            with self._parts.database.reading() as session:
                return _act(session, waiting).row("in_office", NumberTaken.code)

    def _publish(self, waiting: _Waiting) -> Row:
        with self._parts.database.transaction() as session:
            paper = get_locked(session, Paper, self._body.id, waiting.paper_id)
            act = _act(session, waiting)
            if act.facts is None:
                return act.row("failed", "not_read")
            if archive.is_set_aside(session, paper.id):
                return act.row("already_there", "set_aside")
            at = self._parts.clock.now()
            found = _read(session, waiting)
            entry = NewEntry(paper.id, waiting.file, number_key(found))
            archive.enter(session, self._body.id, [entry], at=at)
            if not self._publishes:
                if found.title is not None and not paper.number:
                    paper.title = found.title.value
                return act.row("in_office", TO_REVIEW)
            named = replace(act, number=name_act(paper, found))
            return publish(session, Acting(None, at), named, act.facts)


def _act(session: Session, waiting: _Waiting) -> Act:
    return Act(
        waiting.file,
        session.get_one(Paper, waiting.paper_id),
        session.get_one(Version, waiting.version_id),
        session.get(Facts, waiting.version_id),
        "",
    )


def _read(session: Session, waiting: _Waiting) -> ActFacts:
    texts = renditions.page_texts(session, [waiting.version_id]).get(waiting.version_id, ())
    return propose_facts(texts, waiting.file.rpartition("/")[2])
