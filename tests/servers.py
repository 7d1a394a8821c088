"""Real servers for the tests: S3, PostgreSQL and SMTP, on loopback, started when first asked for.

S3 and PostgreSQL start once in a run: the first xdist worker that needs one starts it and leaves
its address in a file, and `tests/keeper.py` ends it with the run.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from minio import Minio

from api.demo.seaweed import Seaweed, SeaweedMissing
from docstore.objects.open import open_object_store
from docstore.objects.seam import ObjectStore
from tests import keeper
from tests.conftest import missing
from tests.postgres import ENDS_BY, fresh_database, start_cluster
from tests.smtp import SmtpServer as SmtpServer

_PATIENCE = 60  # seconds for a server to start on a busy machine
_HELD = pytest.StashKey[list[object]]()  # Python complains of a running process that nobody holds


# --- once in a run -----------------------------------------------------------------------------


class _Started(NamedTuple):
    """A server that was started: what its users need to know, and how it is ended."""

    told: dict[str, Any]
    process: subprocess.Popen[bytes]
    ends_by: signal.Signals
    leftovers: list[Path]


def _once(config: pytest.Config, name: str, start: Callable[[Path], _Started]) -> dict[str, Any]:
    """Return what `start` told of a server, whichever worker of this run started it."""
    base: Path = config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]  # pytest keeps it there for its own plugins
    is_worker = hasattr(config, "workerinput")
    folder = (base.parent if is_worker else base) / "servers"
    folder.mkdir(exist_ok=True)
    file = folder / f"{name}.json"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            started = start(folder / name)
            keeps = _keep(started, run=os.getppid() if is_worker else os.getpid())
            config.stash.setdefault(_HELD, []).extend([started.process, keeps])
            file.write_text(json.dumps(started.told))
    told: dict[str, Any] = json.loads(file.read_text())
    return told


def _keep(started: _Started, *, run: int) -> subprocess.Popen[bytes]:
    """Let a server end with the process that leads the run."""
    numbers = [run, started.process.pid, started.ends_by]
    return subprocess.Popen(
        [sys.executable, "-I", Path(keeper.__file__), *map(str, [*numbers, *started.leftovers])],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


# --- S3 ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class S3Server:
    """A SeaweedFS that runs, and the key that opens it."""

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


def _start_seaweed(folder: Path) -> _Started:
    server = Seaweed(folder, outlives_us=True)
    try:
        server.start(patience=_PATIENCE)
    except SeaweedMissing as error:
        missing(f"SeaweedFS ({error})")
    assert server.process
    told = S3Server(server.endpoint, server.access_key, server.secret_key)
    leftovers = [folder, *server.sockets]
    return _Started(asdict(told), server.process, signal.SIGKILL, leftovers)


@pytest.fixture(scope="session")
def s3_server(request: pytest.FixtureRequest) -> S3Server:
    """Return the run's SeaweedFS."""
    return S3Server(**_once(request.config, "s3", _start_seaweed))


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


def _start_postgres(_folder: Path) -> _Started:
    cluster = start_cluster(initdb=["--encoding=UTF8", "--locale=C.UTF-8"])
    return _Started({"port": cluster.port}, cluster.process, ENDS_BY, [cluster.folder])


@pytest.fixture(scope="session")
def postgres_port(request: pytest.FixtureRequest) -> int:
    """Return the loopback port of the run's PostgreSQL."""
    return int(_once(request.config, "postgres", _start_postgres)["port"])


@pytest.fixture
def postgres_url(postgres_port: int) -> Iterator[str]:
    """Return the address of an empty database of this test's own."""
    with fresh_database(postgres_port) as url:
        yield url


# --- SMTP --------------------------------------------------------------------------------------


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    """Return a mail server of this test's own."""
    server = SmtpServer()
    server.start()
    yield server
    server.stop()
