"""The units of `deploy/systemd`: what systemd itself thinks of them, and what the sandbox needs."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import missing

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNITS = DEPLOY / "systemd"
# What each service of ours is held to, whoever copies it: `systemd-analyze security` calls it OK.
MOST_EXPOSED = 2.0
TECZKA = Path(sys.executable).with_name("teczka")
INSTALLED = "/opt/teczka/.venv/bin/teczka"
OURS = ("teczka.service", "teczka-worker.service", "teczka-backup.service", "teczka-check.service")


def _service(name: str) -> dict[str, list[str]]:
    """Return what a unit's [Service] says, all values of each key."""
    found: dict[str, list[str]] = {}
    text = (UNITS / name).read_text()
    section = text.split("[Service]\n", 1)[1].split("\n[", 1)[0]
    for line in section.splitlines():
        if line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Return a folder with the units as if the program here were the installed one."""
    for unit in UNITS.iterdir():
        text = unit.read_text()
        if ".service" in unit.name and "failed" not in unit.name:
            assert INSTALLED in text
        (tmp_path / unit.name).write_text(text.replace(INSTALLED, str(TECZKA)))
    return tmp_path


def _analyze(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("systemd-analyze") or missing("systemd-analyze (the package systemd)")
    return subprocess.run(
        [program, *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.server
def test_systemd_finds_nothing_wrong_with_a_unit(installed: Path) -> None:
    names = [path.name.replace("@.", "@teczka-backup.service.") for path in installed.iterdir()]
    # Its own units are found where the system has them: after an empty last part of the path.
    ran = _analyze("verify", "--man=no", *sorted(names), SYSTEMD_UNIT_PATH=f"{installed}:")
    assert [line for line in ran.stderr.splitlines() if "teczka" in line] == []
    (installed / "teczka.service").write_text("[Service]\nExecStart=/nie/ma\nRestrt=no\n")
    broken = _analyze("verify", "--man=no", "teczka.service", SYSTEMD_UNIT_PATH=f"{installed}:")
    assert "Restrt" in broken.stderr


@pytest.mark.server
@pytest.mark.parametrize("name", OURS)
def test_a_service_is_little_exposed(name: str) -> None:
    ran = _analyze("security", "--offline=true", str(UNITS / name))
    level = re.search(r"Overall exposure level for \S+: ([0-9.]+)", ran.stdout)
    assert level, ran.stderr
    assert float(level[1]) <= MOST_EXPOSED


def test_all_services_are_held_alike() -> None:
    """What one may do more than another is what its own work needs."""
    own = {
        "Type", "ExecStart", "ReadWritePaths", "Nice", "IOSchedulingClass", "Restart",
        "RestartSec", "KillMode", "TimeoutStopSec", "OOMPolicy",
    }  # fmt: skip
    common = [
        {key: value for key, value in _service(name).items() if key not in own} for name in OURS
    ]
    assert all(each == common[0] for each in common)
    assert common[0]["ProtectSystem"] == ["strict"]


@pytest.mark.server
def test_the_reading_of_strangers_files_keeps_its_own_walls() -> None:
    """Its network, its files and its limits hold under the unit, or it would say so each start."""
    service = _service("teczka.service")
    assert set(service["RestrictNamespaces"][0].split()) == {"user", "net"}
    calls = {call for line in service["SystemCallFilter"] for call in line.split()}
    assert {"@system-service", *(f"landlock_{c}" for c in (
        "create_ruleset", "add_rule", "restrict_self"))} <= calls  # fmt: skip
    assert "unshare" in _analyze("syscall-filter", "@process").stdout.split()  # of @system-service
    assert "@process" in _analyze("syscall-filter", "@system-service").stdout.split()
    assert "MemoryDenyWriteExecute" not in service
    assert service["OOMPolicy"] == ["continue"]


_SHOWS = """
from docstore.settings import Settings
settings = Settings()
print(settings.smtp_password.get_secret_value(), settings.s3_secret_key)
"""


def test_credentials_of_a_unit_are_secrets_of_ours(tmp_path: Path) -> None:
    """`LoadCredential=teczka:FOLDER` gives each file of the folder as `teczka_` and its name."""
    assert _service("teczka.service")["LoadCredential"] == ["teczka:/etc/teczka/secrets"]
    (tmp_path / "teczka_smtp_password").write_text("hasło-poczty\n")
    environment = {**os.environ, "CREDENTIALS_DIRECTORY": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-c", _SHOWS], env=environment, capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["hasło-poczty", "None"]


@pytest.mark.server
def test_logrotate_turns_the_doors_logs_over(tmp_path: Path) -> None:
    program = shutil.which("logrotate", path=f"/usr/sbin:{os.environ['PATH']}") or missing(
        "logrotate"
    )
    log = tmp_path / "teczka-access.log"
    log.write_text("linia\n")
    text = (DEPLOY / "logrotate" / "teczka").read_text()
    assert "/var/log/nginx/teczka-error.log" in text
    text = text.replace("/var/log/nginx", str(tmp_path)).replace(
        "/run/nginx.pid", str(tmp_path / "pid")
    )
    text = re.sub(r"create 0640 \S+ \S+", "create 0640", text)
    config = tmp_path / "teczka.conf"
    config.write_text(f"su root root\n{text}" if os.geteuid() == 0 else text)
    config.chmod(0o644)
    ran = subprocess.run(
        [program, "--force", "--state", str(tmp_path / "state"), str(config)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "teczka-access.log.1").read_text() == "linia\n"
    assert log.read_text() == ""
