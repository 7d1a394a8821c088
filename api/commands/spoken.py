"""The command line in the terminal's language: its help, and what it says of a mistyped word.

Help stands in the code as docstrings, in English like every other docstring; the Polish of each is
in `docstore/locale/pl/help.po`, and a test looks that none is missing.
"""

import sys
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import typer
from babel.messages.pofile import read_po
from typer import rich_utils

from api.commands import terminal
from docstore.language import LOCALE_DIR, Language

_MISUSED = 2
"""The exit status of a command that was not understood, as shells expect it."""
# Words of Typer's own that frame every page of help; it reads them when it draws one.
_FRAME = (
    "OPTIONS_PANEL_TITLE", "ARGUMENTS_PANEL_TITLE", "COMMANDS_PANEL_TITLE",
    "ERRORS_PANEL_TITLE", "ABORTED_TEXT", "REQUIRED_LONG_STRING", "DEFAULT_STRING",
)  # fmt: skip


@cache
def _polish() -> Mapping[str, str]:
    with (LOCALE_DIR / "pl" / "help.po").open("rb") as source:
        return {str(m.id): str(m.string) for m in read_po(source) if m.id and m.string}


def said(language: Language, sentence: str, **fields: str) -> str:
    """Return a sentence of the command line in a language."""
    spoken = sentence if language == "en" else _polish().get(sentence, sentence)
    return spoken.format(**fields) if fields else spoken


def run(app: typer.Typer, language: Language) -> int:
    """Run the command that was typed; return its exit status.

    Errors of the commands themselves are raised.
    """
    command = typer.main.get_command(app)
    if language != "en":
        _translate(command, language)
        for name in _FRAME:
            setattr(rich_utils, name, said(language, getattr(rich_utils, name)))
    try:
        return int(command.main(standalone_mode=False) or 0)
    except typer.Abort:
        terminal.err.print(said(language, "Aborted."))
        return 1
    except Exception as error:
        if not hasattr(error, "format_message"):  # a mistyped word is told, all else is an error
            raise
        return _misused(error, language)


def _translate(command: Any, language: Language) -> None:
    """Give a command and all under it the help of a language."""
    command.help = said(language, command.help) if command.help else command.help
    usage: Callable[[Any], str] = command.get_usage
    english, spoken = "Usage:", said(language, "Usage:")
    command.get_usage = lambda context: usage(context).replace(english, spoken, 1)
    context = command.context_class(command, info_name=command.name, resilient_parsing=True)
    for each in (*command.params, command.get_help_option(context)):
        if getattr(each, "help", None):
            each.help = said(language, each.help)
    for under in getattr(command, "commands", {}).values():
        _translate(under, language)


def _misused(error: Any, language: Language) -> int:
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        sys.stdout.write(f"{error.format_message()}\n" if error.format_message() else "")
        return _MISUSED
    if context is not None:
        terminal.err.print(context.command.get_usage(context))
    terminal.err.print(f"{said(language, 'Error')}: {_reason(error, language)}", style="red")
    if context is not None:
        path = context.command_path
        terminal.err.print(said(language, "Try '{command} --help' for help.", command=path))
    return _MISUSED


def _reason(error: Any, language: Language) -> str:
    """Return what was wrong, in a sentence; what has none of its own keeps its English."""
    kind = type(error).__name__
    parameter = getattr(error, "param", None)
    name = "/".join(parameter.opts) if parameter is not None else ""
    if kind == "NoSuchOption":
        return said(language, "There is no option {name}.", name=error.option_name)
    if kind == "MissingParameter" and name:
        shown = name if name.startswith("-") else name.upper()
        return said(language, "Missing: {name}.", name=shown)
    if kind == "BadParameter" and name and "does not exist" in error.message:
        missing = error.message.split("'")[1]
        return said(language, "There is no such file or folder: {name}.", name=missing)
    if kind == "BadParameter" and name:
        return said(
            language,
            "This value cannot be taken for {name}: {value}.",
            name=name,
            value=error.message.rstrip("."),
        )
    message = str(error.format_message())
    if message.startswith("No such command"):
        typed = message.split("'")[1] if "'" in message else ""
        return said(language, "There is no command {name}.", name=typed)
    return said(language, "This cannot be understood: {message}", message=message)
