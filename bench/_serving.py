"""A real `teczka serve` in a folder of its own, and a browser-less clerk at its desk."""

import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from api import wiring
from api.security.cookies import sign_in_cookie
from api.wiring import Parts
from docstore.migrations import migrate
from docstore.models import Body, Person
from docstore.services import bodies, clerks, passwords, people, signins
from docstore.services.acting import Acting
from docstore.services.bodies import BodyDetails
from docstore.settings import Settings
from tests.family import children_of

_TECZKA = Path(sys.executable).with_name("teczka")
_GRANIAN = Path(sys.executable).with_name("granian")


@dataclass(frozen=True)
class Installation:
    """A folder with one council and one clerk, before anything is served."""

    settings: Settings
    body: Body
    clerk: Person
    token: str


def settings_of(folder: Path) -> Settings:
    """Return the settings of an installation in a folder, on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return Settings(
        data_dir=folder,
        port=port,
        public_url=f"http://127.0.0.1:{port}",
        libreoffice="none",
        tesseract="none",
    )


def found(parts: Parts) -> Installation:
    """Found a council with a clerk who is signed in."""
    migrate(parts.database)
    with parts.database.transaction() as session:
        acting = Acting(None, parts.clock.now())
        body = bodies.add_body(
            session, acting, BodyDetails(name="Rada Miejska", slug="probna", kind="miasto")
        )
        clerk = people.add_person(
            session, acting, body_id=body.id, name="Jan Wzorowy", email="jan@urzad.example"
        )
        clerks.give_duty(session, acting, person=clerk, role="office")
        signins.set_password(
            session, acting, person=clerk, password_hash=passwords.hashed("haslo do pomiaru")
        )
        token, _ = signins.open_sign_in(
            session, acting, person=clerk, by="password", device="bench"
        )
    return Installation(parts.settings, body, clerk, token)


def prepared(folder: Path) -> Installation:
    """Found a council in a folder and close it again, ready to be served."""
    parts = wiring.build(settings_of(folder))
    try:
        return found(parts)
    finally:
        parts.close()


@contextmanager
def served(settings: Settings) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """Serve an installation; give its process and the seconds until the first page came."""
    variables = {
        **os.environ,
        "TECZKA_DATA_DIR": str(settings.data_dir),
        "TECZKA_PORT": str(settings.port),
        "TECZKA_PUBLIC_URL": settings.public_url,
        "TECZKA_LIBREOFFICE": settings.libreoffice,
        "TECZKA_TESSERACT": settings.tesseract,
        "TECZKA_SMTP_URL": settings.smtp_url,
        "TECZKA_WORKERS": str(settings.workers),
        "TECZKA_PROCESSES": str(settings.processes),
        "TECZKA_TRUSTED_PROXIES": settings.trusted_proxies,
        "TECZKA_OBJECT_STORE_URL": settings.object_store_url,
        **_keys(settings),
    }
    start = time.perf_counter()
    process = subprocess.Popen([_TECZKA, "serve"], env=variables, stderr=subprocess.DEVNULL)
    with _running(process, settings.public_url, start) as first:
        yield process, first


def _keys(settings: Settings) -> dict[str, str]:
    """Return the keys of an S3 store as variables."""
    keys = {
        "TECZKA_S3_ACCESS_KEY": settings.s3_access_key,
        "TECZKA_S3_SECRET_KEY": settings.s3_secret_key,
    }
    return {name: key.get_secret_value() for name, key in keys.items() if key is not None}


@contextmanager
def bare(folder: Path, program: str) -> Iterator[tuple[str, subprocess.Popen[bytes], float]]:
    """Serve a program of one file by Granian alone; give its address, process and first page."""
    (folder / "bare.py").write_text(program)
    settings = settings_of(folder)
    start = time.perf_counter()
    process = subprocess.Popen(
        [_GRANIAN, "--interface", "asgi", "--port", str(settings.port), "--no-ws",
         "--log-level", "error", "bare:app"],
        cwd=folder,
    )  # fmt: skip
    with _running(process, settings.public_url, start) as first:
        yield settings.public_url, process, first


@contextmanager
def _running(process: subprocess.Popen[bytes], url: str, start: float) -> Iterator[float]:
    """Give the seconds until a server's first page, and stop the server afterwards."""
    try:
        yield _first_page(url, start)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _first_page(url: str, start: float, patience: float = 120) -> float:
    while time.perf_counter() - start < patience:
        try:
            if httpx2.get(url, follow_redirects=True).status_code < 500:
                return time.perf_counter() - start
        except httpx2.TransportError:
            continue
    raise TimeoutError(url)


def family(pid: int) -> Iterator[int]:
    """Yield a process and all that it started."""
    yield pid
    for child in children_of(pid):
        yield from family(child)


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process and its children took: it knows no neighbours."""
    stats = (Path(f"/proc/{each}/stat").read_text().rpartition(")")[2] for each in family(pid))
    ticks = sum(int(stat.split()[11]) + int(stat.split()[12]) for stat in stats)
    return ticks / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> int:
    """Return the bytes of memory that a process and its children hold, files not counted."""
    return sum(_anonymous(each) for each in family(pid))


def _anonymous(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("RssAnon:"))


def browser(installation: Installation) -> httpx2.Client:
    """Return a client that is signed in as the clerk and may send forms."""
    cookies = {sign_in_cookie(installation.body.id): installation.token}
    return httpx2.Client(base_url=installation.settings.public_url, cookies=cookies, timeout=30)


def spread(seconds: Sequence[float]) -> str:
    """Return median and 95th percentile in milliseconds."""
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return f"p50 {statistics.median(ordered) * 1000:7.1f} ms   p95 {p95 * 1000:7.1f} ms"
