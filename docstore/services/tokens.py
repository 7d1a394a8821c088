"""Tokens of the interface: what a program may do for its owner, and until when."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session, joinedload

from docstore.database import WriteSession
from docstore.errors import (
    InvalidInput,
    NotAllowed,
    NotFound,
    TokenExpired,
    TokenMistyped,
    TokenRevoked,
    TokenUnknown,
)
from docstore.models import ApiToken, Person
from docstore.rules import api_token
from docstore.services import ledger, signins
from docstore.services.acting import Acting
from docstore.services.fields import typed
from docstore.services.finding import get
from docstore.services.standings import Standing, standing

READ, UPLOAD, PREPARE, PUBLISH = SCOPES = ("read", "upload", "prepare", "publish")
"""What a token may be made for: to see, to send files in, to prepare what the office alone sees
yet, and to do what others see at once."""
DEFAULT_DAYS = 90
# Shorter than a term, longer than a budget's year: whoever looks after a program meets it yearly.
LONGEST_DAYS = 365
_LONGEST_LABEL = 120
_ENDING = 4


def may_have(its: Standing | None, by: str) -> tuple[str, ...]:
    """Return the scopes that somebody may give a token of their own; none for who is nobody."""
    if its is None or not (its.is_recipient or its.duties):
        return ()
    return SCOPES if its.duties and by == "password" else (READ,)


def make(
    session: WriteSession,
    acting: Acting,
    *,
    its: Standing,
    by: str,
    label: str,
    scopes: Sequence[str],
    days: int = DEFAULT_DAYS,
    is_for_body: bool = False,
) -> tuple[str, ApiToken]:
    """Make a token for a person who stands like this; return it, kept nowhere, and its row.

    `by` is how they signed in. One for the body is an administrator's to make.
    """
    person = its.person
    if is_for_body and not ("administrator" in its.duties and by == "password"):
        raise NotAllowed
    chosen = [scope for scope in SCOPES if scope in set(scopes)]
    if not scopes:
        raise InvalidInput(field="scopes", reason="none_chosen")
    if set(scopes) - set(may_have(its, by)):
        raise InvalidInput(field="scopes", reason="choice")
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidInput(field="days", reason="range")
    token = api_token.new_token()
    row = ApiToken(
        body_id=person.body_id,
        person_id=person.id,
        token_hash=signins.token_hash(token),
        ending=token[-_ENDING:],
        label=typed("label", label, longest=_LONGEST_LABEL),
        scopes=chosen,
        by=by,
        is_for_body=is_for_body,
        created_at=acting.at,
        expires_at=acting.at + timedelta(days=days),
    )
    session.add(row)
    session.flush()
    ledger.record(
        session, person.body_id, "token_made", acting, token=row.id, person=person.id, scopes=chosen
    )
    return token, row


def current(session: Session, *, token: str, at: datetime) -> tuple[ApiToken, Standing]:
    """Return the token that a program sent, and what its owner is to their body at this moment.

    Raises `TokenMistyped`, `TokenUnknown`, `TokenExpired` or `TokenRevoked`.
    """
    if not api_token.is_well_formed(token):
        raise TokenMistyped
    row = session.scalar(
        select(ApiToken)
        .where(ApiToken.token_hash == signins.token_hash(token))
        .options(joinedload(ApiToken.person))
    )
    if row is None:
        raise TokenUnknown
    if row.revoked_at is not None or row.person.left_at is not None:
        raise TokenRevoked
    if row.expires_at <= at:
        raise TokenExpired
    its = standing(session, row.person, at=at)
    return row, _for_body(its) if row.is_for_body else its


def _for_body(its: Standing) -> Standing:
    """Return the office's standing without anything that its owner is besides."""
    if "administrator" not in its.duties:
        raise TokenRevoked
    return replace(
        its,
        organization_ids=frozenset(),
        is_member=False,
        is_chair=False,
        is_guest=False,
        duties=frozenset({"office"}),
    )


def used(session: WriteSession, *, token_id: str, on: date) -> None:
    """Write down the day on which a token was used."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_on=on))


def listed(session: Session, *, body_id: str, person_id: str | None = None) -> list[ApiToken]:
    """Return the tokens of one person, or of everyone of a body, that nobody revoked."""
    of_whom = ApiToken.person_id == person_id if person_id else ApiToken.body_id == body_id
    return list(
        session.scalars(
            select(ApiToken)
            .where(of_whom, ApiToken.body_id == body_id, ApiToken.revoked_at.is_(None))
            .options(joinedload(ApiToken.person))
            .order_by(ApiToken.created_at.desc(), ApiToken.id.desc())
        )
    )


def revoke(
    session: WriteSession,
    acting: Acting,
    *,
    body_id: str,
    token_id: str,
    person_id: str | None = None,
) -> None:
    """End a token at once; with a `person_id` that person's alone."""
    row = get(session, ApiToken, body_id, token_id)
    if person_id is not None and row.person_id != person_id:
        raise NotFound
    _end(session, acting, ApiToken.id == row.id)


def end_everything(
    session: WriteSession, acting: Acting, *, person: Person, keep: str | None = None
) -> None:
    """End whatever lets somebody act as a person: sign-ins but the one to `keep`, links, tokens."""
    signins.revoke_all(session, acting, person=person, keep=keep)
    _end(session, acting, ApiToken.person_id == person.id)


def _end(session: WriteSession, acting: Acting, which: ColumnElement[bool]) -> None:
    ended = session.scalars(
        select(ApiToken).where(which, ApiToken.revoked_at.is_(None)).with_for_update()
    ).all()
    for row in ended:
        row.revoked_at = acting.at
        ledger.record(
            session, row.body_id, "token_revoked", acting, token=row.id, person=row.person_id
        )
