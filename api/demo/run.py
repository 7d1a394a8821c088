"""`teczka demo`: a whole Teczka in a folder of its own, with an invented council."""

import json
import os
import signal
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from api import wiring
from api.demo.content.makers import make_documents
from api.demo.place import (
    BEGAN,
    HOST,
    DemoFolder,
    DemoRuns,
    NotADemo,
    default_folder,
    environment,
    only,
)
from api.demo.seaweed import Seaweed, SeaweedFailed, SeaweedMissing
from api.demo.seeding import DemoStuck, finish, seed
from api.demo.telling import Telling
from api.logs import set_up_logs
from api.processes import forks_end_when_asked
from api.serve import listen
from api.wiring import Parts
from docstore.clock import SystemClock
from docstore.language import Words
from docstore.migrations import migrate
from docstore.services.figures import figures
from docstore.settings import Settings

_INTERRUPTED = 130  # what shells say of a program that Ctrl+C ended


class DemoRefused(Exception):
    """The demo cannot start; the message says why and what to do, in the terminal's language."""


def run_demo(*, exit_after: bool, port: int, folder: Path | None = None) -> int:
    """Seed the demo if needed, then serve it, or print its figures; return the exit status."""
    telling = Telling()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        _refuse_other_hosts(telling.words)
        if not exit_after:
            _refuse_taken_port(port, telling.words)
        with _held(DemoFolder(folder or default_folder()), telling.words) as held:
            return _run(held, telling, exit_after=exit_after, port=port)
    except (DemoRefused, SeaweedFailed, SeaweedMissing) as refusal:
        telling.say(str(refusal), style="red")
        return 1
    except DemoStuck as stuck:
        telling.say(
            telling.words("Pokaz utknął: {error}. Uruchom go jeszcze raz.", error=stuck),
            style="red",
        )
        return 1
    except KeyboardInterrupt:
        telling.say(
            telling.words(
                "Przerwano. Jeśli pokaz nie był jeszcze gotowy, następnym razem zacznie od nowa."
            )
        )
        return _INTERRUPTED


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    """End as Ctrl+C does, so that everything started is stopped."""
    del number, frame
    raise KeyboardInterrupt


def _refuse_other_hosts(words: Words) -> None:
    """Refuse to be seen from elsewhere: the demo's doors ask for no password."""
    if os.environ.get("TECZKA_HOST", HOST) not in {HOST, "localhost"}:
        raise DemoRefused(
            words(
                "Pokaz wpuszcza bez hasła, więc słucha tylko na {host}. Usuń TECZKA_HOST "
                "albo uruchom „teczka serve”.",
                host=HOST,
            )
        )


def _refuse_taken_port(port: int, words: Words) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise DemoRefused(
                words(
                    "Port {port} jest zajęty. Podaj inny: {command} demo --port {other}",
                    port=port,
                    command=_command(),
                    other=port + 1,
                )
            ) from None


def _command() -> str:
    """Return what was typed to start this program, for another try: it need not be on the path."""
    return sys.argv[0] if Path(sys.argv[0]).name == "teczka" else "teczka"


@contextmanager
def _held(folder: DemoFolder, words: Words) -> Iterator[DemoFolder]:
    try:
        with folder.held():
            yield folder
    except NotADemo:
        raise DemoRefused(
            words(
                "W folderze {path} jest coś innego niż pokaz. Niczego nie ruszono; wskaż inny "
                "folder w TECZKA_DEMO_DIR.",
                path=folder.path,
            )
        ) from None
    except DemoRuns:
        raise DemoRefused(
            words(
                "Pokaz w folderze {path} już działa. Zatrzymaj go (Ctrl+C w jego terminalu) albo "
                "wskaż inny folder w TECZKA_DEMO_DIR.",
                path=folder.path,
            )
        ) from None


def _run(folder: DemoFolder, telling: Telling, *, exit_after: bool, port: int) -> int:
    telling.say(telling.words("Pokaz Teczki w folderze {path}", path=folder.path), style="bold")
    today = SystemClock().now().date()
    with ExitStack() as running:
        with ThreadPoolExecutor(1) as writers:
            files = None
            if not folder.is_seeded(today):
                folder.clear()
                # At once: writing takes the processors while the S3 server waits for itself.
                files = writers.submit(make_documents, folder.files, today)
            store = _started(folder, telling)
            running.callback(store.stop)
            running.enter_context(only(environment(folder, store, port=port)))
            with _opened() as parts:
                if files is not None:
                    seed(parts, files, telling, today=today)
                    folder.note_seeded(today)
                if exit_after:
                    _print_figures(parts, telling)
        if not exit_after:
            _serve(telling)
            telling.say(
                telling.words("Zatrzymano. Wszystko zostało w folderze {path}.", path=folder.path)
            )
    return 0


def _started(folder: DemoFolder, telling: Telling) -> Seaweed:
    with telling.step(telling.words("Uruchamiam magazyn S3 (SeaweedFS)")) as note:
        store = Seaweed(folder.weed).start()
        note(store.endpoint)
    return store


@contextmanager
def _opened() -> Iterator[Parts]:
    settings = Settings()
    set_up_logs(settings.log_format)
    parts = wiring.build(settings)
    try:
        migrate(parts.database)
        yield parts
    finally:
        parts.close()


def _print_figures(parts: Parts, telling: Telling) -> None:
    """Write the one line that `--exit` promises, once nothing waits any more."""
    if not parts.workers:
        parts.start_workers()
    finish(parts, telling)
    with parts.database.reading() as session:
        found = figures(session)
    line = {
        "documents": found.documents,
        "versions": found.versions,
        "indexed": sum(1 for _ in parts.engine.revisions()),
        "notices_sent": found.notices_sent,
        "resolutions_public": found.acts,
        "seconds": round(telling.seconds, 1),
    }
    sys.stdout.write(json.dumps(line) + "\n")


def _serve(telling: Telling) -> None:
    os.environ[BEGAN] = str(telling.began)
    forks_end_when_asked()
    listen(Settings(), target="api.demo.server:application")
