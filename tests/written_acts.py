"""Resolutions of invented councils in `tests/acts`, each with what it truly says of itself.

They were written without a look at the rules that read them. The head of each file tells the truth,
a line each; below `---` stands the text as extraction gives it, pages parted by form feeds.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from docstore.files.writer import Block, PageBreak, PageSet, Paragraph, Space
from docstore.rules.acts.facts import ActFacts, read_facts
from docstore.rules.acts.number import parse_act_number
from docstore.rules.plain import fold, join_lines

FOLDER = Path(__file__).parent / "acts"
KINDS = ("number", "day", "title", "organ", "druk", "basis", "annexes", "amends", "repeals")
_BETWEEN_PARAGRAPHS = re.compile(r"\n\s*\n")
_ONLY = "one"  # what a head calls an annex without a number


@dataclass(frozen=True, slots=True)
class WrittenAct:
    """A resolution as an office would write it, and the truth about it by kind of fact."""

    name: str
    pages: tuple[str, ...]
    truth: dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules read of one kind in one act, beside the truth."""

    act: str
    kind: str
    read: frozenset[str]
    true: frozenset[str]

    @property
    def wrong(self) -> frozenset[str]:
        """Return what was proposed and is not so."""
        return self.read - self.true

    @property
    def missed(self) -> frozenset[str]:
        """Return what is so and was not proposed."""
        return self.true - self.read


def written_acts(folder: Path = FOLDER) -> list[WrittenAct]:
    """Return every act of a folder, by name."""
    return [_loaded(path) for path in sorted(folder.glob("*.txt"))]


def judged(act: WrittenAct, pages: Iterable[str]) -> Iterator[Judged]:
    """Yield what the rules read in these pages of an act, kind by kind."""
    read = _as_read(read_facts(tuple(pages)))
    for kind in KINDS:
        yield Judged(act.name, kind, frozenset(read[kind]), act.truth[kind])


def precision(results: Iterable[Judged]) -> dict[str, tuple[int, int, int]]:
    """Return, by kind, how many facts were proposed rightly, proposed at all, and true."""
    right, proposed, true = Counter[str](), Counter[str](), Counter[str]()
    for one in results:
        right[one.kind] += len(one.read & one.true)
        proposed[one.kind] += len(one.read)
        true[one.kind] += len(one.true)
    return {kind: (right[kind], proposed[kind], true[kind]) for kind in KINDS}


def page_set(act: WrittenAct, target: Path) -> PageSet:
    """Return an act to be set as a PDF, with a footer on every page."""
    blocks: list[Block] = []
    for page in act.pages:
        if blocks:
            blocks.append(PageBreak())
        for lines in _BETWEEN_PARAGRAPHS.split(page):
            said = "\n".join(line.strip() for line in lines.split("\n")).strip()
            if said:
                blocks += [Paragraph(said, "left"), Space(4)]
    return PageSet(
        blocks=tuple(blocks),
        target=target,
        title=act.name,
        author="",
        footer="Strona {page} z {pages}",
        made_at="2026-11-29T08:00:00+00:00",
    )


def _loaded(path: Path) -> WrittenAct:
    head, _, text = path.read_text(encoding="utf-8").partition("\n---\n")
    said = {
        key: value.strip() for key, _, value in (line.partition(":") for line in head.split("\n"))
    }
    if said.keys() != set(KINDS):
        raise ValueError(f"{path.name} does not tell {set(KINDS) ^ said.keys()}")
    truth = {kind: frozenset(filter(None, _true(kind, said[kind]))) for kind in KINDS}
    return WrittenAct(path.stem, tuple(text.split("\f")), truth)


def _true(kind: str, said: str) -> Iterator[str]:
    match kind:
        case "annexes":
            yield from (f"[{'' if one == _ONLY else one}]" for one in _parts(said, ","))
        case "amends" | "repeals":
            for one in _parts(said, ";"):
                number, _, day = (
                    one.rpartition(" ") if re.search(r" \d{4}-", one) else (one, "", "")
                )
                yield f"{_key(number)} {day}".strip()
        case "number":
            yield _key(said) if said else ""
        case _:
            yield plainly(said)


def _as_read(facts: ActFacts) -> dict[str, list[str]]:
    texts = {"title": facts.title, "organ": facts.organ, "druk": facts.druk, "basis": facts.basis}
    read = {kind: [plainly(fact.value)] if fact else [] for kind, fact in texts.items()}
    read["number"] = [facts.number.value.key] if facts.number else []
    read["day"] = [plainly(facts.adopted_on.value.isoformat())] if facts.adopted_on else []
    read["annexes"] = [f"[{annex.value}]" for annex in facts.annexes]
    for kind in ("amends", "repeals"):
        told = [each.value for each in facts.relations if each.value.kind == kind]
        read[kind] = [f"{one.key} {one.adopted_on or ''}".strip() for one in told]
    return read


def _parts(said: str, separator: str) -> list[str]:
    return [part.strip() for part in said.split(separator) if part.strip()]


def _key(number: str) -> str:
    parsed = parse_act_number(number)
    if parsed is None:
        raise ValueError(f"{number} is no number of an act")
    return parsed.key


def plainly(said: str) -> str:
    """Return a text without what readers do not see as a difference: case, marks, blanks."""
    return re.sub(r"[\W_]+", " ", fold(join_lines([said]))).strip()
