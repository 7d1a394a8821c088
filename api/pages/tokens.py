"""Tokens of the interface: one's own on the account's page, all of a council's for who runs it."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel
from starlette.responses import Response

from api.dependencies import (
    ActingOf,
    Administrator,
    AskerOf,
    Read,
    SignInNeeded,
    Write,
    check_form,
)
from api.errors import sentence
from api.rendering import redirect, render, words_for
from api.security.askers import Asker
from api.wiring import Parts
from docstore.database import ReadSession, WriteSession
from docstore.errors import InvalidInput
from docstore.language import Words
from docstore.services import tokens
from docstore.services.acting import Acting

router = APIRouter(prefix="/{slug}", dependencies=[Depends(check_form)], include_in_schema=False)


class TokenForm(BaseModel):
    """A token that is asked for, as typed."""

    label: str = ""
    scopes: list[str] = []
    days: str = str(tokens.DEFAULT_DAYS)


async def _owner(asker: AskerOf) -> Asker:
    """Let in whoever may have a token; who came by a link and has a password is asked for it."""
    if asker.person is None or asker.lacks_password or not _own_scopes(asker):
        raise SignInNeeded
    return asker


Owner = Annotated[Asker, Depends(_owner)]
Typed = Annotated[TokenForm, Form()]


def _by(asker: Asker) -> str:
    return asker.sign_in.by if asker.sign_in else ""


def _own_scopes(asker: Asker) -> tuple[str, ...]:
    return tokens.may_have(asker.standing, _by(asker))


def _scope_names(words: Words) -> dict[str, tuple[str, str]]:
    """Return what each scope is called, and what it lets a program do."""
    return {
        tokens.READ: (
            words("odczyt"),
            words("posiedzenia, dokumenty i pliki, które widzi właściciel tokenu"),
        ),
        tokens.UPLOAD: (words("dodawanie plików"), words("nowe dokumenty i ich kolejne wersje")),
        tokens.PREPARE: (
            words("przygotowanie"),
            words("posiedzenia, porządek obrad i opisy dokumentów, zanim zobaczą je inni"),
        ),
        tokens.PUBLISH: (
            words("publikowanie"),
            words("pakiety i zawiadomienia, wyniki, uchwały, wyłączenia z udostępniania"),
        ),
    }


# --- one's own --------------------------------------------------------------------------------


@router.get("/konto/tokeny")
def own_tokens(request: Request, asker: Owner, session: Read) -> Response:
    """Show one's own tokens, and where a new one is made."""
    return _page(request, asker, session)


@router.post("/konto/tokeny")
def make_own(
    request: Request, asker: Owner, acting: ActingOf, session: Write, typed: Typed
) -> Response:
    """Make a token for oneself; it is shown this once."""
    return _made(request, asker, acting, session, typed)


@router.post("/konto/tokeny/{token_id}/uniewaznij")
def revoke_own(
    request: Request, asker: Owner, acting: ActingOf, session: Write, token_id: str
) -> Response:
    """End one of one's own tokens."""
    tokens.revoke(
        session,
        acting,
        body_id=asker.body.id,
        token_id=token_id,
        person_id=asker.person_id or "",
    )
    said = words_for(request, asker.body)("Token unieważniono.")
    return redirect(f"/{asker.body.slug}/konto/tokeny", done=said)


# --- a council's ------------------------------------------------------------------------------


@router.get("/biuro/osoby/tokeny")
def all_tokens(request: Request, asker: Administrator, session: Read) -> Response:
    """Show every token of the council, and where one for the council is made."""
    return _page(request, asker, session, for_body=True)


@router.post("/biuro/osoby/tokeny")
def make_for_body(
    request: Request, asker: Administrator, acting: ActingOf, session: Write, typed: Typed
) -> Response:
    """Make a token that works for the office; it is shown this once."""
    return _made(request, asker, acting, session, typed, for_body=True)


@router.post("/biuro/osoby/tokeny/{token_id}/uniewaznij")
def revoke_any(
    request: Request, asker: Administrator, acting: ActingOf, session: Write, token_id: str
) -> Response:
    """End anybody's token."""
    tokens.revoke(session, acting, body_id=asker.body.id, token_id=token_id)
    said = words_for(request, asker.body)("Token unieważniono.")
    return redirect(f"/{asker.body.slug}/biuro/osoby/tokeny", done=said)


# --- both -------------------------------------------------------------------------------------


def _made(
    request: Request,
    asker: Asker,
    acting: Acting,
    session: WriteSession,
    typed: TokenForm,
    *,
    for_body: bool = False,
) -> Response:
    assert asker.standing is not None  # noqa: S101 - Owner and Administrator hold it
    try:
        token, _ = tokens.make(
            session,
            acting,
            its=asker.standing,
            by=_by(asker),
            label=typed.label,
            scopes=typed.scopes,
            days=_days(typed.days),
            is_for_body=for_body,
        )
    except InvalidInput as error:
        said = [(str(error.fields["field"]), sentence(error, words_for(request, asker.body)))]
        return _page(request, asker, session, for_body=for_body, typed=typed, errors=said)
    return _page(request, asker, session, for_body=for_body, token=token)


def _now(request: Request) -> datetime:
    parts: Parts = request.app.state.parts
    return parts.clock.now()


def _days(text: str) -> int:
    """Return a number of days as typed; what is none is out of every range."""
    said = text.strip()
    return int(said) if said.isascii() and said.isdecimal() and len(said) < len("1000") else 0


def _page(
    request: Request,
    asker: Asker,
    session: ReadSession | WriteSession,
    *,
    for_body: bool = False,
    token: str = "",
    typed: TokenForm | None = None,
    errors: list[tuple[str, str]] | None = None,
) -> Response:
    words = words_for(request, asker.body)
    of_whom = None if for_body else asker.person_id
    return render(
        request,
        "account/tokens.html",
        asker=asker,
        audience="office" if asker.is_office else "reader",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        for_body=for_body,
        rows=tokens.listed(session, body_id=asker.body.id, person_id=of_whom),
        now=_now(request),
        token=token,
        scopes=_own_scopes(asker),
        scope_names=_scope_names(words),
        longest=tokens.LONGEST_DAYS,
        typed=typed or TokenForm(scopes=[tokens.READ]),
        errors=errors or [],
    )
