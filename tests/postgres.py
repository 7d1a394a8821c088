"""Private PostgreSQL clusters for the tests, which forget everything in a power cut."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from api.demo.seaweed import free_ports
from tests.conftest import missing

_PATIENCE = 60  # seconds for a server to start on a busy machine
_QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
ENDS_BY = signal.SIGQUIT  # at once, and its own children with it


@dataclass
class Cluster:
    """A PostgreSQL server that runs; after `resume` in another process."""

    process: subprocess.Popen[bytes]
    folder: Path
    port: int
    survives: bool = False
    """Whether what was committed outlives the server's crash."""
    options: Sequence[str] = ()


def start_cluster(
    *,
    initdb: Sequence[str] = (),
    options: Sequence[str] = (),
    user: str = "teczka",
    password: str = "",
    port: int | None = None,
    survives: bool = False,
) -> Cluster:
    """Start a cluster on loopback; without a password it trusts whoever comes from there."""
    programs, folder = _programs(), Path(tempfile.mkdtemp(prefix="teczka-postgres-"))
    secret = folder / "password"
    secret.write_text(password)
    as_other = _as_other(folder, secret)
    port = port or free_ports(1)[0]
    access = ["--auth=scram-sha-256", f"--pwfile={secret}"] if password else ["--auth=trust"]
    make = [str(programs / "initdb"), f"--pgdata={folder / 'data'}", f"--username={user}"]
    made = subprocess.run(
        [*as_other, *make, *access, "--no-sync", *initdb],
        capture_output=True,
        cwd=folder,
        check=False,
    )
    if made.returncode:
        pytest.fail(f"initdb failed: {made.stderr.decode()}")
    cluster = Cluster(
        _launch(folder, port, options, survives=survives), folder, port, survives, options
    )
    _wait(cluster, user=user, password=password)
    return cluster


def _launch(
    folder: Path, port: int, options: Sequence[str], *, survives: bool
) -> subprocess.Popen[bytes]:
    """Start the server on the data in a folder."""
    quick = _QUICK | ({"synchronous_commit": "on"} if survives else {})
    place = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
    settings = [*options, *(f"--{name}={value}" for name, value in (place | quick).items())]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [*_as_other(), str(_programs() / "postgres"), "-D", str(folder / "data"), *settings],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,
        )


def halt(cluster: Cluster) -> None:
    """End a cluster at once, as a crash does; its data stays for `resume`."""
    cluster.process.send_signal(ENDS_BY)
    cluster.process.wait(_PATIENCE)


def resume(cluster: Cluster) -> None:
    """Start a halted cluster again, on the same port; it recovers what was committed."""
    cluster.process = _launch(
        cluster.folder, cluster.port, cluster.options, survives=cluster.survives
    )
    _wait(cluster, user="teczka", password="")


def stop_cluster(cluster: Cluster) -> None:
    """Stop a cluster and remove what it kept."""
    cluster.process.send_signal(ENDS_BY)
    cluster.process.wait(_PATIENCE)
    shutil.rmtree(cluster.folder)


def _programs() -> Path:
    """Return the folder of the newest server; Debian keeps them out of the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        missing("a PostgreSQL server")
    return found[-1].parent if found else Path(str(on_path)).parent


def _as_other(*paths: Path) -> list[str]:
    """Return what runs a command as another user, if we are root, as whom it refuses to run."""
    if os.geteuid() != 0:
        return []
    try:
        owner = pwd.getpwnam("postgres")
    except KeyError:
        missing("the system's user `postgres`")
    for path in paths:
        os.chown(path, owner.pw_uid, owner.pw_gid)
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


def _wait(cluster: Cluster, *, user: str, password: str) -> None:
    until = time.monotonic() + _PATIENCE
    while cluster.process.poll() is None and time.monotonic() < until:
        try:
            connect(cluster.port, user=user, password=password).close()
        except psycopg.OperationalError:
            time.sleep(0.05)  # a poll of a server that starts; no test waits a fixed time
        else:
            return
    pytest.fail(f"PostgreSQL did not start:\n{(cluster.folder / 'log').read_text()}")


def connect(
    port: int, *, database: str = "postgres", user: str = "teczka", password: str = ""
) -> "psycopg.Connection[tuple[object, ...]]":
    """Connect to a cluster on loopback; each statement is its own transaction."""
    return psycopg.connect(
        host="127.0.0.1",
        port=port,
        dbname=database,
        user=user,
        password=password,
        connect_timeout=5,
        autocommit=True,
    )


@contextmanager
def fresh_database(port: int) -> Iterator[str]:
    """Make an empty database, yield its SQLAlchemy address, drop it."""
    name = f"test_{uuid4().hex}"
    with connect(port) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield f"postgresql+psycopg://teczka@127.0.0.1:{port}/{name}"
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
