"""The commands `outbox ...`: work that waits or was given up."""

import typer

from api.commands import terminal
from api.commands.terminal import opened, words_here
from docstore import outbox
from docstore.errors import NotFound

app = typer.Typer(help="Work that waits or was given up.", no_args_is_help=True)


@app.command("list")
def outbox_list() -> None:
    """List the work that is not done, what was given up first: id, state, tries, topic, error."""
    with opened() as parts, parts.database.reading() as session:
        rows, is_held = outbox.messages(session), bool(outbox.held(session))
    if is_held:
        terminal.err.print(
            words_here()(
                "Wysyłanie jest wstrzymane po odtworzeniu z kopii; wznawia je „teczka outbox "
                "release”."
            )
        )
    for row in rows:
        state = "parked" if row.failed_at else "waiting"
        error = " ".join(row.last_error.split())
        terminal.out.print(
            f"{row.id:>6}  {state:<7}  {row.attempts:>2}  {row.topic:<16}  {error}".rstrip()
        )


@app.command("retry")
def outbox_retry(message_id: int) -> None:
    """Open a message again that was given up."""
    try:
        with opened() as parts, parts.database.transaction() as session:
            outbox.retry(session, message_id)
    except NotFound:
        terminal.refuse(
            f"Nie ma zadania {message_id}, które czeka.", f"There is no waiting task {message_id}."
        )
    terminal.out.print(words_here()("Zadanie {number} wróciło do kolejki.", number=message_id))


@app.command("release")
def outbox_release() -> None:
    """Send again what a restore holds back; look at `outbox list` first."""
    words = words_here()
    with opened() as parts, parts.database.transaction() as session:
        was_held = outbox.release(session, at=parts.clock.now())
    terminal.out.print(
        words("Wysyłanie wznowiono.") if was_held else words("Wysyłanie nie było wstrzymane.")
    )
