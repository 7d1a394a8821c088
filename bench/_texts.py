"""Polish legal texts for benchmarks: pieces of real statutes, then their words by lot."""

import random
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap

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


# ISO 8859-2 has every Polish letter; Helvetica finds them by their names in Adobe's glyph list.
_NAMES = (
    "aogonek cacute eogonek lslash nacute oacute sacute zacute zdotaccent Aogonek Cacute Eogonek "
    "Lslash Nacute Oacute Sacute Zacute Zdotaccent section"
)
_LETTERS = dict(zip("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ§", _NAMES.split(), strict=True))
_LINE = 90


def pdf_of(text: str) -> bytes:
    """Return a text as a PDF of one page, which any reader opens; made in microseconds."""
    lines = [part for line in text.splitlines() for part in wrap(line, _LINE) or [""]]
    shown = b"".join(b"(%s)'\n" % _escaped(line) for line in lines)
    content = b"BT /F1 9 Tf 50 800 Td 11 TL\n" + shown + b"ET"
    names = " ".join(f"{letter.encode('iso8859-2')[0]}/{name}" for letter, name in _LETTERS.items())
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources 6 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding 7 0 R>>",
        b"<</Font<</F1 5 0 R>>>>",
        b"<</Type/Encoding/BaseEncoding/WinAnsiEncoding/Differences[%s]>>" % names.encode(),
    )
    made, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(made)
    made += b"xref\n0 8\n0000000000 65535 f \n" + table
    return made + b"trailer<</Size 8/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start


def _escaped(line: str) -> bytes:
    octets = line.encode("iso8859-2", "replace")
    return octets.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
