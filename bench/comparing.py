"""Compares an act of 300 pages with itself after 200 scripted edits, set on pages of another width.

    .venv/bin/python -m bench.comparing [PAGES] [EDITS]

The sentences are of real statutes where they are at hand (`../shared/data`), else invented. The
peer is `diff` of the system with a word on each line: it knows neither paragraphs nor moves.
"""

import argparse
import random
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench._texts import STATUTES
from docstore.rules.comparing.redline import compare
from docstore.rules.comparing.summary import summary_of
from docstore.rules.comparing.units import Text, read
from indexer.polish import words
from tests import redrafting

_SEED = 11
_SECTIONS_OF_A_PAGE = 9  # some 380 words
_SHORTEST, _LONGEST = 8, 40
_ABBREVIATED = 3  # letters; no passage ends with "ust."


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("pages", type=int, nargs="?", default=300)
    arguments.add_argument("edits", type=int, nargs="?", default=200)
    asked = arguments.parse_args()
    chance = random.Random(_SEED)  # noqa: S311 - chosen to be said again
    sentences, whence = _sentences(chance)
    drafted = redrafting.drafted(chance, asked.pages * _SECTIONS_OF_A_PAGE, sentences)
    act = redrafting.redrafted(chance, drafted, asked.edits, sentences)
    then, now = redrafting.set_on_pages(act)
    began = time.perf_counter()
    old, new = read(then), read(now)
    seconds = time.perf_counter() - began
    comparison = compare(old, new)
    whole = time.perf_counter() - began
    wrong = redrafting.wrongs(act)
    print(f"{len(then)} pages with {len(now)}, {len(old.words)} words of {whence}")
    print(f"  read after {seconds:.2f} s, compared after {whole:.2f} s (limit: 3 s)")
    print(f"  diff of the system, word by word: {_peer(old, new):.2f} s")
    print(f"  edits: {dict(Counter(act.done.values()))}, {len(act.done)} passages")
    print(f"  shown otherwise than scripted: {len(wrong)} {wrong[:5]}")
    print(f"  {summary_of(comparison)}")


def _sentences(chance: random.Random) -> tuple[redrafting.Sentence, str]:
    if not STATUTES.exists():
        return lambda: redrafting.a_sentence(chance), "invented sentences"
    return partial(next, _pieces(chance)), "real statutes"


def _pieces(chance: random.Random) -> Iterator[list[str]]:
    """Yield pieces of statutes as long as passages are."""
    for path in sorted(STATUTES.glob("*.txt")):
        found = words(path.read_text(encoding="utf-8"))
        while len(found) > _LONGEST:
            length = chance.randint(_SHORTEST, _LONGEST)
            piece, found = found[:length], found[length:]
            if all(word.isalpha() and len(word) > _ABBREVIATED for word in piece[-2:]):
                yield piece


def _peer(old: Text, new: Text) -> float:
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in ("old", "new")]
        for file, text in zip(files, (old, new), strict=True):
            file.write_text("\n".join(text.keys))
        began = time.perf_counter()
        subprocess.run(["diff", *map(str, files)], stdout=subprocess.DEVNULL, check=False)
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
