"""Reads on what law an act stands: `Na podstawie art. ...` up to what is resolved."""

import re

from docstore.rules.acts.reading import ON_LAW, ActText, Passage

# A resolution cites a dozen statutes at most; what is longer has lost its end.
_LONGEST = 4000
_WITHIN = 1500
# On folded text. `Na podstawie` may be lost to a scan, then the first article begins the basis.
_BEGIN = re.compile(rf"{ON_LAW}|(?:^|\n)\s*(?=(?:art\.|artykul)\s?\d)")
_RESOLVED = re.compile(
    r"\b(?:u\s?c\s?h\s?w\s?a\s?[l1i]\s?a|postanawia|stanowi|oglasza)\s*(?:,\s*)?"
    r"(?:s\s?i\s?e\b|co\s+nastepuje|:|\n\s*§)"
    r"|\b(?:uchwala|postanawia)\s*,\s*co\b|\n\s*§\s*1\b"
    r"|\b(?:zajmuje|wyraza|przyjmuje|apeluje|zwraca\s+sie|oswiadcza)\b"
)
# Who resolves, and who was asked before: no part of the law.
_BEFORE_RESOLVED = re.compile(
    r"[,;.]?\s+(?:-\s+)?(?:(?:na|z)\s+(?:wniosek|inicjatywy)\b"
    r"|po\s+(?:\w+(?:niu|ciu)\b|konsultacj)"
    r"|w\s+(?:uzgodnieniu|porozumieniu)\b|(?:rada|sejmik|zgromadzenie|zarzad)\s)"
)
_LAW = re.compile(r"\b(?:art\.|artykul|ustaw|rozporzadzen|§|statut)")


def read_basis(text: ActText, start: int) -> Passage[str] | None:
    """Return the law that an act names, as written; `start` is where its heading ends."""
    begin = _BEGIN.search(text.folded, start, start + _WITHIN)
    if begin is None:
        return None
    resolved = _RESOLVED.search(text.folded, begin.end(), begin.end() + _LONGEST)
    if resolved is None:
        return None
    others = _BEFORE_RESOLVED.search(text.folded, begin.end(), resolved.start())
    end = others.start() if others else resolved.start()
    if not _LAW.search(text.folded, begin.end(), end):
        return None
    value = text.passage("", begin.end(), end).text.rstrip(" ,;:-–")
    said = text.passage("", begin.start(), resolved.end()).text
    return Passage(value, said, begin.start())
