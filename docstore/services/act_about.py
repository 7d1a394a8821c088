"""What was confirmed of an act by its text, as whoever asks may know it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docstore.models import ActFact, Version
from docstore.rules.acts.annexes import in_order
from docstore.services.act_facts import confirmed
from docstore.services.reading import may_see
from docstore.visibility import Visibility


@dataclass(frozen=True, slots=True)
class About:
    """What the office confirmed of an act by its text, beside its links to others."""

    organ: str = ""
    """Who adopted it, where it is not the council as it is called now."""
    basis: str = ""
    annexes: tuple[str, ...] = ()
    """By their numbers; "" for the only one."""


def about(session: Session, visibility: Visibility, paper_id: str) -> About:
    """Return what was confirmed of an act, is not on the paper itself, and the asker may know.

    The words are of a version's text: they are shown to whoever may see that version, now.
    """
    seen = visible_facts(session, visibility, confirmed(session, paper_id))
    by_kind: dict[str, list[str]] = {}
    for fact in seen:
        by_kind.setdefault(fact.kind, []).append(fact.value)
    annexes = sorted(set(by_kind.get("annex", ())), key=in_order)
    return About(
        organ=next(iter(by_kind.get("organ", ())), ""),
        basis=next(iter(by_kind.get("basis", ())), ""),
        annexes=tuple(annexes[1:] if len(annexes) > 1 and not annexes[0] else annexes),
    )


def visible_facts(
    session: Session, visibility: Visibility, facts: Sequence[ActFact]
) -> list[ActFact]:
    """Return those facts whose version the asker may see, or that have none any more."""
    ids = {fact.version_id for fact in facts if fact.version_id}
    seen = set(session.scalars(select(Version.id).where(Version.id.in_(ids), may_see(visibility))))
    return [fact for fact in facts if fact.version_id is None or fact.version_id in seen]
