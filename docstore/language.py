"""Sentences in Polish and English: Polish is the source, English its translation.

A message is its own Polish text. `docstore/locale/en/*.po` hold the English; a test keeps them
complete. Polish has three plural forms and gettext's source language only two, so a plural message
is its three forms joined by `|`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

Language = Literal["pl", "en"]
LANGUAGES: tuple[Language, ...] = ("pl", "en")
LOCALE_DIR = Path(__file__).parent / "locale"

# CLDR plural categories in the order in which a message lists its forms.
_FORMS: Mapping[str, tuple[str, ...]] = {"pl": ("one", "few", "many"), "en": ("one", "other")}
_KIBI = 1024


@cache
def _catalogue(language: Language) -> Mapping[str, str]:
    """Return the translations of one language; Polish needs none."""
    sentences: dict[str, str] = {}
    for path in sorted((LOCALE_DIR / language).glob("*.po")):
        with path.open("rb") as source:
            for message in read_po(source):
                if message.id and message.string:
                    sentences[str(message.id)] = str(message.string)
    return sentences


# A page says dozens of numbers and days, and the next one mostly the same: they are kept.
_KEPT = 4096


@lru_cache(_KEPT)
def _grouped(value: float, language: Language) -> str:
    return str(format_decimal(value, locale=language))


@lru_cache(_KEPT)
def _named_day(day: date, language: Language) -> str:
    return str(format_date(day, "d MMMM y", locale="pl" if language == "pl" else "en_GB"))


@lru_cache(_KEPT)
def _plural_form(number: int, language: Language) -> str:
    return str(Locale(language).plural_form(number))


@dataclass(frozen=True, slots=True)
class Words:
    """Speaks one language: sentences, counts, dates, sizes, in one time zone."""

    language: Language = "pl"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Warsaw"))

    def __call__(self, message: str, **values: object) -> str:
        """Return the sentence with its `{placeholders}` filled."""
        text = _catalogue(self.language).get(message, message) if self.language != "pl" else message
        return text.format(**values) if values else text

    def forms(self, number: int, *forms: str) -> str:
        """Return the form that goes with a number, without the number."""
        message = self("|".join(forms))
        categories = _FORMS[self.language if message != "|".join(forms) else "pl"]
        choices = message.split("|")
        category = _plural_form(number, self.language)
        place = categories.index(category) if category in categories else len(categories) - 1
        return choices[min(place, len(choices) - 1)]

    def count(self, number: int, *forms: str) -> str:
        """Return a number with its noun: `3 dokumenty`."""
        return f"{self.number(number)}\N{NO-BREAK SPACE}{self.forms(number, *forms)}"

    def number(self, value: float) -> str:
        """Return a number with the language's separators."""
        return _grouped(value, self.language)

    def local(self, moment: datetime) -> datetime:
        """Return a moment on the council's own clock."""
        return moment.astimezone(self.zone)

    def long_moment(self, moment: datetime) -> str:
        """Return `czwartek, 26 listopada 2026, godz. 10:00`."""
        local = self.local(moment)
        if self.language == "pl":
            day = format_datetime(local, "EEEE, d MMMM y", locale="pl")
            return f"{day}, godz.\N{NO-BREAK SPACE}{local:%-H:%M}"
        return str(format_datetime(local, "EEEE, d MMMM y, HH:mm", locale="en_GB"))

    def moment(self, moment: datetime) -> str:
        """Return `26.11.2026 10:00`, for tables."""
        return f"{self.local(moment):%d.%m.%Y %H:%M}"

    def day(self, day: date) -> str:
        """Return `26 listopada 2026`."""
        return _named_day(day, self.language)

    def short_day(self, day: date) -> str:
        """Return `26.11.2026`, for tables."""
        return f"{day:%d.%m.%Y}"

    def size(self, octets: int) -> str:
        """Return a size as people read it: `23 MB`, `1,4 MB`, `812 kB`."""
        value = float(octets)
        for unit in ("B", "kB", "MB", "GB"):
            if value < _KIBI or unit == "GB":
                break
            value /= _KIBI
        digits = 1 if unit in {"MB", "GB"} and value < 10 else 0  # noqa: PLR2004 - 1,4 MB but 23 MB
        text = format_decimal(round(value, digits), locale=self.language)
        return f"{text}\N{NO-BREAK SPACE}{unit}"
