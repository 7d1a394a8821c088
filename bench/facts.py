"""Reads what acts say of themselves: how much of what is proposed is so, and how much is found.

    .venv/bin/python -m bench.facts [FOLDER]

The acts are those of `tests/acts` (or of another folder), each with the truth about it: as their
text, and set on pages of a PDF and read back through the sandbox. Beside them stand the excerpts of
real resolutions and the vote reports, of which nothing but a number that is printed may be read.
The peer is the plainest thing that could be done: the first number, the first day and the first
`w sprawie` of the text.
"""

import argparse
import re
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docstore.files.inspect import inspect
from docstore.files.writer import write_page_sets
from docstore.rules.acts.facts import Fact, read_facts
from docstore.rules.acts.number import find_act_numbers
from docstore.rules.plain import join_lines
from docstore.rules.polish_date import find_date
from tests import written_acts
from tests.written_acts import Judged, WrittenAct, judged, page_set, plainly, precision

_SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path, nargs="?", default=written_acts.FOLDER)
    acts = written_acts.written_acts(arguments.parse_args().folder)
    began = time.perf_counter()
    of_texts = [one for act in acts for one in judged(act, act.pages)]
    seconds = time.perf_counter() - began
    pages = sum(len(act.pages) for act in acts)
    print(f"{len(acts)} acts, {pages} pages, read in {seconds:.2f} s")
    _table("as text", of_texts)
    _table("set as PDF and read back", _through_pdf(acts))
    _peer(acts)
    _others()


def _table(title: str, results: Sequence[Judged]) -> None:
    print(f"\n{title}\n  {'kind':10} proposed  right  precision  found of what is so")
    for kind, (right, proposed, true) in precision(results).items():
        shares = (right / proposed if proposed else 1.0, right / true if true else 1.0)
        print(f"  {kind:10} {proposed:8} {right:6} {shares[0]:10.3f} {shares[1]:20.3f}")
    for one in results:
        for what, some in (("wrong", one.wrong), ("missed", one.missed)):
            for each in sorted(some):
                print(f"  {what}: {one.act} {one.kind}: {each[:120]}")


def _through_pdf(acts: Sequence[WrittenAct]) -> list[Judged]:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{act.name}.pdf" for act in acts]
        write_page_sets([page_set(*each) for each in zip(acts, paths, strict=True)])
        return [
            one
            for act, path in zip(acts, paths, strict=True)
            for one in judged(act, inspect(path, path.name).page_texts)
        ]


def _peer(acts: Sequence[WrittenAct]) -> None:
    """Print what the plainest reading gets right: the first of each in the text."""
    right = {"number": 0, "day": 0, "title": 0}
    for act in acts:
        text = "\n".join(act.pages)
        number = next(iter(find_act_numbers(text)), None)
        day = find_date(text)
        title = re.search(r"w sprawie .*?(?=\n\s*\n)", text, re.DOTALL)
        said = {
            "number": number.number.key if number else "",
            "day": plainly(day.value.isoformat()) if day else "",
            "title": plainly(join_lines(title[0].split("\n"))) if title else "",
        }
        for kind, value in said.items():
            right[kind] += act.truth[kind] == (frozenset({value}) if value else frozenset())
    print("\npeer, the first of each in the text: right in", end=" ")
    print(", ".join(f"{count / len(acts):.3f} of acts ({kind})" for kind, count in right.items()))


def _others() -> None:
    """Print what is read from papers that are no resolutions, and from real ones."""
    texts = sorted((_SHARED / "excerpts").glob("*.txt"))
    reports = sorted(_SHARED.glob("council-votes-*/*.pdf"))
    if not texts or not reports:
        print("\nreal papers: absent, not read")
        return
    print(f"\nreal papers: {len(texts)} excerpts, {len(reports)} vote reports")
    read = [(path.name, [path.read_text(encoding="utf-8")]) for path in texts]
    read += [(path.name, list(inspect(path, path.name).page_texts)) for path in reports]
    for name, pages in read:
        facts = read_facts(pages)
        one: list[Fact[Any] | None] = [facts.number, facts.adopted_on, facts.title]
        many: list[Fact[Any]] = [*facts.annexes, *facts.relations]
        for fact in [*filter(None, one), *many]:
            print(f"  {name}: {fact.value} <- {fact.passage[:90]}")


if __name__ == "__main__":
    main()
