"""The command `teczka`: everything an administrator does without a browser."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from api import wiring
from api.checking import check as check_installation
from api.errors import sentence
from api.importing import import_folder
from api.logs import set_up_logs
from api.searching import public_search
from api.wiring import Parts
from docstore import outbox
from docstore.errors import DocstoreError, InvalidInput
from docstore.files.inspect import inspect
from docstore.language import Words
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

_out = Console()
_err = Console(stderr=True)


def main() -> None:
    """Run the command; a refusal is one sentence on standard error and exit status 1."""
    try:
        app()
    except DocstoreError as error:
        _err.print(sentence(error, Words("pl")), style="red", highlight=False)
        _err.print(sentence(error, Words("en")), style="dim", highlight=False)
        sys.exit(1)


@contextmanager
def opened(*, may_be_demo: bool = True) -> Iterator[Parts]:
    """Open the installation that the settings name, its schema brought up to date."""
    settings = Settings()
    set_up_logs(settings.log_format)
    parts = wiring.build(settings)
    try:
        migrate(parts.database)
        if not may_be_demo:
            with parts.database.reading() as session:
                if setup.is_demo(session):
                    raise DemoRecord
        yield parts
    finally:
        parts.close()


class DemoRecord(InvalidInput):
    """The data folder holds a demo, which never becomes a real installation."""


def _body(parts: Parts, slug: str) -> Body:
    with parts.database.reading() as session:
        body = people.find_body(session, slug)
    if body is None:
        _err.print(f"Nie ma rady „{slug}”. / There is no council “{slug}”.", style="red")
        raise typer.Exit(1)
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

    try:
        with opened(may_be_demo=False) as parts:
            settings = parts.settings
    except DemoRecord:
        _err.print(
            "Ten folder danych należy do pokazu i nie może stać się prawdziwą instalacją. "
            "Wskaż inny w TECZKA_DATA_DIR.\n"
            "This data folder is a demo's and cannot become a real installation. "
            "Name another one in TECZKA_DATA_DIR.",
            style="red",
        )
        sys.exit(1)
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
    body: Annotated[str, typer.Option(help="The council's short name.")],
    name: Annotated[str, typer.Option(help="First name and surname.")],
    role: Annotated[str, typer.Option(help="office or administrator.")] = "office",
) -> None:
    """Add somebody who signs in with a password, which is asked for or read from a pipe."""
    if sys.stdin.isatty():
        password = typer.prompt("Hasło / Password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\n")
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
    body: Annotated[str, typer.Option(help="The council's short name.")],
    yes: Annotated[bool, typer.Option("--yes", help="Publish without asking.")] = False,
) -> None:
    """Take in a folder of adopted resolutions: facts from the text, else from the file name."""
    with opened() as parts:
        owner = _body(parts, body)
        if not yes and not typer.confirm(
            "Opublikować uchwały z tego folderu? / Publish the resolutions of this folder?"
        ):
            raise typer.Exit(1)
        report = import_folder(parts, owner, folder, console=_err)
    table = Table("", "")
    for label, value in asdict(report).items():
        table.add_row(label, str(value))
    _out.print(table)


@app.command()
def search(
    query: str,
    body: Annotated[str, typer.Option(help="The council's short name.")],
    limit: Annotated[int, typer.Option(min=0, max=1000)] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Search as the public does."""
    with opened() as parts:
        found = public_search(parts, _body(parts, body), query, limit=limit)
    if as_json:
        _json(found)
        return
    _out.print(f"{found['total']}")
    for hit in found["hits"]:
        _out.print(f"[bold]{hit['number']}[/bold] {hit['title']}  [dim]s. {hit['page']}[/dim]")
        _out.print(f"  {hit['snippet']}", highlight=False)


@app.command()
def extract(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
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
        _out.print(answer["text"], highlight=False, markup=False)


@app.command()
def reindex() -> None:
    """Build the search index anew from the record, beside the live one."""
    with opened() as parts:
        count = rebuild(parts.reader)
    _out.print(f"{count}")


@app.command()
def check() -> None:
    """Verify the ledger, the stored bytes and the index against the record."""
    with opened() as parts:
        report = check_installation(parts)
    for line in report.lines:
        (_out if line.is_good else _err).print(line.text, highlight=False)
    if not report.is_good:
        raise typer.Exit(1)


@outbox_app.command("list")
def outbox_list() -> None:
    """List the work that is not done: what was given up first."""
    with opened() as parts, parts.database.reading() as session:
        rows = outbox.messages(session)
    table = Table("id", "topic", "key", "attempts", "state", "last error")
    for row in rows:
        state = "parked" if row.failed_at else "waiting"
        table.add_row(
            str(row.id), row.topic, row.key, str(row.attempts), state, row.last_error[:80]
        )
    _out.print(table)


@outbox_app.command("retry")
def outbox_retry(message_id: int) -> None:
    """Open a message again that was given up."""
    with opened() as parts, parts.database.transaction() as session:
        outbox.retry(session, message_id, at=parts.clock.now())
    _out.print(f"{message_id}")


def _json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
