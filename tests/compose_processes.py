"""Starts the services of a compose file as processes on loopback, for machines without containers.

Commands, environment, secrets, configs and health checks are those of the file. Translated are only
the things a container has of its own: host names and ports become ports of 127.0.0.1, paths of
mounts become folders of the test, and a secret of the application an environment variable.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import pytest
from psycopg import sql
from ruamel.yaml import YAML

from api.demo.seaweed import PORTS, find_weed, free_ports
from tests.conftest import missing
from tests.postgres import Cluster, connect, start_cluster, stop_cluster
from tests.smtp import SmtpServer

PROJECT = Path(__file__).resolve().parents[1]
_PATIENCE = 60  # seconds for one service to become healthy on a busy machine
_HTTP2_WORD = (1, 25, 1)  # nginx knows `http2 on` from this version


def read_compose() -> dict[str, Any]:
    """Return the project's compose file as it is written."""
    found: dict[str, Any] = YAML(typ="safe").load(PROJECT / "docker-compose.yml")
    return found


class ComposeProcesses:
    """The running services of the project's compose file; `variables` fill its `${NAME:-default}`.

    `start()` starts all of them in the order of `depends_on`, or only those named and what they
    depend on. The mail catcher is `mail`, an aiosmtpd that tests can read.
    """

    def __init__(self, folder: Path, *, variables: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.compose = read_compose()
        self.variables = dict(variables or {})
        self.mail: SmtpServer | None = None
        self.logs = folder / "logs"
        self._ports: dict[tuple[str, int], int] = {}
        self._stops: list[Callable[[], object]] = []
        self._started: set[str] = set()
        self.logs.mkdir(parents=True)
        subprocess.run([PROJECT / "bin" / "secrets", self.secrets], check=True, capture_output=True)

    @property
    def secrets(self) -> Path:
        """Return the folder of secrets, made as an administrator makes them."""
        return self.folder / "secrets"

    def port(self, service: str, port: int) -> int:
        """Return the loopback port that stands for a container's."""
        if (service, port) not in self._ports:
            (self._ports[service, port],) = free_ports(1)
        return self._ports[service, port]

    def secret(self, name: str) -> str:
        """Return what a secret holds."""
        return (self.secrets / name).read_text()

    def start(self, *services: str) -> Self:
        """Start services and wait until each is healthy by its own check."""
        for name in services or self.compose["services"]:
            if name not in self._started:
                self._started.add(name)
                self.start(*self._service(name)["depends_on"]) if "depends_on" in self._service(
                    name
                ) else None
                self._start_one(name)
        return self

    def stop(self) -> None:
        """Stop everything, the last started first."""
        while self._stops:
            self._stops.pop()()
