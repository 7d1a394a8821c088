"""Which acts of a council change or repeal which: confirmed once, told at both ends.

A link is never stored: the text names another act by its number and day, and whichever act of the
record answers to them now is meant. So an act that is entered later is linked at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from docstore.models import ActFact, Paper
from docstore.services import acts
from docstore.services.act_about import visible_facts
from docstore.visibility import Visibility

_KINDS = ("amends", "repeals")


@dataclass(frozen=True, slots=True)
class Link:
    """Another act, and what the one does to the other."""

    kind: str
    """amends or repeals."""
    number: str
    """Of the other act, as the text prints it or as the record has it."""
    adopted_on: date | None
    paper: Paper | None
    """The other act; None where the record has none that the asker may see."""
    fact: ActFact
    """What the office confirmed, and from which passage."""


@dataclass(frozen=True, slots=True)
class Links:
    """What an act does to others, and what others do to it."""

    does: tuple[Link, ...]
    undergoes: tuple[Link, ...]


def links(session: Session, visibility: Visibility, paper: Paper) -> Links:
    """Return the links of an act among published ones."""
    return _links(session, paper, visibility)


def links_for_office(session: Session, paper: Paper) -> Links:
    """Return the links of an act among all of its council."""
    return _links(session, paper, None)


def _links(session: Session, paper: Paper, visibility: Visibility | None) -> Links:
    own = _confirmed(session, visibility, ActFact.paper_id == paper.id)
    of_others = (
        _confirmed(
            session,
            visibility,
            (ActFact.body_id == paper.body_id) & (ActFact.key == paper.number_key),
        )
        if paper.number_key
        else []
    )
    named = _named(session, visibility, paper.body_id, {row.key for row in (*own, *of_others)})
    does = [Link(row.kind, row.value, row.about_on, _meant(row, named), row) for row in own]
    back = [row for row in of_others if (it := _meant(row, named)) and it.id == paper.id]
    seen = _seen(session, visibility, [row.paper_id for row in back])
    undergoes = [
        Link(row.kind, other.number, other.adopted_on, other, row)
        for row in back
        if (other := seen.get(row.paper_id)) is not None
    ]
    undergoes.sort(key=lambda link: (link.adopted_on or date.min, link.number))
    return Links(tuple(does), tuple(undergoes))


def _confirmed(
    session: Session, visibility: Visibility | None, whose: ColumnElement[bool]
) -> Sequence[ActFact]:
    rows = session.scalars(
        select(ActFact)
        .where(whose, ActFact.kind.in_(_KINDS), ActFact.is_confirmed)
        .order_by(ActFact.page, ActFact.about_on, ActFact.value, ActFact.id)
    ).all()
    return rows if visibility is None else visible_facts(session, visibility, rows)


def _named(
    session: Session, visibility: Visibility | None, body_id: str, keys: Iterable[str]
) -> Mapping[str, list[Paper]]:
    """Return the acts that have these numbers and that the asker may see; two terms may share one.

    What nobody may see changes no link that others see.
    """
    found: dict[str, list[Paper]] = {}
    rows = session.scalars(
        select(Paper).where(Paper.body_id == body_id, Paper.number_key.in_(sorted(keys)))
    ).all()
    seen = _seen(session, visibility, [row.id for row in rows])
    for row in rows:
        if row.id in seen:
            found.setdefault(str(row.number_key), []).append(row)
    return found


def _meant(row: ActFact, named: Mapping[str, list[Paper]]) -> Paper | None:
    """Return the one act that a number and a day mean; none where two would do."""
    answering = [
        each
        for each in named.get(row.key, ())
        if each.id != row.paper_id and row.about_on in {None, each.adopted_on}
    ]
    return answering[0] if len(answering) == 1 else None


def _seen(
    session: Session, visibility: Visibility | None, ids: Sequence[str]
) -> Mapping[str, Paper]:
    if visibility is not None:
        return acts.shown_among(session, visibility, ids)
    return {row.id: row for row in session.scalars(select(Paper).where(Paper.id.in_(ids)))}
