"""Finds personal numbers in text before it becomes public: PESEL, bank accounts, telephones.

A finding is a question to a clerk, never a verdict; its excerpt does not repeat what it found.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from stdnum import iban
from stdnum.exceptions import ValidationError
from stdnum.pl import pesel

from docstore.rules.phone_numbers import find_phones, same_phone_key
from docstore.rules.plain import fold, one_line

FindingKind = Literal["pesel", "iban", "phone"]

_DASHES = "–‑-"
_GAP = rf"[ \N{{NO-BREAK SPACE}}\N{{NARROW NO-BREAK SPACE}}{_DASHES}]"
_ALONE_BEFORE, _ALONE_AFTER = rf"(?<![\w])(?<!\d[.,/{_DASHES}])", r"(?![\w])(?![.,/]\d)"
_ELEVEN = re.compile(rf"{_ALONE_BEFORE}\d{{11}}{_ALONE_AFTER}")
# Scans set figures apart; only where the word PESEL stands before is that more than chance.
_SPACED_ELEVEN = re.compile(rf"(?<!\d)\d(?:{_GAP}{{0,2}}\d){{10}}(?!{_GAP}?\d)")
_PESEL_WORD = re.compile(r"p\s?e\s?s\s?e\s?l")
_GROUPED_ACCOUNT = re.compile(
    rf"(?<![\d])(?:PL\s?)?\d{{2}}(?:(?:{_GAP}|\n)?\d{{4}}){{6}}(?!{_GAP}?\d)", re.IGNORECASE
)
_LOOSE_ACCOUNT = re.compile(rf"(?<!\d)\d(?:[\s{_DASHES}]{{0,2}}\d){{25}}(?!{_GAP}?\d)")
_ACCOUNT_WORD = re.compile(r"rachun|kont[oa]\b|iban|nrb")
_FOREIGN_ACCOUNT = re.compile(
    rf"(?<!\w)[A-Z]{{2}}\d{{2}}(?:{_GAP}?[A-Z0-9]{{4}}){{2,7}}(?:{_GAP}?[A-Z0-9]{{1,3}})?(?!\w)"
)

# Nobody alive was born before; the PESEL of a later year is a mistake of reading.
_FIRST_BIRTH, _LAST_BIRTH = 1900, 2059
_WORD_WITHIN = 80
_AROUND = 32
_SHOWN = {"pesel": 2, "iban": 4, "phone": 3}
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Finding:
    """One suspected personal number: its page from 1, its kind, words around it, its place."""

    page: int
    kind: FindingKind
    excerpt_masked: str
    start: int


@dataclass(frozen=True, slots=True)
class _Span:
    kind: FindingKind
    start: int
    end: int


def find_personal_data(
    page_texts: Sequence[str], *, own_phones: frozenset[str]
) -> tuple[Finding, ...]:
    """Return what looks like personal numbers, page by page, in order.

    `own_phones` are the council's own telephones, in any spelling; they are not reported.
    """
    own = frozenset(filter(None, map(same_phone_key, own_phones)))
    return tuple(
        Finding(page, span.kind, _masked(text, span), span.start)
        for page, text in enumerate(page_texts, 1)
        for span in _spans(text, own)
    )


def _spans(text: str, own_phones: frozenset[str]) -> list[_Span]:
    """Return the places of all findings in one page; a place counts once, as its first kind."""
    taken: list[_Span] = []
    found = [*_accounts(text), *_pesels(text)]
    found += (_Span("phone", start, end) for start, end in find_phones(text, own=own_phones))
    for span in found:
        if all(span.end <= other.start or span.start >= other.end for other in taken):
            taken.append(span)
    return sorted(taken, key=lambda span: span.start)


def _pesels(text: str) -> Iterator[_Span]:
    for match in _ELEVEN.finditer(text):
        if _is_pesel(match[0]):
            yield _Span("pesel", match.start(), match.end())
    for match in _SPACED_ELEVEN.finditer(text):
        if _is_pesel(_digits(match[0])) and _told_by(_PESEL_WORD, text, match.start()):
            yield _Span("pesel", match.start(), match.end())


def _accounts(text: str) -> Iterator[_Span]:
    for match in _GROUPED_ACCOUNT.finditer(text):
        if _is_account(f"PL{_digits(match[0])}"):
            yield _Span("iban", match.start(), match.end())
    for match in _LOOSE_ACCOUNT.finditer(text):
        if _told_by(_ACCOUNT_WORD, text, match.start()) and _is_account(f"PL{_digits(match[0])}"):
            yield _Span("iban", match.start(), match.end())
    for match in _FOREIGN_ACCOUNT.finditer(text):
        if _is_account(match[0]):
            yield _Span("iban", match.start(), match.end())


def _is_pesel(digits: str) -> bool:
    try:
        born = pesel.get_birth_date(pesel.validate(digits))
    except ValidationError:
        return False
    return _FIRST_BIRTH <= born.year <= _LAST_BIRTH


def _is_account(text: str) -> bool:
    return iban.is_valid(re.sub(rf"{_GAP}|\s", "", text))


def _told_by(word: re.Pattern[str], text: str, place: int) -> bool:
    return word.search(fold(text[max(place - _WORD_WITHIN, 0) : place])) is not None


def _digits(text: str) -> str:
    return "".join(_DIGIT.findall(text))


def _masked(text: str, span: _Span) -> str:
    """Return the words around a finding; of its own figures only the last are shown."""
    before = _DIGIT.sub("•", text[max(span.start - _AROUND, 0) : span.start])
    after = _DIGIT.sub("•", text[span.end : span.end + _AROUND])
    found = text[span.start : span.end]
    signs = [place for place, char in enumerate(found) if char.isalnum()]
    hidden = frozenset(signs[: -_SHOWN[span.kind]])
    masked = "".join("•" if place in hidden else char for place, char in enumerate(found))
    return one_line(f"{before}{masked}{after}")
