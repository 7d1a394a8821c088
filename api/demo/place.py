"""The demo's own folder: never a real installation's, and cleared only when it is a demo's."""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from api.demo.content.piechowice import PIECHOWICE
from api.demo.content.session import session_day
from api.demo.seaweed import Seaweed

_HERE = Path(__file__).parent
BUCKET = "teczka"
HOST = "127.0.0.1"
BEGAN = "TECZKA_DEMO_BEGAN"
"""When the demo began, on the clock that only runs forward, for the server to tell how long."""
# What a user may choose for the demo; every other setting is the demo's own.
_PASSED_ON = ("TECZKA_LIBREOFFICE", "TECZKA_TESSERACT", "TECZKA_LOG_FORMAT")
_TAG = "to-jest-pokaz.txt"
_TAG_TEXT = "Folder pokazu Teczki: wolno go usunąć. / Teczka's demo: this folder may be deleted.\n"


class NotADemo(Exception):
    """The folder holds something that no demo made; it was left alone."""


class DemoRuns(Exception):
    """Another demo works in this folder."""


@dataclass(frozen=True, slots=True)
class DemoFolder:
    """Everything a demo keeps, in one folder."""

    path: Path

    @property
    def data(self) -> Path:
        """Return the folder of record, index, spool and mailbox."""
        return self.path / "data"

    @property
    def files(self) -> Path:
        """Return the folder of the files that the demo wrote, before they were stored."""
        return self.path / "files"

    def made(self, purpose: str, name: str) -> Path:
        """Return a file that the demo wrote for Piechowice."""
        return self.files / PIECHOWICE.slug / purpose / name

    @property
    def weed(self) -> Path:
        """Return the folder of the S3 server."""
        return self.path / "s3"

    @property
    def _seeded(self) -> Path:
        return self.path / "seeded.json"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other demos out of the folder; raise `NotADemo` or `DemoRuns`."""
        self.path.mkdir(parents=True, exist_ok=True)
        tag = self.path / _TAG
        if not tag.exists() and any(self.path.iterdir()):
            raise NotADemo
        tag.write_text(_TAG_TEXT, encoding="utf-8")
        with tag.open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise DemoRuns from None
            yield

    def is_seeded(self, today: date) -> bool:
        """Tell whether seeding came to its end, by this code, for a session still to come."""
        try:
            told = json.loads(self._seeded.read_text())
            session_on = date.fromisoformat(told["session_on"])
        except (OSError, ValueError, KeyError):
            return False
        return bool(told["by"] == _fingerprint()) and today < session_on

    def note_seeded(self, today: date) -> None:
        """Write, last of all, that everything is there."""
        told = {"by": _fingerprint(), "session_on": session_day(today).isoformat()}
        draft = self._seeded.with_suffix(".new")
        draft.write_text(json.dumps(told))
        draft.replace(self._seeded)

    def clear(self) -> None:
        """Remove everything but the tag; what says that all is there goes first."""
        self._seeded.unlink(missing_ok=True)
        for each in self.path.iterdir():
            if each.is_dir():
                shutil.rmtree(each)
            elif each.name != _TAG:
                each.unlink()


def _fingerprint() -> str:
    """Return a mark of everything that decides what seeding makes."""
    digest = hashlib.sha256()
    sources = [*(_HERE / "content").rglob("*.py"), *(_HERE / "content").rglob("*.txt")]
    for path in sorted([*sources, *_HERE.glob("seed*.py")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def default_folder() -> Path:
    """Return `TECZKA_DEMO_DIR`, else `.demo` in the checkout, or here where there is none."""
    named = os.environ.get("TECZKA_DEMO_DIR")
    if named:
        return Path(named).absolute()
    root = Path(__file__).resolve().parents[2]
    return (root if (root / "pyproject.toml").exists() else Path.cwd()) / ".demo"


def environment(folder: DemoFolder, store: Seaweed, *, port: int) -> dict[str, str]:
    """Return the settings of a demo as the variables that its server reads."""
    chosen = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return chosen | {
        "TECZKA_DATA_DIR": str(folder.data),
        "TECZKA_OBJECT_STORE_URL": store.url(BUCKET),
        "TECZKA_S3_ACCESS_KEY": store.access_key,
        "TECZKA_S3_SECRET_KEY": store.secret_key,
        "TECZKA_SMTP_URL": "mailbox:",
        "TECZKA_MAIL_FROM": "teczka@piechowice.example",
        "TECZKA_PUBLIC_URL": f"http://{HOST}:{port}",
        "TECZKA_HOST": HOST,
        "TECZKA_PORT": str(port),
        "TECZKA_PROCESSES": "1",  # one visitor, and one voice at the terminal
    }


@contextmanager
def only(variables: Mapping[str, str]) -> Iterator[None]:
    """Let these be the only settings, whatever a real installation's were; put those back."""
    before = {name: value for name, value in os.environ.items() if name.startswith("TECZKA_")}
    for name in before:
        del os.environ[name]
    os.environ.update(variables)
    try:
        yield
    finally:
        for name in variables:
            os.environ.pop(name, None)
        os.environ.update(before)
