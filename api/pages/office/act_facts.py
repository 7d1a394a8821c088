"""What an act's text says of itself: proposed on its page, confirmed or dismissed by the office."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from api.pages.office.wording import FACTS
from docstore.language import Words
from docstore.services.act_facts import Reading, Said
from docstore.services.act_links import Link, Links


@dataclass(frozen=True, slots=True)
class Row:
    """One fact as a line of the page."""

    said: Said
    choice: str
    """What its box sends: kind and key."""
    name: str
    value: str
    known: str
    paper_id: str
    """The other act, where the record has it."""
    is_ticked: bool
    says_the_same: bool
    """Whether its words say no more than the value, so that they need not be read twice."""


def rows(words: Words, reading: Reading, links: Links, ticked: Collection[str] | None) -> list[Row]:
    """Return the lines; `ticked` is what was sent, None for a page that is asked for.

    Ticked by itself is only what the record says nothing of, and never a draft's number or day; a
    difference is looked at first.
    """
    others = {(link.kind, link.fact.key): link for link in links.does}
    return [_row(words, each, others, ticked, is_signed=reading.is_signed) for each in reading.said]


def choices(sent: Collection[str]) -> set[tuple[str, str]]:
    """Return kinds and keys from what boxes sent."""
    return {(kind, key) for kind, _, key in (each.partition(":") for each in sent)}


def _row(
    words: Words,
    said: Said,
    others: Mapping[tuple[str, str], Link],
    ticked: Collection[str] | None,
    *,
    is_signed: bool,
) -> Row:
    choice = f"{said.kind}:{said.key}"
    other = others.get((said.kind, said.key))
    value = shown(words, said.kind, said.value, said.about_on)
    by_itself = said.state == "new" and (is_signed or said.kind not in {"number", "adopted_on"})
    return Row(
        said=said,
        choice=choice,
        name=words(FACTS[said.kind]),
        value=value,
        known=_known(words, said),
        paper_id=other.paper.id if other and other.paper else "",
        is_ticked=said.is_open and (by_itself if ticked is None else choice in ticked),
        says_the_same=said.kind not in {"amends", "repeals"},
    )


def _known(words: Words, said: Said) -> str:
    if said.known and said.kind == "adopted_on":
        return shown(words, said.kind, said.known, None)
    return said.known


def shown(words: Words, kind: str, value: str, about_on: date | None) -> str:
    """Return a fact's value in words."""
    match kind:
        case "adopted_on":
            return words.day(date.fromisoformat(value))
        case "annex":
            return words("nr {number}", number=value) if value else words("jeden, bez numeru")
        case "amends" | "repeals" if about_on is not None:
            return words("nr {number} z dnia {day}", number=value, day=words.day(about_on))
        case "amends" | "repeals":
            return words("nr {number}", number=value)
        case _:
            return value
