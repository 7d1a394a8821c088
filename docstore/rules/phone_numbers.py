"""Telephone numbers in running text, told from amounts, signs and registers."""

import re
from collections.abc import Iterator
from itertools import chain

import phonenumbers
from phonenumbers import PhoneNumberType

from docstore.rules.plain import fold

_COUNTRY = "PL"
_DIGITS = 9
_WORD_WITHIN = 40
_GAP = r"[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]"
_JOINT = rf"(?:{_GAP}|{_GAP}?[-–‑]{_GAP}?)"
_PREFIX = rf"\(?(?:\+|00){_GAP}?48\)?(?:{_JOINT}|/)?"
_BEFORE = rf"(?<![\w+])(?<!\d[.,/:–-])(?<!\d{_GAP})"
_AFTER = rf"(?!\w|[.,/:]\d|{_GAP}?[-–/]{_GAP}?\d|{_GAP}\d)"
_POLISH = re.compile(
    rf"{_BEFORE}(?P<abroad>{_PREFIX})?\(?(?:0{_JOINT}?)?(?:\d\)?(?:{_JOINT}|/)?){{8}}\d{_AFTER}"
)
_FOREIGN = re.compile(
    rf"{_BEFORE}(?P<abroad>\+[1-9])\d{{0,2}}(?:{_JOINT}?\d{{1,4}}){{2,5}}{_AFTER}"
)
# The zero that was dialled before an area code until 2005.
_TRUNK_ZERO = re.compile(r"^\W*0(?!0)")
# How telephones are grouped where nothing says that they are: 75 754 89 00 and 601 234 567.
_LANDLINE_GROUPS, _MOBILE_GROUPS = (2, 3, 2, 2), {(3, 3, 3), (9,)}
# On folded text, just before the number.
_TELEPHONE_WORD = re.compile(
    r"(?:\btel(?:\b|efon)|\bkom(?:\b|ork)|\bfax|\bfaks|\bdzwon|\bzadzwon|\binfolini|\bsms|\bkontakt"
    r"|☎|☏|✆|📞)[^\n]{0,30}$"
)
_OTHER_WORD = re.compile(
    r"(?:\b(?:nip|regon|krs|kw|pesel|nr|numer|poz|pozycja|dz|dzialk[aie]|sygn|znak|teryt|nrb|konto"
    r"|rachun\w+|kwo[ct]\w+|zl|pln|eur|licznik\w*|seria|id|ean|isbn|issn|gtin|cpv|ha|m2|zlecen\w+)"
    r"|[§€$])\W{0,3}(?:nr\W{0,2})?$"
)
_MONEY_NEXT = re.compile(
    r"\s{0,2}(?:,-|zl|pln|eur|tys|mln|mld|gr\b|m2|m²|m\b|ha\b|km|kg|%|szt|€|\$|[a-z]\d)"
)


def find_phones(text: str, *, own: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield the places of Polish telephone numbers, the council's own left out.

    A number after a word like `tel.` or with +48 counts; without either, one that is written in
    groups as telephones are, or a bare mobile number, and nothing around it says otherwise.
    """
    for match in chain(_POLISH.finditer(text), _FOREIGN.finditer(text)):
        key = same_phone_key(match[0])
        if key is None or key in own:
            continue
        before = fold(text[max(match.start() - _WORD_WITHIN, 0) : match.start()])
        said = match["abroad"] is not None or _TELEPHONE_WORD.search(before) is not None
        after = fold(text[match.end() : match.end() + _WORD_WITHIN])
        grouped = _is_grouped_as_phone(match[0], key) and not _said_otherwise(before, after)
        if said or grouped:
            yield match.start(), match.end()


def same_phone_key(text: str) -> str | None:
    """Return what all spellings of one valid telephone number share (E.164), or None."""
    try:
        number = phonenumbers.parse(_TRUNK_ZERO.sub("", text), _COUNTRY)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _said_otherwise(before: str, after: str) -> bool:
    """Tell whether the words around a number make it an amount, a sign or a register's number."""
    return _OTHER_WORD.search(before) is not None or _MONEY_NEXT.match(after) is not None


def _is_grouped_as_phone(text: str, key: str) -> bool:
    groups = tuple(len(group) for group in re.findall(r"\d+", text))
    kind = phonenumbers.number_type(phonenumbers.parse(key))
    if kind == PhoneNumberType.MOBILE:
        return groups in _MOBILE_GROUPS
    return groups == _LANDLINE_GROUPS or (text.startswith("(") and sum(groups) >= _DIGITS)
