"""Real servers for the tests: S3, PostgreSQL and SMTP, on loopback, started when first asked for.

S3 and PostgreSQL start once in a run. The first xdist worker that needs one starts it and leaves
its address in a file; the process that leads the run stops it when every worker is done.
"""

import fcntl
import json
import os
import pwd
import select
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Condition, Event
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from minio import Minio
from psycopg import sql

from api.demo.seaweed import Seaweed, SeaweedMissing
from api.demo.seaweed import free_ports as free_ports
from docstore.objects.open import open_object_store
from docstore.objects.seam import ObjectStore
from tests.conftest import missing

_PATIENCE = 60  # seconds for a server to start on a busy machine
_HELD = pytest.StashKey[list[object]]()  # Python complains of a running process that nobody holds
_Told = dict[str, Any]


# --- once in a run -----------------------------------------------------------------------------


def _run_folder(config: pytest.Config) -> Path:
    """Return the folder that all workers of this run share."""
    base: Path = config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]  # pytest keeps it there for its own plugins
    folder = (base.parent if hasattr(config, "workerinput") else base) / "servers"
    folder.mkdir(exist_ok=True)
    return folder


def _once(config: pytest.Config, name: str, start: Callable[[Path], tuple[_Told, object]]) -> _Told:
    """Return what `start` told of a server, whichever worker started it.

    `start` gets a folder; it answers the server's `pid`, `folder`, the signal it `ends_by` and
    whatever its users need, and an object to hold as long as the run lasts.
    """
    run = _run_folder(config)
    told = run / f"{name}.json"
    with (run / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            answer, held = start(run / name)
            config.stash.setdefault(_HELD, []).append(held)
            told.write_text(json.dumps(answer))
    found: _Told = json.loads(told.read_text())
    return found


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what was started, once every worker has ended."""
    if hasattr(config, "workerinput") or not hasattr(config, "_tmp_path_factory"):
        return
    for told in _run_folder(config).glob("*.json"):
        server = json.loads(told.read_text())
        command_line = Path(f"/proc/{server['pid']}/cmdline")
        # A number may have gone to another process: ours names its folder.
        if command_line.exists() and server["folder"].encode() in command_line.read_bytes():
            _end(server["pid"], signal.Signals(server["ends_by"]))
        shutil.rmtree(server["folder"], ignore_errors=True)


def _end(pid: int, ends_by: signal.Signals) -> None:
    handle = os.pidfd_open(pid)
    os.kill(pid, ends_by)
    select.select([handle], [], [], _PATIENCE)  # readable once the process has ended
    os.close(handle)
    with suppress(ChildProcessError):  # its parent may be a worker that has ended
        os.waitpid(pid, os.WNOHANG)


# --- S3 ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class S3Server:
    """A SeaweedFS that runs, and the key that opens it."""

    pid: int
    folder: str
    endpoint: str
    access_key: str
    secret_key: str

    def url(self, bucket: str) -> str:
        """Return a bucket's address as settings have it."""
        return f"s3+http://{self.endpoint}/{bucket}"

    def open(self, bucket: str) -> ObjectStore:
        """Return a store over a bucket, made if it is not there."""
        store = open_object_store(
            self.url(bucket), access_key=self.access_key, secret_key=self.secret_key
        )
        store.ping()
        return store


def _start_seaweed(folder: Path) -> tuple[_Told, object]:
    server = Seaweed(folder, outlives_us=True)
    try:
        server.start(patience=_PATIENCE)
    except SeaweedMissing as error:
        missing(f"SeaweedFS ({error})")
    assert server.pid
    told = S3Server(server.pid, str(folder), server.endpoint, server.access_key, server.secret_key)
    return asdict(told) | {"ends_by": signal.SIGKILL}, server


@pytest.fixture(scope="session")
def s3_server(request: pytest.FixtureRequest) -> S3Server:
    """Return the run's SeaweedFS."""
    told = _once(request.config, "s3", _start_seaweed)
    return S3Server(**{each.name: told[each.name] for each in fields(S3Server)})


@pytest.fixture
def s3_bucket(s3_server: S3Server) -> Iterator[str]:
    """Return a name that no bucket has; a store makes its bucket at the first ping."""
    name = f"test-{uuid4().hex}"
    yield name
    client = Minio(
        s3_server.endpoint,
        access_key=s3_server.access_key,
        secret_key=s3_server.secret_key,
        secure=False,
    )
    if client.bucket_exists(name):
        client.remove_bucket(name)  # with all that is in it, as SeaweedFS does it


# --- PostgreSQL --------------------------------------------------------------------------------


def _postgres_programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        missing("a PostgreSQL server")
    return found[-1].parent if found else Path(str(on_path)).parent


def _start_postgres(_folder: Path) -> tuple[_Told, object]:
    """Start a cluster that forgets everything in a power cut; it refuses to run as root."""
    programs = _postgres_programs()
    folder = Path(tempfile.mkdtemp(prefix="teczka-postgres-"))
    as_other: list[str] = []
    if os.geteuid() == 0:
        try:
            owner = pwd.getpwnam("postgres")
        except KeyError:
            missing("the system's user `postgres`")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        as_other = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    data = str(folder / "data")
    initdb = [str(programs / "initdb"), "--pgdata", data, "--username=teczka", "--auth=trust"]
    subprocess.run(
        [*as_other, *initdb, "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
    )
    (port,) = free_ports(1)
    options = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
    speed = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    settings = [f"--{name}={value}" for name, value in (options | speed).items()]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [*as_other, str(programs / "postgres"), "-D", data, *settings],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,
        )
    _wait_for_postgres(port, process, folder / "log")
    return {
        "pid": process.pid,
        "folder": str(folder),
        "port": port,
        "ends_by": signal.SIGQUIT,
    }, process


def _wait_for_postgres(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < until:
        try:
            psycopg.connect(_dsn(port, "postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)  # a poll of a server that starts; no test waits a fixed time
        else:
            return
    pytest.fail(f"PostgreSQL did not start:\n{log.read_text()}")


def _dsn(port: int, database: str) -> str:
    return f"host=127.0.0.1 port={port} user=teczka dbname={database}"


@pytest.fixture(scope="session")
def postgres_port(request: pytest.FixtureRequest) -> int:
    """Return the loopback port of the run's PostgreSQL."""
    return int(_once(request.config, "postgres", _start_postgres)["port"])


@contextmanager
def fresh_database(port: int) -> Iterator[str]:
    """Make an empty database, yield its SQLAlchemy address, drop it."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(_dsn(port, "postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield f"postgresql+psycopg://teczka@127.0.0.1:{port}/{name}"
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def postgres_url(postgres_port: int) -> Iterator[str]:
    """Return the address of an empty database of this test's own."""
    with fresh_database(postgres_port) as url:
        yield url


# --- SMTP --------------------------------------------------------------------------------------


class SmtpServer:
    """A mail server in a thread that keeps what it accepts and can be told to be difficult."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self._changed = Condition()
        self._refusals: dict[str, str] = {}
        self._open = Event()
        self._open.set()
        self.host = "127.0.0.1"
        (self.port,) = free_ports(1)  # the same after a stop and a start
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        """Return its address as settings have it."""
        return f"smtp://{self.host}:{self.port}"

    @property
    def mails(self) -> list[EmailMessage]:
        """Return the accepted mails, read as mail programs read them."""
        return [
            message_from_bytes(each.original_content or b"", policy=policy.default)
            for each in self.envelopes
        ]

    def mails_to(self, address: str) -> list[EmailMessage]:
        """Return the mails accepted for one recipient."""
        pairs = zip(self.envelopes, self.mails, strict=True)
        return [mail for envelope, mail in pairs if address in envelope.rcpt_tos]

    def wait_for(self, count: int, *, patience: float = 30) -> list[EmailMessage]:
        """Return the mails as soon as there are `count` of them."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.envelopes) >= count, patience):
                pytest.fail(f"{len(self.envelopes)} mails came, not {count}")
        return self.mails

    def refuse(self, address: str = "*", answer: str = "550 5.1.1 no such mailbox") -> None:
        """Refuse one recipient, or all of them, with an answer (`451 ...` is "try later")."""
        self._refusals[address] = answer

    def accept(self) -> None:
        """Refuse nobody any more."""
        self._refusals.clear()

    def hold(self) -> None:
        """Leave every mail without an answer until `release`."""
        self._open.clear()

    def release(self) -> None:
        """Answer again."""
        self._open.set()

    def start(self) -> None:
        """Listen."""
        self._controller = Controller(self, hostname=self.host, port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Close the door: connections are refused."""
        self.release()
        controller, self._controller = self._controller, None
        if controller is not None:
            controller.stop()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds it by this name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Answer for one recipient."""
        refusal = self._refusals.get(address) or self._refusals.get("*")
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd finds it by this name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep a mail, once the door is open."""
        await server.loop.run_in_executor(None, self._open.wait)
        with self._changed:
            self.envelopes.append(envelope)
            self._changed.notify_all()
        return "250 2.0.0 kept"


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    """Return a mail server of this test's own."""
    server = SmtpServer()
    server.start()
    yield server
    server.stop()
