"""An installation whose processes are killed and started again, and a clerk who goes on working."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain, count
from pathlib import Path

import httpx2
from pydantic import SecretStr

from api import wiring
from api.wiring import Parts
from docstore.migrations import migrate
from docstore.services import clerks, people, signins
from docstore.services.acting import Acting
from docstore.settings import Settings
from tests.crash_book import Book
from tests.factories import (
    make_body,
    make_items,
    make_meeting,
    make_paper,
    make_pdf,
    make_person,
)
from tests.family import children_of, working_of
from tests.scanning import a_scan, picture

PATIENCE = 180.0  # seconds for what takes a few on a machine at rest
_LOOK = 0.05  # seconds between two looks at what another process does
_HOME = "/api/v1/bodies/piechowice"
_AWAY = (httpx2.TransportError, httpx2.HTTPStatusError)


def until(
    happens: Callable[[], object],
    what: str,
    *,
    patience: float = PATIENCE,
    instead: Callable[[], object] = lambda: "",
) -> None:
    """Wait for what another process does; where it never comes, say what there was `instead`."""
    end = time.monotonic() + patience
    while not happens():
        if time.monotonic() > end:
            raise TimeoutError(f"{what}\n{instead()}")
        time.sleep(_LOOK)  # a poll of another process; no test waits a fixed time


def _lives(number: int) -> bool:
    """Tell whether a process runs; one that has ended and was not asked for does not."""
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def _end(numbers: Iterable[int]) -> None:
    for number in numbers:
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)


@dataclass
class Process:
    """One command of the program, started again whenever it has ended, as an init system does."""

    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    running: subprocess.Popen[bytes] | None = None

    def ensure(self) -> None:
        """Start the command unless it runs."""
        if self.running is not None and self.running.poll() is None:
            return
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """End the process that was started, and see those that it had started end with it."""
        if self.running is None:
            return
        children = self.children
        self.running.kill()
        self.running.wait()
        until(lambda: not any(map(_lives, children)), f"{self.command[-1]} left a process behind")

    def kill_children(self) -> None:
        """End the processes below it, if there are any; the one above starts others."""
        _end(self.children)

    def kill_working(self) -> None:
        """End the one that does the work."""
        if self.running is not None:
            _end(working_of(self.running.pid))

    def kill_last(self) -> None:
        """End the one that was started last: it answers, unless the one that works died before."""
        _end(self.children[-1:])

    @property
    def children(self) -> list[int]:
        """Return the processes that this one started."""
        return [] if self.running is None else children_of(self.running.pid)

    def stop(self) -> None:
        """End the process as an administrator would."""
        if self.running is not None and self.running.poll() is None:
            self.running.terminate()
            self.running.wait(PATIENCE)


@dataclass
class CrashHouse:
    """The processes of one installation, what a clerk sees of it, and what it acknowledged."""

    folder: Path
    parts: Parts
    token: str
    meeting_id: str
    paper_id: str
    processes: list[Process]
    book: Book
    _words: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def orders(self) -> Path:
        """Return the file that tells where to die next."""
        return self.folder / "orders"

    # --- processes ---

    def order(self, point: str, number: int = 1, *, everyone: bool = False) -> None:
        """Let whoever reaches a point that often die there."""
        self.orders.with_suffix(".done").unlink(missing_ok=True)
        whole = self.orders.with_suffix(".new")
        whole.write_text(f"{point} {number} {'all' if everyone else 'self'}")
        whole.rename(self.orders)

    @property
    def is_carried_out(self) -> bool:
        """Tell whether the last order was."""
        return self.orders.with_suffix(".done").exists()

    def ensure(self, *, patience: float = PATIENCE) -> None:
        """Start what has ended, and wait until the server answers that it is ready."""

        def is_ready() -> bool:
            for each in self.processes:
                each.ensure()
            with suppress(httpx2.TransportError):
                return httpx2.get(f"{self.parts.settings.public_url}/readyz").is_success
            return False

        until(is_ready, "the server never became ready", patience=patience)

    def settle(self, *, patience: float = PATIENCE) -> None:
        """Wait until nothing is left to do."""
        self.ensure()

        def is_done() -> bool:
            for each in self.processes:
                each.ensure()
            return self.book.is_settled(self.parts)

        until(is_done, "work was left undone", patience=patience, instead=self._told)

    def _told(self) -> str:
        """Return what is not done, and the last that every process said."""
        said = [each.log.read_text(errors="replace").splitlines()[-40:] for each in self.processes]
        waiting = self.book.waiting(self.parts)
        return "\n".join([f"{self.parts.clock.now():%T}", *waiting, *chain.from_iterable(said)])

    def stop(self) -> None:
        """End every process and close what the test looks through."""
        for each in self.processes:
            each.stop()
        self.parts.close()

    # --- the clerk ---

    def job(self, *, file_name: str = "projekt.pdf") -> None:
        """Upload a file and publish a packet with it, coming back until it is acknowledged."""
        self._insist(lambda: self._upload(file_name))
        self._insist(self._publish)

    def _insist(self, step: Callable[[], bool]) -> None:
        def is_through() -> bool:
            for each in self.processes:
                each.ensure()
            try:
                return step()
            except _AWAY:
                self.ensure()
                return False

        until(is_through, "the clerk never came through")

    @contextmanager
    def _desk(self) -> Iterator[httpx2.Client]:
        with httpx2.Client(
            base_url=self.parts.settings.public_url,
            headers={"authorization": f"Bearer {self.token}"},
            timeout=PATIENCE,
        ) as client:
            yield client

    def _upload(self, file_name: str) -> bool:
        word = f"znacznik{next(self._words)}x"
        data = _content(word, file_name)
        with self._desk() as client:
            answer = client.post(
                f"{_HOME}/documents",
                params={"file_name": file_name, "paper_id": self.paper_id, "title": word},
                content=data,
            )
        answer.raise_for_status()
        self.book.uploaded(answer.json()["id"], data, word)
        return True

    def _publish(self) -> bool:
        with self._desk() as client:
            draft = client.get(f"{_HOME}/meetings/{self.meeting_id}/draft").raise_for_status()
            answer = client.post(
                f"{_HOME}/meetings/{self.meeting_id}/packets",
                json={"revision": draft.json()["revision"], "personal_data_reason": "próba"},
            )
        if answer.status_code == httpx2.codes.CONFLICT:
            # It is being read still; or what we were not told of was published after all.
            return bool(answer.json()["code"] == "packet_unchanged")
        answer.raise_for_status()
        self.book.published(answer.json()["id"])
        return True


def _content(word: str, file_name: str) -> bytes:
    if file_name.endswith(".rtf"):
        return rf"{{\rtf1\ansi Projekt w sprawie: {word}.}}".encode()
    if file_name.startswith("skan"):
        return a_scan(picture(f"Projekt w sprawie: {word}"))
    return make_pdf(text=f"Projekt w sprawie: {word}")


def found(settings: Settings, book: Book, *commands: str) -> CrashHouse:
    """Found a council with two members, a guest and a meeting; its processes are not started."""
    parts = wiring.build(settings)
    migrate(parts.database)
    now = parts.clock.now()
    with parts.database.transaction() as session:
        acting = Acting(None, now)
        body = make_body(session=session)
        for name, role in (("Anna Żółć", "member"), ("Piotr Ćma", "member"), ("Ewa Sum", "guest")):
            make_person(session=session, body=body, name=name, role=role)
        clerk = people.add_person(
            session, acting, body_id=body.id, name="Jan Wzorowy", email="jan@urzad.example"
        )
        clerks.give_duty(session, acting, person=clerk, role="office")
        token, _ = signins.open_sign_in(
            session, acting, person=clerk, by="password", device="Firefox"
        )
        meeting = make_meeting(session=session, body=body, starts_at=now + timedelta(days=7))
        (item,) = make_items(session=session, meeting=meeting, titles=["Podjęcie uchwały"])
        paper = make_paper(session=session, item=item)
    folder = settings.data_dir.parent
    program = [sys.executable, "-m", "tests.crash_program", str(folder / "orders")]
    environment = environment_of(settings)
    processes = [
        Process([*program, each], environment, folder / f"{each}-{number}.log")
        for number, each in enumerate(commands)
    ]
    return CrashHouse(folder, parts, token, meeting.id, paper.id, processes, book)


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the settings as a process that is started learns of them."""
    said: dict[str, str] = {}
    for name, value in settings:
        if isinstance(value, SecretStr):
            said[f"TECZKA_{name.upper()}"] = value.get_secret_value()
        elif value is not None:
            said[f"TECZKA_{name.upper()}"] = str(value)
    return said
