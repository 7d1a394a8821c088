"""The command line speaks one language: the terminal's, and Polish where it says nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from api.cli import app
from api.commands import spoken
from tests.integration.test_cli import Shell

ENGLISH = ("Usage", "Options", "Commands", "Show this message", "Error", "council")


def _sentences(command: Any) -> Iterator[str]:
    for each in (command, *command.params):
        if getattr(each, "help", None):
            yield each.help
    for under in getattr(command, "commands", {}).values():
        yield from _sentences(under)


def test_every_sentence_of_the_help_has_its_polish() -> None:
    told = set(_sentences(typer.main.get_command(app)))
    missing = sorted(each for each in told if spoken.said("pl", each) == each)
    assert missing == [], "add msgid and msgstr to docstore/locale/pl/help.po"
    assert len(told) > 30


def test_the_help_is_polish_unless_the_terminal_is_english(tmp_path: Path) -> None:
    polish = Shell(tmp_path, language="pl_PL.UTF-8").done("--help")
    assert "Użycie: teczka" in polish
    assert "Pokaż tę pomoc i zakończ." in polish
    assert [word for word in ENGLISH if word in polish] == []
    assert Shell(tmp_path, language="C.UTF-8").done("--help") == polish
    english = Shell(tmp_path, language="en_GB.UTF-8").done("--help")
    assert "Usage: teczka" in english
    assert "Show this message and exit." in english
    assert "Teczka: a council's papers" in english


@pytest.mark.parametrize(
    ("typed", "language", "said"),
    [
        ("destroj", "pl_PL", "Nie ma polecenia destroj."),
        ("destroj", "en_GB", "There is no command destroj."),
        ("search psy", "pl_PL", "Brakuje: --body."),
        ("destroy a --bsis b", "pl_PL", "Nie ma opcji --bsis."),
        ("outbox retry x", "pl_PL", "Nie można przyjąć wartości message_id."),
        ("extract nie-ma.pdf", "pl_PL", "Nie ma takiego pliku ani folderu: nie-ma.pdf."),
        ("extract nie-ma.pdf", "en_GB", "There is no such file or folder: nie-ma.pdf."),
    ],
)
def test_a_mistyped_word_is_told_in_one_language(
    tmp_path: Path, typed: str, language: str, said: str
) -> None:
    ran = Shell(tmp_path, language=f"{language}.UTF-8").run(*typed.split())
    assert ran.returncode == 2
    assert said in ran.stderr
    assert ("Usage" in ran.stderr) == (language == "en_GB")
    assert ran.stdout == ""
