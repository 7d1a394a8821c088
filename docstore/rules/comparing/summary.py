"""What changed, in so few figures that a line can say it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from docstore.rules.comparing.redline import Block, Comparison, Fate
from docstore.rules.comparing.units import JUSTIFICATION, Mark, Place, Unit

_Key = tuple[str, Mark]


@dataclass(frozen=True, slots=True)
class Summary:
    """How many sections (§) and annexes changed; of a text without sections, paragraphs.

    Each is counted once, by the strongest that happened to it, and what is within a new or a gone
    annex not at all.
    """

    sections_changed: int = 0
    sections_added: int = 0
    sections_removed: int = 0
    sections_moved: int = 0
    sections_renumbered: int = 0
    annexes_added: int = 0
    annexes_removed: int = 0
    paragraphs: int = 0
    """Changed outside of sections: the heading, the legal basis, an annex's text."""
    paragraphs_renumbered: int = 0
    """The same, with another number alone."""
    justification: str = ""
    """added, removed or changed; empty where it stayed or there is none."""
    unsure: int = 0
    """Differences that may be of reading a scan; not counted above."""
    unread: int = 0
    """Pages of both that have no text to compare."""

    @property
    def has_sections(self) -> bool:
        """Tell whether a section changed in any way."""
        return any(
            (
                self.sections_changed,
                self.sections_added,
                self.sections_removed,
                self.sections_moved,
                self.sections_renumbered,
            )
        )

    @property
    def is_same(self) -> bool:
        """Tell whether there is nothing to tell but for noise."""
        return self == Summary(unsure=self.unsure, unread=self.unread)


def summary_of(comparison: Comparison, *, unread: int = 0) -> Summary:
    """Count what changed; `unread` pages of both texts have nothing to compare."""
    if comparison.is_same:
        return Summary(unsure=comparison.unsure, unread=unread)
    blocks = [each for each in comparison.blocks if each.fate is not Fate.LEFT]
    come, gone = _annexes_of(blocks)
    counted = [
        each
        for each in blocks
        if not (each.fate is Fate.ADDED and each.unit.place.part in come)
        and not (each.fate is Fate.REMOVED and each.unit.place.part in gone)
    ]
    fates = [_fate(its) for its in _by_section(counted).values()]
    outside = [each for each in counted if _section_of(each) is None and each.is_changed]
    justification = [each for each in outside if each.unit.place.part == JUSTIFICATION]
    return Summary(
        sections_changed=fates.count(Fate.CHANGED),
        sections_added=fates.count(Fate.ADDED),
        sections_removed=fates.count(Fate.REMOVED),
        sections_moved=fates.count(Fate.MOVED),
        sections_renumbered=fates.count(Fate.RENUMBERED),
        annexes_added=len(come),
        annexes_removed=len(gone),
        paragraphs=len(outside) - len(justification),
        paragraphs_renumbered=sum(
            each.fate is Fate.RENUMBERED and _section_of(each) is None for each in counted
        ),
        justification=_of_justification(justification, blocks),
        unsure=comparison.unsure,
        unread=unread,
    )


def _of_justification(changed: Sequence[Block], blocks: Iterable[Block]) -> str:
    if not changed:
        return ""
    its = [each for each in blocks if each.unit.place.part == JUSTIFICATION]
    fates = {each.fate for each in its}
    return str(fates.pop()) if len(fates) == 1 and len(its) == len(changed) else "changed"


def _annexes_of(blocks: Sequence[Block]) -> tuple[set[str], set[str]]:
    """Return the annexes that only one of the texts has; one with another number is none."""
    now = _annexes(each.now.place for each in blocks if each.now)
    then = _annexes(each.was.place for each in blocks if each.was)
    lives_as: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for each in blocks:
        if each.was and each.now:
            lives_as[each.was.place.part][each.now.place.part] += 1
    renamed = {
        (was, to)
        for was, parts in lives_as.items()
        for to, _ in parts.most_common(1)
        if was in then - now and to in now - then
    }
    # A heading that lines broke otherwise is read in one text alone, and its words are in both.
    stayed = {each.now.place.part for each in blocks if each.was and each.now and _begins(each.now)}
    left = {each.was.place.part for each in blocks if each.was and each.now and _begins(each.was)}
    come = now - then - {to for _, to in renamed} - stayed
    return come, then - now - {was for was, _ in renamed} - left


def _begins(unit: Unit) -> bool:
    """Tell whether a unit is the heading of its part."""
    return bool(unit.place.part) and not unit.place.marks


def _annexes(places: Iterable[Place]) -> set[str]:
    return {place.part for place in places if place.part and place.part != JUSTIFICATION}


def _section_of(block: Block) -> _Key | None:
    place = block.unit.place
    return (place.part, place.section) if place.section else None


def _section_then(block: Block) -> _Key | None:
    place = block.was.place if block.was else None
    return (place.part, place.section) if place and place.section else None


def _by_section(blocks: Iterable[Block]) -> Mapping[object, list[Block]]:
    """Return the blocks of each section; what went from one that lives on is with its others."""
    blocks = [*blocks]
    lives_as = {
        _section_then(each): _section_of(each) for each in reversed(blocks) if each.was and each.now
    }
    found: defaultdict[object, list[Block]] = defaultdict(list)
    for each in blocks:
        key = _section_of(each)
        if key is None:
            continue
        if each.now is None:
            found[lives_as.get(key, ("gone", key))].append(each)
        else:
            found[key].append(each)
    return found


def _fate(blocks: list[Block]) -> Fate:
    """Return what became of a section by what became of its units."""
    fates = {each.fate for each in blocks}
    if len(fates) == 1 and fates <= {Fate.ADDED, Fate.REMOVED}:
        return fates.pop()
    if any(each.has_new_words for each in blocks) or {Fate.MOVED} < fates:
        return Fate.CHANGED
    if Fate.MOVED in fates:
        return Fate.MOVED
    if any(_has_other_section(each) for each in blocks):
        return Fate.RENUMBERED
    return Fate.CHANGED if Fate.RENUMBERED in fates else Fate.SAME


def _has_other_section(block: Block) -> bool:
    return bool(block.was and block.now) and _section_then(block) != _section_of(block)
