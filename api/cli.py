"""The command `teczka`: everything an administrator does without a browser."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.text import Text

from api import wiring
from api.checking import check as check_installation
from api.errors import sentence
from api.importing import ImportReport, Remark, import_folder
from api.logs import set_up_logs
from api.searching import public_search
from api.wiring import Parts, SettingWrong
from docstore import outbox
from docstore.errors import DocstoreError, InvalidInput, NotFound
from docstore.files.inspect import inspect
from docstore.language import Language, Words
from docstore.migrations import current, head, migrate
from docstore.models import Body
from docstore.services import passwords, people, setup, signins
from docstore.services.acting import Acting
from docstore.services.people import BodyDetails
from docstore.settings import Settings
from indexer.tasks import rebuild

app = typer.Typer(
    help="Teczka: a council's papers, kept and delivered.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
body_app = typer.Typer(help="Councils of this installation.", no_args_is_help=True)
user_app = typer.Typer(help="People who sign in with a password.", no_args_is_help=True)
outbox_app = typer.Typer(help="Work that waits or was given up.", no_args_is_help=True)
app.add_typer(body_app, name="body")
app.add_typer(user_app, name="user")
app.add_typer(outbox_app, name="outbox")

# Nothing that is printed is markup, and no line is folded: other programs read them.
_out = Console(soft_wrap=True, markup=False, highlight=False)
_err = Console(soft_wrap=True, markup=False, highlight=False, stderr=True)

BodySlug = Annotated[str, typer.Option("--body", help="The council's short name.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def main() -> None:
    """Run the command; a refusal is one sentence on standard error and exit status 1."""
    try:
        app()
    except DemoRecord:
        _refuse(
            "Ten folder danych należy do pokazu i nie może stać się prawdziwą instalacją. "
            "Wskaż inny w TECZKA_DATA_DIR.",
            "This data folder is a demo's and cannot become a real installation. "
            "Name another one in TECZKA_DATA_DIR.",
        )
    except DocstoreError as error:
        _refuse(sentence(error, Words("pl")), sentence(error, Words("en")))
    except SettingWrong as error:
        _refuse(
            f"Ustawienie {error.name} jest nieprawidłowe: {error.reason}.",
            f"The setting {error.name} is wrong: {error.reason}.",
        )


def _refuse(polish: str, english: str) -> NoReturn:
    """Say in both languages what went wrong, since nobody has said which one they read."""
    _err.print(polish, style="red")
    if english != polish:
        _err.print(english, style="dim")
    sys.exit(1)


def _words() -> Words:
    """Speak the terminal's language: English where it says so, else Polish."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    language: Language = "en" if (spoken or "").startswith("en") else "pl"
    return Words(language)


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


def _body(parts: Parts, slug: str) -> Body:
    with parts.database.reading() as session:
        body = people.find_body(session, slug)
    if body is None:
        _refuse(f"Nie ma rady „{slug}”.", f"There is no council “{slug}”.")
    return body


@app.command()
def demo(
    *,
    exit_after: Annotated[
        bool, typer.Option("--exit", help="Do everything without serving; print one JSON line.")
    ] = False,
    port: Annotated[int, typer.Option(help="Where the demo's pages are, on 127.0.0.1.")] = 8000,
) -> None:
    """Show Teczka with an invented council, in a folder of its own."""
    from api.demo.run import run_demo  # noqa: PLC0415 - `serve` never loads the demo

    sys.exit(run_demo(exit_after=exit_after, port=port))


@app.command()
def serve() -> None:
    """Serve the pages and do the work, until stopped."""
    from api.serve import serve as run  # noqa: PLC0415 - the server is loaded to serve only

    with opened(may_be_demo=False) as parts:
        settings = parts.settings
    sys.exit(run(settings))


@app.command()
def worker() -> None:
    """Do the work of the outbox in a process of its own, until stopped."""
    from api.serve import work  # noqa: PLC0415 - as above

    with opened(may_be_demo=False) as parts:
        work(parts)


@app.command("migrate")
def migrate_command() -> None:
    """Bring the record's schema up to date."""
    with opened() as parts:
        _out.print(f"{current(parts.database)} = {head()}")


@body_app.command("add")
def add_body(
    slug: str,
    name: Annotated[str, typer.Option(help="The council's full name.")],
    kind: Annotated[str, typer.Option(help="gmina, miasto, powiat or sejmik.")] = "gmina",
    teryt: Annotated[str, typer.Option(help="The TERYT code.")] = "",
) -> None:
    """Add a council; its members and papers are strangers to every other one."""
    with opened() as parts, parts.database.transaction() as session:
        details = BodyDetails(name=name, slug=slug, kind=kind, teryt=teryt)
        people.add_body(session, Acting(None, parts.clock.now()), details)
    _out.print(f"/{slug}  {name}")


@user_app.command("add")
def add_user(
    email: str,
    body: BodySlug,
    name: Annotated[str, typer.Option(help="First name and surname.")],
    role: Annotated[str, typer.Option(help="office or administrator.")] = "office",
) -> None:
    """Add somebody who signs in with a password, which is asked for or read from a pipe."""
    if sys.stdin.isatty():
        password = typer.prompt("Hasło / Password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    password_hash = passwords.hashed(password)
    with opened() as parts:
        owner = _body(parts, body)
        with parts.database.transaction() as session:
            acting = Acting(None, parts.clock.now())
            person = people.add_person(session, acting, body_id=owner.id, name=name, email=email)
            for duty in {role, "office"}:
                people.give_duty(session, acting, person=person, role=duty)
            signins.set_password(session, acting, person=person, password_hash=password_hash)
    _out.print(f"{email} → /{body}/wejscie")


@app.command("import")
def import_command(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False)],
    body: BodySlug,
    yes: Annotated[bool, typer.Option("--yes", help="Publish without asking.")] = False,
) -> None:
    """Take in a folder of adopted resolutions: facts from the text, else from the file name."""
    words = _words()
    with opened() as parts:
        owner = _body(parts, body)
        question = words("Opublikować uchwały z tego folderu?")
        if not yes and not typer.confirm(question, err=True):
            raise typer.Exit(1)
        report = import_folder(parts, owner, folder, console=_err)
    for label, count in _counted(words, report):
        _out.print(f"{count:>7}  {label}")
    for remark in report.remarks:
        _err.print(f"{remark.file}: {_why(words, remark)}")
    if report.failed:
        raise typer.Exit(1)


def _counted(words: Words, report: ImportReport) -> list[tuple[str, int]]:
    return [
        (words("pliki w folderze"), report.files),
        (words("opublikowane"), report.published),
        (words("już były"), report.already_there),
        (words("zatrzymane w biurze: numer PESEL"), report.held_back),
        (words("zatrzymane w biurze: bez numeru lub daty"), report.without_number),
        (words("niezapisane lub nieodczytane"), report.failed),
        (words("strony bez tekstu w opublikowanych: nie sprawdzono"), report.unread_pages),
    ]


def _why(words: Words, remark: Remark) -> str:
    return {
        "pesel": words("zawiera numer PESEL; sprawdź i opublikuj w biurze"),
        "no_number": words("nie znaleziono numeru uchwały; wpisz go w biurze"),
        "no_date": words("nie znaleziono daty uchwały; wpisz ją w biurze"),
        "number_taken": words("ten numer ma już inna uchwała tej kadencji"),
        "not_read": words("jeszcze nieodczytany; uruchom import ponownie za chwilę"),
        "unreadable": words("nie można otworzyć tego pliku"),
        "file_empty": words("plik jest pusty"),
        "file_too_large": words("plik jest za duży"),
        "upload_broken": words("plik zmienił się w trakcie importu"),
    }[remark.code]


@app.command()
def search(
    query: str,
    body: BodySlug,
    limit: Annotated[int, typer.Option(min=0, max=1000)] = 10,
    as_json: AsJson = False,
) -> None:
    """Search as the public does."""
    with opened() as parts:
        found = public_search(parts, _body(parts, body), query, limit=limit)
    if as_json:
        _json(found)
        return
    _out.print(_words().count(found["total"], "uchwała", "uchwały", "uchwał"))
    for hit in found["hits"]:
        place = f"  s. {hit['page']}" if hit["page"] else ""
        _out.print(Text.assemble((hit["number"], "bold"), f" {hit['title']}", (place, "dim")))
        _out.print(f"  {hit['snippet']}")


@app.command()
def extract(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    as_json: AsJson = False,
) -> None:
    """Show what Teczka reads in a file, through the same sandbox as an upload."""
    facts = inspect(file, file.name)
    answer = {
        "media_type": facts.media_type,
        "pages": facts.pages,
        "text": "\f".join(facts.page_texts),
        "page_texts": list(facts.page_texts),
        "problems": list(facts.problems),
        "encrypted": facts.encrypted,
    }
    if as_json:
        _json(answer)
    else:
        _out.print(answer["text"])


@app.command()
def reindex() -> None:
    """Build the search index anew from the record, beside the live one."""
    words = _words()
    with opened() as parts:
        count = rebuild(parts.reader)
    indexed = words.count(count, "wersja", "wersje", "wersji")
    _out.print(words("indeks: {count}", count=indexed))


@app.command()
def check() -> None:
    """Verify the ledger, the stored bytes and the index against the record."""
    with opened() as parts:
        report = check_installation(parts, _words())
    for line in report.lines:
        (_out if line.is_good else _err).print(line.text)
    if not report.is_good:
        raise typer.Exit(1)


@outbox_app.command("list")
def outbox_list() -> None:
    """List the work that is not done, what was given up first: id, state, tries, topic, error."""
    with opened() as parts, parts.database.reading() as session:
        rows = outbox.messages(session)
    for row in rows:
        state = "parked" if row.failed_at else "waiting"
        error = " ".join(row.last_error.split())
        _out.print(f"{row.id:>6}  {state:<7}  {row.attempts:>2}  {row.topic:<16}  {error}".rstrip())


@outbox_app.command("retry")
def outbox_retry(message_id: int) -> None:
    """Open a message again that was given up."""
    try:
        with opened() as parts, parts.database.transaction() as session:
            outbox.retry(session, message_id, at=parts.clock.now())
    except NotFound:
        _refuse(
            f"Nie ma zadania {message_id}, które czeka.", f"There is no waiting task {message_id}."
        )
    _out.print(_words()("Zadanie {number} wróciło do kolejki.", number=message_id))


def _json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
