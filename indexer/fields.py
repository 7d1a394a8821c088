"""The named fields of the language of search and the values they take."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Literal, get_args

from indexer.polish import PolishAnalyser, fold, words
from indexer.tree import Days, ValueField, Years

FieldName = Literal["number", "year", "kind", "status", "title", "date"]
# What a value may be called in a query, by the value that documents carry.
Labels = Mapping[ValueField, Mapping[str, str]]

# The first name of each field is how a mended query spells it; all are compared folded.
NAMES: Mapping[FieldName, tuple[str, ...]] = {
    "number": ("numer", "nr", "number"),
    "year": ("rok", "year"),
    "kind": ("rodzaj", "typ", "kind"),
    "status": ("status", "stan"),
    "title": ("tytuł", "title"),
    "date": ("data", "dnia", "date"),
}
_BY_NAME = {fold(name): field for field, names in NAMES.items() for name in names}
# Both spellings, since people drop diacritics here too.
KNOWN = "|".join(sorted({name for names in NAMES.values() for n in names for name in (n, fold(n))}))
VALUE_FIELDS: tuple[ValueField, ...] = get_args(ValueField)
RANGE = re.compile(
    r"\[\s*(?:(?P<low>[^\s\[\]]+)\s+)?(?:TO|DO)(?:\s+(?P<high>[^\s\[\]]+))?\s*\]", re.IGNORECASE
)
_YEAR = re.compile(r"(?P<low>[12]\d{3})(?:\s?[-–]\s?(?P<high>[12]\d{3}))?(?:\s?r\.?)?")
_END = re.compile(r"\d{8}")
_DAY_FIRST = re.compile(r"(?:(?P<day>\d{1,2})\.)?(?P<month>\d{1,2})\.(?P<year>[12]\d{3})")
_YEAR_FIRST = re.compile(r"(?P<year>[12]\d{3})(?:-(?P<month>\d{1,2}))?(?:-(?P<day>\d{1,2}))?")
_PARTS = ("year", "month", "day")
_OPEN = frozenset({None, "", "*"})


def field_named(name: str) -> FieldName | None:
    """Return the field a person means by `name`, whatever its case and diacritics."""
    return _BY_NAME.get(fold(name))


def years(text: str) -> Years | None:
    """Return the years meant by `2018`, `2016-2018`, `[2016 TO 2018]` or `[2016 TO]`."""
    if between := RANGE.fullmatch(text):
        low, high = _end(between["low"], "0001"), _end(between["high"], "9999")
        return Years(int(low), int(high)) if _END.fullmatch(low + high) else None
    if one := _YEAR.fullmatch(text.strip('" ')):
        return Years(int(one["low"]), int(one["high"] or one["low"]))
    return None


def days(text: str) -> Days | None:
    """Return the days meant by a date, a month, a year or a range of any of them."""
    if between := RANGE.fullmatch(text):
        low, high = _span(_end(between["low"], "")), _span(_end(between["high"], ""))
        return Days(low.low, high.high) if low and high else None
    return _span(text.strip('" ')) if text.strip('" ') else None


def value(field: ValueField, text: str, labels: Labels, analyser: PolishAnalyser) -> str | None:
    """Return the value a person means by `text`, in any of its cases; None when there is none.

    A field without labels takes what was typed as it is.
    """
    known = labels.get(field, {})
    typed = text.strip('" ')
    if not known:
        return typed
    for name, meant in known.items():
        if fold(typed) in {fold(name), fold(meant)}:
            return meant
    for name, meant in known.items():
        if _same_words(typed, name, analyser):
            return meant
    return None


def _same_words(typed: str, name: str, analyser: PolishAnalyser) -> bool:
    """Tell whether two texts are the same words, perhaps in other forms."""
    ours, theirs = words(typed), words(name)
    return len(ours) == len(theirs) and all(
        set(analyser.terms(a)) & set(analyser.terms(b)) for a, b in zip(ours, theirs, strict=True)
    )


def _end(text: str | None, otherwise: str) -> str:
    """Return one end of a range; an open end is `otherwise`."""
    return otherwise if text in _OPEN or text is None else text


def _span(text: str) -> Days | None:
    """Return the first and last day of a date, a month or a year; all days of empty text."""
    if not text:
        return Days(date.min, date.max)
    found = _YEAR_FIRST.fullmatch(text) or _DAY_FIRST.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(found[part]) if found[part] else None for part in _PARTS)
    if year is None:
        return None
    try:
        low = date(year, month or 1, day or 1)
        last = day or monthrange(year, month or 12)[1]
        return Days(low, date(year, month or 12, last))
    except ValueError:  # the thirtieth of February
        return None
