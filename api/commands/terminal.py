"""How the commands speak to a terminal, and open the installation that settings name."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.text import Text

from api import wiring
from api.logs import set_up_logs
from api.wiring import Parts, SettingWrong
from docstore.errors import InvalidInput
from docstore.language import Language, Words
from docstore.migrations import migrate
from docstore.services import setup
from docstore.settings import Settings

# What a terminal obeys (C0, DEL and C1 but for tab and line ends) or reads backwards: file names,
# titles and a mail server's answers may hold it, and would rewrite what an administrator sees.
_ORDERS = dict.fromkeys(
    [
        *(code for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\f"),
        *(0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)),
    ],
    "\N{REPLACEMENT CHARACTER}",
)


class Terminal(Console):
    """Prints what it is given as it is, but for what a terminal would carry out.

    Nothing is markup, and no line is folded: other programs read them.
    """

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(soft_wrap=True, markup=False, highlight=False, stderr=stderr)

    def print(self, *objects: Any, **options: Any) -> None:
        """Print texts; styles of our own are kept."""
        super().print(*map(_harmless, objects), **options)


def _harmless(said: Any) -> Any:
    if isinstance(said, Text):
        said = said.copy()
        said.plain = said.plain.translate(_ORDERS)
        return said
    return said.translate(_ORDERS) if isinstance(said, str) else said


out = Terminal()
err = Terminal(stderr=True)


def refuse(polish: str, english: str) -> NoReturn:
    """Say in both languages what went wrong, since nobody has said which one they read."""
    err.print(polish, style="red")
    if english != polish:
        err.print(english, style="dim")
    sys.exit(1)


def words_here() -> Words:
    """Speak the terminal's language: English where it says so, else Polish."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    language: Language = "en" if (spoken or "").startswith("en") else "pl"
    return Words(language)


def confirmed(words: Words, question: str) -> bool:
    """Ask for a yes, in either language; anything else, and no answer at all, is a no."""
    answer = typer.prompt(
        f"{question} {words('[t/N]')}", default="", show_default=False, prompt_suffix=" ", err=True
    )
    return answer.strip().casefold() in {"t", "tak", "y", "yes"}


class DemoRecord(InvalidInput):
    """The data folder holds a demo, which never becomes a real installation."""


def settings_of() -> Settings:
    """Read the settings and set the log up; one that cannot be used is named."""
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingWrong(f"TECZKA_{str(first['loc'][0]).upper()}", first["msg"]) from error
    set_up_logs(settings.log_format)
    return settings


@contextmanager
def opened(*, may_be_demo: bool = True) -> Iterator[Parts]:
    """Open the installation that the settings name, its schema brought up to date."""
    parts = wiring.build(settings_of())
    try:
        migrate(parts.database)
        if not may_be_demo:
            with parts.database.reading() as session:
                if setup.is_demo(session):
                    raise DemoRecord
        yield parts
    finally:
        parts.close()
