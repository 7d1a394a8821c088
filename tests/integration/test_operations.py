"""`docs/operations.md` can be followed: what it names is there, and its commands are understood."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from api.cli import app
from docstore.services.grounds import DESTRUCTION_GROUNDS
from docstore.settings import Settings
from tests.conftest import missing

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "docs" / "operations.md", ROOT / "docs" / "administrator.pl.md"]
TEXT = "\n".join(page.read_text() for page in PAGES)
DEPLOY = ROOT / "deploy"
# Told of here, and made by changes of their own: nothing is left out once those are in.
AWAITED = {"backup", "restore"} - {command.name for command in app.registered_commands}
AWAITED_PAGES = {"metrics.md"}


def _blocks() -> Iterator[str]:
    for block in re.findall(r"^```\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL):
        yield from block.splitlines()


def _commands() -> list[str]:
    """Return every `teczka ...` of the text, as one would type it."""
    spoken = re.findall(r"`(?:[A-Z_]+=\S+ )?teczka ([^`]+)`", TEXT)
    return sorted({each for each in spoken if not each.startswith("...")})


def test_the_page_names_enough_to_be_worth_a_test() -> None:
    assert len(_commands()) > 12
    assert len(list(_blocks())) > 30


@pytest.mark.parametrize("said", _commands())
def test_each_command_is_understood(said: str, tmp_path: Path) -> None:
    """Parsed down to its last option, and not run."""
    words = shlex.split(said.replace("FOLDER", str(tmp_path)).replace("NUMBER", "7"))
    if words[0] in AWAITED:
        return
    if "--backup" in words and AWAITED:
        words = words[:1]
    command: Any = typer.main.get_command(app)
    context = command.make_context("teczka", [], resilient_parsing=True)
    while hasattr(command, "resolve_command"):
        name, command, words = command.resolve_command(context, words)
        assert command is not None, said
        context = command.context_class(command, info_name=name, parent=context)
    command.parse_args(context, words)


def test_each_setting_exists() -> None:
    known = {f"TECZKA_{name.upper()}" for name in Settings.model_fields}
    named = set(re.findall(r"TECZKA_[A-Z0-9_]+", TEXT + (DEPLOY / "teczka.env").read_text()))
    assert named <= known
    secrets = re.findall(r"/etc/teczka/secrets/(\w+)", TEXT)
    assert {f"TECZKA_{name.upper()}" for name in secrets} <= known


def test_each_unit_and_file_exists() -> None:
    units = {path.name for path in (DEPLOY / "systemd").iterdir()}
    named = re.findall(r"\bteczka(?:-\w+)?@?\.(?:service|timer)\b", TEXT)
    assert set(named) <= units
    assert {"teczka.service", "teczka-backup.timer", "teczka-check.timer"} <= set(named)
    for path in re.findall(r"/opt/teczka/([\w./-]+?)(?:/\*)?(?=[\s`)]|$)", TEXT):
        if not path.startswith(".venv"):
            assert (ROOT / path).exists(), path
    for path in re.findall(r"\]\(([\w.-]+\.md)\)", TEXT):
        assert (ROOT / "docs" / path).exists() or path in AWAITED_PAGES, path


def test_each_heading_that_is_pointed_to_exists() -> None:
    headings = {
        re.sub(r"[^\w -]", "", line[3:]).strip().lower().replace(" ", "-")
        for line in TEXT.splitlines()
        if line.startswith("## ")
    }
    assert set(re.findall(r"\]\(#([\w-]+)\)", TEXT)) <= headings


def test_each_event_of_the_table_is_one_that_is_logged() -> None:
    table = TEXT.split("| event | meaning | do |", 1)[1].split("\n\n", 1)[0]
    named = set(
        re.findall(r"`([a-z_]+)`", " ".join(r.split("|")[1] for r in table.splitlines()[2:]))
    )
    sources = "".join(
        path.read_text()
        for package in ("api", "docstore", "delivery", "indexer")
        for path in (ROOT / package).rglob("*.py")
    )
    assert named
    assert [each for each in named if f'("{each}"' not in sources] == []


def test_the_bases_of_destruction_are_those_of_the_list() -> None:
    said = re.search(r"with a code \(([^)]*)\)", TEXT)
    assert said
    assert re.findall(r"`(\w+)`", said[1]) == list(DESTRUCTION_GROUNDS)


def test_each_line_of_a_block_is_good_shell() -> None:
    for line in _blocks():
        ran = subprocess.run(
            ["/bin/bash", "-n", "-c", line], capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, (line, ran.stderr)


@pytest.mark.server
def test_the_door_of_one_machine_is_good_nginx(tmp_path: Path) -> None:
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin") or missing("nginx")
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", "/CN=rada.miasto.example",
            "-keyout", str(tmp_path / "privkey.pem"), "-out", str(tmp_path / "fullchain.pem"),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    site = (DEPLOY / "nginx-site.conf").read_text()
    site = site.replace("/etc/letsencrypt/live/teczka", str(tmp_path))
    site = site.replace("/var/log/nginx", str(tmp_path))
    whole = tmp_path / "nginx.conf"
    whole.write_text(
        f"pid {tmp_path}/pid;\nerror_log {tmp_path}/error.log;\nevents {{}}\n"
        f"http {{\nclient_body_temp_path {tmp_path}/body;\n{site}\n}}\n"
    )
    ran = subprocess.run(
        [program, "-t", "-e", str(tmp_path / "error.log"), "-c", str(whole)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
