"""Starts the services of the compose file as processes on loopback, where there are no containers.

Commands, environment, secrets, configs and health checks are those of the file. Translated is only
what a container has of its own: host names and ports become ports of 127.0.0.1, mounts become
folders of the test, and the application's secrets environment variables.
"""

import os
import re
import shlex
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Self

import pytest
from psycopg import sql
from ruamel.yaml import YAML

from api.demo.seaweed import PORTS, find_weed, free_ports, sockets_of
from tests.conftest import missing
from tests.postgres import connect, start_cluster, stop_cluster
from tests.smtp import SmtpServer

PROJECT = Path(__file__).resolve().parents[1]
_PATIENCE = 90  # seconds for one service to become healthy on a busy machine
_LOOPBACK = "127.0.0.1"
_EVERYWHERE = "0.0.0.0"  # noqa: S104 - what a container listens on, and no process here
_HTTP2_WORD = (1, 25, 1)  # the version of nginx that learned to read `http2 on`
_PROGRAM_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"  # where Debian keeps nginx


def read_compose() -> dict[str, Any]:
    """Return the project's compose file as it is written."""
    found: dict[str, Any] = YAML(typ="safe").load(PROJECT / "docker-compose.yml")
    return found


class ComposeProcesses:
    """The services of the project's compose file, running; `mail` is an aiosmtpd to look into."""

    def __init__(self, folder: Path, *, variables: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.compose = read_compose()
        self.mail: SmtpServer | None = None
        self._ports: dict[tuple[str, int], int] = {}
        self._stops: list[Callable[[], object]] = []
        self._started: set[str] = set()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.public_url = f"https://{_LOOPBACK}:{self.port('proxy', 8443)}"
        self.variables = {"TECZKA_PUBLIC_URL": self.public_url, **(variables or {})}
        self.secrets = folder / "secrets"
        self.logs = folder / "logs"
        self.logs.mkdir(parents=True)
        if shutil.which("openssl") is None:
            missing("openssl")
        subprocess.run([PROJECT / "bin" / "secrets", self.secrets], check=True, capture_output=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def port(self, service: str, port: int) -> int:
        """Return the loopback port that stands for a container's."""
        if (service, port) not in self._ports:
            (self._ports[service, port],) = free_ports(1)
        return self._ports[service, port]

    def trust(self) -> ssl.SSLContext:
        """Return what makes a client trust the installation's own certificate, and no other."""
        return ssl.create_default_context(cafile=self.secrets / "tls_certificate")

    def secret(self, name: str) -> str:
        """Return what a secret holds."""
        return (self.secrets / name).read_text()

    def start(self, *services: str) -> Self:
        """Start services, all of them unless named, each after those it depends on are healthy."""
        for name in services or self.compose["services"]:
            if name not in self._started:
                self._started.add(name)
                if needed := self._service(name).get("depends_on"):
                    self.start(*needed)
                self._start_one(name)
        return self

    def stand_in_for(self, name: str) -> None:
        """Start a service no more: the test itself stands where it would be."""
        self._started.add(name)

    def lose(self, name: str) -> None:
        """End one service without a word to the others, as a machine that fails does."""
        _end(self._processes[name])

    def stop(self) -> None:
        """Stop everything, the last started first."""
        while self._stops:
            self._stops.pop()()

    # --- a program for an image ---

    def _start_one(self, name: str) -> None:
        service = self._service(name)
        image = "application" if "build" in service else service["image"].partition(":")[0]
        starts: dict[str, Callable[[str], subprocess.Popen[bytes] | None]] = {
            "application": self._application,
            "postgres": self._postgres,
            "chrislusf/seaweedfs": self._seaweed,
            "axllent/mailpit": self._mail_catcher,
            "nginx": self._nginx,
        }
        if image not in starts:
            pytest.fail(f"tests/compose_processes.py knows no program for the image {image}")
        self._write_configs(name)
        process = starts[image](name)
        if process is not None:
            self._await_health(name, process)

    def _application(self, name: str) -> subprocess.Popen[bytes]:
        for secret in self._service(name)["secrets"]:
            self._service(name)["environment"][secret.upper()] = self.secret(secret)
        program = str(Path(sys.executable).with_name("teczka"))
        return self._run(name, [program, *self._command(name)])

    def _postgres(self, name: str) -> None:
        environment = self._environment(name)
        user = environment["POSTGRES_USER"]
        password = Path(environment["POSTGRES_PASSWORD_FILE"]).read_text()
        cluster = start_cluster(
            initdb=shlex.split(environment["POSTGRES_INITDB_ARGS"]),
            options=self._command(name)[1:],
            user=user,
            password=password,
            port=self.port(name, 5432),
        )
        self._stops.append(lambda: stop_cluster(cluster))
        (self.logs / f"{name}.log").symlink_to(cluster.folder / "log")
        with connect(cluster.port, user=user, password=password) as admin:
            name_of_it = sql.Identifier(environment["POSTGRES_DB"])
            admin.execute(sql.SQL("CREATE DATABASE {}").format(name_of_it))

    def _seaweed(self, name: str) -> subprocess.Popen[bytes]:
        command = [
            re.sub(r"^(-s3\.port=)(\d+)$", lambda m: f"{m[1]}{self.port(name, int(m[2]))}", word)
            for word in self._command(name)
        ]
        named = {word.partition("=")[0].lstrip("-") for word in command}
        others = [port for port in PORTS if port not in named]  # fixed ones would meet others' here
        doors = dict(zip(others, free_ports(len(others)), strict=True))
        for leftover in sockets_of(doors):
            self._stops.append(partial(leftover.unlink, missing_ok=True))
        options = [f"-{door}={number}" for door, number in doors.items()]
        sockets = ["-s3.localSocket=s3.sock", "-filer.localSocket=filer.sock"]
        return self._run(name, [str(find_weed()), *command, *options, *sockets])

    def _mail_catcher(self, name: str) -> None:
        address = self._environment(name)["MP_SMTP_BIND_ADDR"]
        self.mail = SmtpServer(int(address.rpartition(":")[2]))
        self.mail.start()
        self._stops.append(self.mail.stop)

    def _nginx(self, name: str) -> subprocess.Popen[bytes]:
        program = shutil.which("nginx", path=_PROGRAM_PATH)
        if program is None:
            missing("nginx")
        config = self._mounts(name)["/etc/nginx/nginx.conf"]
        text = re.sub(
            r"(listen )(\d+)",
            lambda m: f"{m[1]}{_LOOPBACK}:{self.port(name, int(m[2]))}",
            config.read_text(),
        )
        told = subprocess.run([program, "-v"], capture_output=True, text=True, check=True).stderr
        version = tuple(map(int, told.strip().rpartition("/")[2].split(" ")[0].split(".")))
        config.write_text(text if version >= _HTTP2_WORD else text.replace("http2 on;", ""))
        _, *options = self._command(name)
        if os.geteuid() == 0:  # its workers then read what the test's user alone may
            options[-1] += " user root;"
        return self._run(name, [program, "-c", str(config), "-p", str(config.parent), *options])

    # --- what every program shares ---

    def _run(self, name: str, command: Sequence[str]) -> subprocess.Popen[bytes]:
        dies_with_us = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        outside = {
            word: os.environ[word] for word in ("PATH", "LANG", "HOME") if word in os.environ
        }
        with (self.logs / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [*dies_with_us, *command],
                cwd=self._folder(name),
                env=outside | self._environment(name),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._stops.append(lambda: _end(process))
        self._processes[name] = process
        return process

    def _await_health(self, name: str, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until and process.poll() is None:
            if self._is_healthy(name):
                return
            time.sleep(0.1)  # a poll of a service that starts; no test waits a fixed time
        log = (self.logs / f"{name}.log").read_text(errors="replace")[-3000:]
        pytest.fail(f"the service {name} did not become healthy; its log ends:\n{log}")

    def _is_healthy(self, name: str) -> bool:
        check = self._service(name)["healthcheck"]["test"]
        _, program, *arguments = (self._translated(name, word) for word in check)
        if program == "python":
            program = sys.executable
        if shutil.which(program):
            asked = subprocess.run([program, *arguments], capture_output=True, check=False)
            return asked.returncode == 0
        ports = [port for (service, _), port in self._ports.items() if service == name]
        return all(_accepts(port) for port in ports)

    def _service(self, name: str) -> dict[str, Any]:
        service: dict[str, Any] = self.compose["services"][name]
        return service

    def _command(self, name: str) -> list[str]:
        return [self._translated(name, word) for word in self._service(name)["command"]]

    def _environment(self, name: str) -> dict[str, str]:
        written = self._service(name).get("environment", {})
        return {
            key: str(self.port(name, int(value)))
            if key.endswith("_PORT")
            else self._translated(name, value)
            for key, value in written.items()
        }

    def _folder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        return folder

    def _mounts(self, name: str) -> dict[str, Path]:
        """Return each path of a container that has a place here; folders are made."""
        service, folder = self._service(name), self._folder(name)
        folders = {
            **{path.partition(":")[0]: folder / "memory" for path in service.get("tmpfs", [])},
            **{
                volume.partition(":")[2]: self.folder / "volumes" / volume.partition(":")[0]
                for volume in service.get("volumes", [])
            },
            "/var/log/nginx": self.logs,
        }
        for each in folders.values():
            each.mkdir(parents=True, exist_ok=True)
        secrets = {
            f"/run/secrets/{each}": self.secrets / each for each in service.get("secrets", [])
        }
        configs = {
            each["target"]: folder / Path(each["target"]).name
            for each in service.get("configs", [])
        }
        return folders | secrets | configs

    def _write_configs(self, name: str) -> None:
        for config in self._service(name).get("configs", []):
            source = PROJECT / self.compose["configs"][config["source"]]["file"]
            target = self._mounts(name)[config["target"]]
            target.write_text(self._translated(name, source.read_text()))

    def _translated(self, name: str, text: str) -> str:
        """Return a text of the compose file, or of a config, as it has to read here."""
        text = re.sub(r"\$\{(\w+):-([^}]*)\}", lambda m: self.variables.get(m[1], m[2]), str(text))
        for network in self.compose["networks"].values():
            for pool in (network or {}).get("ipam", {}).get("config", []):
                text = text.replace(pool["subnet"], _LOOPBACK)
        mounts = self._mounts(name)
        paths = "|".join(map(re.escape, sorted(mounts, key=len, reverse=True)))
        text = re.sub(rf"(?<![\w/])({paths})(?![\w-])", lambda m: str(mounts[m[1]]), text)
        hosts = "|".join(map(re.escape, [*self.compose["services"], _LOOPBACK, _EVERYWHERE]))

        def door(match: re.Match[str]) -> str:
            service = match[1] if match[1] in self.compose["services"] else name
            return f"{_LOOPBACK}:{self.port(service, int(match[2]))}"

        text = re.sub(rf"(?<![\w.-])({hosts}):(\d+)\b", door, text)
        return text.replace(_EVERYWHERE, _LOOPBACK)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((_LOOPBACK, port)) == 0
