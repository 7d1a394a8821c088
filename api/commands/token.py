"""`teczka token`: the tokens of programs, for who runs the machine."""

from collections.abc import Sequence
from typing import Annotated

import typer

from api.commands import terminal
from api.commands.terminal import opened, words_here
from api.wiring import Parts
from docstore.errors import NotFound
from docstore.models import ApiToken, Body, Person
from docstore.services import bodies, people, standings, tokens
from docstore.services.acting import Acting

app = typer.Typer(help="Tokens that let programs into the interface.", no_args_is_help=True)

BodySlug = Annotated[str, typer.Option("--body", help="The council's short name.")]


def _body(parts: Parts, slug: str) -> Body:
    with parts.database.reading() as session:
        body = bodies.find_body(session, slug)
    if body is None:
        terminal.refuse(f"Nie ma rady „{slug}”.", f"There is no council “{slug}”.")
    return body


def _owner(parts: Parts, body: Body, email: str) -> Person:
    with parts.database.reading() as session:
        found = people.with_address(session, body_id=body.id, email=email.strip().lower())
    if len(found) != 1:
        terminal.refuse(
            f"Adresu {email} nie ma tu dokładnie jedna osoba.",
            f"Not exactly one person has the address {email} here.",
        )
    return found[0]


@app.command("make")
def make(
    label: Annotated[str, typer.Argument(help="What the token will be for.")],
    body: BodySlug,
    owner: Annotated[str, typer.Option(help="The e-mail address of who answers for it.")],
    scope: Annotated[
        list[str], typer.Option(help=f"One of {', '.join(tokens.SCOPES)}; may be repeated.")
    ],
    days: Annotated[int, typer.Option(min=1, max=tokens.LONGEST_DAYS)] = tokens.DEFAULT_DAYS,
    for_body: Annotated[
        bool, typer.Option("--for-body", help="It works for the office; an administrator's alone.")
    ] = False,
) -> None:
    """Make a token and print it, this once: nothing keeps it."""
    with opened() as parts:
        person = _owner(parts, _body(parts, body), owner)
        with parts.database.transaction() as session:
            at = parts.clock.now()
            token, _ = tokens.make(
                session,
                Acting(None, at),
                its=standings.standing(session, person, at=at),
                by="password",  # who may type this could give themselves one
                label=label,
                scopes=scope,
                days=days,
                is_for_body=for_body,
            )
    terminal.out.print(token)


@app.command("list")
def list_tokens(body: BodySlug) -> None:
    """List the tokens of a council: id, last letters, until when, last use, scopes, whose, for."""
    with opened() as parts:
        owner = _body(parts, body)
        with parts.database.reading() as session:
            rows = tokens.listed(session, body_id=owner.id)
    for line in _lines(rows):
        terminal.out.print(line)


def _lines(rows: Sequence[ApiToken]) -> list[str]:
    return [
        f"{row.id}  …{row.ending}  {row.expires_at:%Y-%m-%d}  {row.last_used_on or '-':<10}  "
        f"{','.join(row.scopes)}  {row.person.name}  {row.label}"
        for row in rows
    ]


@app.command("revoke")
def revoke(token_id: str, body: BodySlug) -> None:
    """End a token at once; `teczka token list` tells its id."""
    with opened() as parts:
        owner = _body(parts, body)
        try:
            with parts.database.transaction() as session:
                acting = Acting(None, parts.clock.now())
                tokens.revoke(session, acting, body_id=owner.id, token_id=token_id)
        except NotFound:
            terminal.refuse(f"Nie ma tokenu {token_id}.", f"There is no token {token_id}.")
    terminal.out.print(words_here()("Token unieważniono."))
