"""What a command prints is read, never carried out by the terminal it is read on."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from api.commands.terminal import Terminal, _harmless

EVIL = "\x1b]0;tytul\x07\x1b[2J\x9b31m\rwszystko dobrze\x08\N{RIGHT-TO-LEFT OVERRIDE}gpj"


@pytest.mark.parametrize("said", [EVIL, Text(EVIL), Text.assemble((EVIL, "bold"), EVIL)])
def test_nothing_rewrites_the_screen(capsys: pytest.CaptureFixture[str], said: str | Text) -> None:
    for terminal in (Terminal(), Terminal(stderr=True)):
        terminal.print("przed", said)
    for printed in capsys.readouterr():
        assert printed.startswith("przed ")
        assert "wszystko dobrze" in printed
        assert not set(printed) & set("\x1b\x07\x9b\r\x08\N{RIGHT-TO-LEFT OVERRIDE}")


def test_a_line_stays_whole_and_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    line = "[bold]Zażółć[/bold]\tgęślą jaźń " + "x" * 300
    Terminal().print(line)
    assert capsys.readouterr().out.expandtabs() == f"{line}\n".expandtabs()


@given(st.text())
def test_no_text_gives_orders(text: str) -> None:
    said = _harmless(text)
    assert len(said) == len(text)
    assert not [c for c in said if unicodedata.category(c) == "Cc" and c not in "\t\n\f"]
