"""Polish legal texts for benchmarks: pieces of real statutes, then their words by lot."""

import random
import sys
from collections.abc import Iterator
from pathlib import Path

from indexer.polish import words

STATUTES = Path(__file__).resolve().parents[2] / "shared/data/statutes-ustawy-1993-2004"
WORDS_A_TEXT = 300


def legal_texts(count: int) -> Iterator[str]:
    """Yield texts of one length, of statutes as far as they go and then of their words by lot."""
    lot = random.Random(1)  # noqa: S311 - a fixed lot, not a secret
    vocabulary: list[str] = []
    for path in sorted(STATUTES.glob("*.txt")):
        found = words(path.read_text(encoding="utf-8"))
        vocabulary += found
        for start in range(0, len(found) - WORDS_A_TEXT, WORDS_A_TEXT):
            if count == 0:
                return
            count -= 1
            yield " ".join(found[start : start + WORDS_A_TEXT])
    if not vocabulary:
        sys.exit(f"{STATUTES} is missing: there is no text to search")
    for _ in range(count):
        yield " ".join(lot.choices(vocabulary, k=WORDS_A_TEXT))
