"""Asks the parts of an installation how they are, side by side, and never waits long for one."""

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from typing import Any, NamedTuple

import structlog

from docstore.errors import DocstoreError

log = structlog.get_logger("teczka.watch")

# How long an answer about the whole installation takes at most, in seconds: less than the time-out
# of what watches it (Prometheus 10 s, the health checks of containers 4 s).
PATIENCE = 2.0


class NoAnswer(Exception):
    """A part said nothing in time; it is not asked again before it answers."""


class Broken(Exception):
    """A part answered with an error that nobody foresaw; the log has it with its trace."""


class Question(NamedTuple):
    """What is asked of a part, and for how many seconds its answer is good."""

    ask: Callable[[], Any]
    lasts: float = 0.0


Answer = Any
"""What a question returned, or the `DocstoreError`, `NoAnswer` or `Broken` that came instead."""


class Watch:
    """Keeps the questions; each has one thread at most, however often and whoever asks."""

    def __init__(self, questions: Mapping[str, Question], *, patience: float = PATIENCE) -> None:
        self._questions = questions
        self._patience = patience
        self._lock = threading.Lock()
        self._asked: dict[str, tuple[Future[Answer], float]] = {}

    def look(self) -> dict[str, Answer]:
        """Return each part's answer, after `patience` seconds at the latest."""
        with self._lock:
            now = time.monotonic()
            for name, question in self._questions.items():
                known = self._asked.get(name)
                if known is None or (known[0].done() and now - known[1] >= question.lasts):
                    self._asked[name] = (_asked(name, question), now)
            asked = {name: future for name, (future, _) in self._asked.items()}
        wait(asked.values(), timeout=self._patience)
        return {name: f.result() if f.done() else NoAnswer() for name, f in asked.items()}


def _asked(name: str, question: Question) -> Future[Answer]:
    """Ask in a thread of its own: one that hangs holds up neither an answer nor the end."""
    answer: Future[Answer] = Future()

    def ask() -> None:
        try:
            answer.set_result(question.ask())
        except DocstoreError as error:
            answer.set_result(error)
        except Exception:  # what watches an installation must answer, whatever is wrong with it
            log.exception("question_broke", part=name)
            answer.set_result(Broken())

    threading.Thread(target=ask, name=f"watch-{name}", daemon=True).start()
    return answer
