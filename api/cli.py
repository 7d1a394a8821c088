"""The command `teczka`: everything an administrator does without a browser."""

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from api.alone import PortTaken
from api.checking import check as check_installation
from api.commands import backup as backup_commands
from api.commands import outbox as outbox_commands
from api.commands import spoken, terminal
from api.commands import token as token_commands
from api.commands.destroy import destroy
from api.commands.terminal import DemoRecord, opened, words_here
from api.errors import sentence
from api.importing import ImportReport, import_folder
from api.importing.report import reason
from api.loading import loading
from api.searching import public_search
from api.state.common import announce
from api.wiring import Parts, SettingWrong
from docstore.errors import DocstoreError
from docstore.files.inspect import inspect
from docstore.language import Words
from docstore.migrations import current, head
from docstore.models import Body
from docstore.services import bodies, clerks, passwords, people, signins
from docstore.services.acting import Acting
from docstore.services.bodies import BodyDetails
from indexer.catching_up import rebuild

app = typer.Typer(
    help="Teczka: a council's papers, kept and delivered.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
body_app = typer.Typer(help="Councils of this installation.", no_args_is_help=True)
user_app = typer.Typer(help="People who sign in with a password.", no_args_is_help=True)
app.command()(destroy)
app.add_typer(body_app, name="body")
app.add_typer(user_app, name="user")
app.add_typer(outbox_commands.app, name="outbox")
app.add_typer(token_commands.app, name="token")
app.command("backup")(backup_commands.backup)
app.command("restore")(backup_commands.restore)
app.command("drill")(backup_commands.drill)

BodySlug = Annotated[str, typer.Option("--body", help="The council's short name.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def main() -> None:
    """Run the command; a refusal is one sentence on standard error and exit status 1."""
    os.umask(0o077)  # the data folder holds names, addresses and hashes: it is its owner's alone
    try:
        sys.exit(spoken.run(app, words_here().language))
    except DemoRecord:
        terminal.refuse(
            "Ten folder danych należy do pokazu i nie może stać się prawdziwą instalacją. "
            "Wskaż inny w TECZKA_DATA_DIR.",
            "This data folder is a demo's and cannot become a real installation. "
            "Name another one in TECZKA_DATA_DIR.",
        )
    except DocstoreError as error:
        terminal.refuse(sentence(error, Words("pl")), sentence(error, Words("en")))
    except PortTaken as error:
        terminal.refuse(
            f"Port {error.port} jest zajęty: słucha na nim inny program albo druga Teczka z tego "
            "folderu danych.",
            f"Port {error.port} is taken: another program listens there, or a second Teczka of "
            "this data folder.",
        )
    except SettingWrong as error:
        terminal.refuse(
            f"Ustawienie {error.name} jest nieprawidłowe: {error.reason}.",
            f"The setting {error.name} is wrong: {error.reason}.",
        )


def _body(parts: Parts, slug: str) -> Body:
    with parts.database.reading() as session:
        body = bodies.find_body(session, slug)
    if body is None:
        terminal.refuse(f"Nie ma rady „{slug}”.", f"There is no council “{slug}”.")
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
    with opened(may_be_demo=False) as parts:
        settings = parts.settings
    announce(settings)
    with loading():
        from api.serve import serve as run  # noqa: PLC0415 - the server is loaded to serve only

    sys.exit(run(settings))


@app.command()
def worker() -> None:
    """Do the work of the outbox in a process of its own, until stopped."""
    from api.working import work  # noqa: PLC0415 - as above

    with opened(may_be_demo=False) as parts:
        work(parts)


@app.command("migrate")
def migrate_command() -> None:
    """Bring the record's schema up to date."""
    with opened() as parts:
        terminal.out.print(f"{current(parts.database)} = {head()}")


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
        bodies.add_body(session, Acting(None, parts.clock.now()), details)
    terminal.out.print(f"/{slug}  {name}")


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
            for duty in sorted({role, "office"}):
                clerks.give_duty(session, acting, person=person, role=duty)
            signins.set_password(session, acting, person=person, password_hash=password_hash)
    terminal.out.print(f"{email} → /{body}/wejscie")


@app.command("import")
def import_command(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False)],
    body: BodySlug,
    yes: Annotated[
        bool, typer.Option("--yes", help="Publish at once what can be named, unseen.")
    ] = False,
    report_to: Annotated[
        Path | None, typer.Option("--report", help="Write what became of each file, as CSV.")
    ] = None,
) -> None:
    """Take in a folder of resolutions; they wait in the office's archive to be confirmed."""
    words = words_here()
    with opened() as parts:
        owner = _body(parts, body)
        report = import_folder(
            parts, owner, folder, console=terminal.err, words=words, publishes=yes
        )
        if report_to is not None:
            address = f"{parts.settings.public_url.rstrip('/')}/{owner.slug}"
            report_to.write_bytes(report.table(words, address))
    for label, count in _counted(words, report):
        terminal.out.print(f"{count:>7}  {label}")
    for remark in report.remarks:
        terminal.err.print(f"{remark.file}: {reason(words, remark.code)}")
    if report.failed:
        raise typer.Exit(1)


def _counted(words: Words, report: ImportReport) -> list[tuple[str, int]]:
    return [
        (words("pliki w folderze"), report.files),
        (words("opublikowane"), report.published),
        (words("już były"), report.already_there),
        (words("czekają w archiwum biura na zatwierdzenie"), report.to_review),
        (words("zatrzymane w biurze: numer PESEL"), report.held_back),
        (words("zatrzymane w biurze: bez numeru lub daty"), report.without_number),
        (words("niezapisane lub nieodczytane"), report.failed),
        (words("strony bez tekstu w opublikowanych: nie sprawdzono"), report.unread_pages),
    ]


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
    terminal.out.print(words_here().count(found["total"], "uchwała", "uchwały", "uchwał"))
    for hit in found["hits"]:
        place = f"  s. {hit['page']}" if hit["page"] else ""
        terminal.out.print(
            Text.assemble((hit["number"], "bold"), f" {hit['title']}", (place, "dim"))
        )
        terminal.out.print(f"  {hit['snippet']}")


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
        terminal.out.print(answer["text"])


@app.command()
def reindex() -> None:
    """Build the search index anew from the record, beside the live one."""
    words = words_here()
    with opened() as parts:
        count = rebuild(parts.reader)
    indexed = words.count(count, "wersja", "wersje", "wersji")
    terminal.out.print(words("indeks: {count}", count=indexed))


@app.command()
def check(
    backup: Annotated[
        Path | None, typer.Option(help="Read a folder of backups instead of the installation.")
    ] = None,
) -> None:
    """Verify the ledger, the stored bytes and the index against the record."""
    if backup is not None:
        raise typer.Exit(0 if backup_commands.check_backup(backup) else 1)
    with opened() as parts:
        report = check_installation(parts, words_here())
    for line in report.lines:
        (terminal.out if line.is_good else terminal.err).print(line.text)
    if not report.is_good:
        raise typer.Exit(1)


def _json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
