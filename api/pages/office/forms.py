"""What a clerk typed, read once: texts, numbers, moments, files, and what was wrong with them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from api.dependencies import Office, PartsOf
from api.errors import sentence
from api.form_files import form_of
from api.rendering import words_for
from docstore.errors import DocstoreError, InvalidInput
from docstore.language import Words

# Browsers send the first of each; somebody without a date picker types the second.
_DAYS = ("%Y-%m-%d", "%d.%m.%Y")
_TIMES = ("%H:%M", "%H.%M", "%H:%M:%S")
_MOST_FIGURES = 9


@dataclass(slots=True)
class Typed:
    """A form as it was sent; a value that cannot be taken notes an error beside its field."""

    data: FormData
    words: Words
    errors: list[tuple[str, str]] = field(default_factory=list)

    def text(self, name: str, default: str = "") -> str:
        """Return a field as typed, without the spaces around it."""
        value = self.data.get(name)
        return value.strip() if isinstance(value, str) else default

    def required(self, name: str, missing: str) -> str:
        """Return a field that must be filled; `missing` says what is asked for."""
        value = self.text(name)
        if not value:
            self.refuse(name, missing)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return every value sent under a name, such as the checkboxes of one list."""
        return tuple(each for each in self.data.getlist(name) if isinstance(each, str) and each)

    def flag(self, name: str) -> bool:
        """Tell whether a checkbox was ticked."""
        return bool(self.text(name))

    def whole(self, name: str) -> int | None:
        """Return a whole number that is not negative; None when nothing was typed."""
        value = self.text(name)
        if not value:
            return None
        if not is_number(value):
            self.refuse(name, self.words("Wpisz liczbę, na przykład 14."))
            return None
        return int(value)

    @property
    def revision(self) -> int:
        """Return the state of the agenda that the clerk saw; 0, which none has, if not sent."""
        value = self.text("revision")
        return int(value) if is_number(value) else 0

    def day(self, name: str) -> date | None:
        """Return a day; None when nothing or nothing like a day was typed."""
        value = self.text(name)
        if not value:
            return None
        found = _first(value, _DAYS)
        if found is None:
            self.refuse(name, self.words("Podaj datę w postaci 26.11.2026."))
        return found.date() if found else None

    def moment(self, name: str) -> datetime | None:
        """Return `<name>_day` and `<name>_time` on the council's clock as a moment in UTC."""
        day = _first(self.text(f"{name}_day"), _DAYS)
        at = _first(self.text(f"{name}_time"), _TIMES)
        if day is None or at is None:
            self.refuse(name, self.words("Podaj dzień i godzinę, na przykład 26.11.2026 i 10:00."))
            return None
        local = datetime.combine(day.date(), time(at.hour, at.minute), tzinfo=self.words.zone)
        return local.astimezone(UTC)

    def files(self, name: str = "files") -> list[UploadFile]:
        """Return the files that were chosen; an empty file input sends one without a name."""
        sent = self.data.getlist(name)
        return [each for each in sent if isinstance(each, UploadFile) and each.filename]

    def refuse(self, name: str, why: str) -> None:
        """Note what is wrong with a field."""
        self.errors.append((name, why))

    def take(self, refusal: DocstoreError, *, name: str = "") -> None:
        """Note a refusal of the record beside the field it speaks of."""
        place = (
            str(refusal.fields.get("field", name)) if isinstance(refusal, InvalidInput) else name
        )
        self.refuse(place, sentence(refusal, self.words))

    @property
    def error_of(self) -> dict[str, str]:
        """Return the first error of each field."""
        return dict(reversed(self.errors))


def is_number(value: str) -> bool:
    """Tell whether a text is a number that a column holds."""
    return value.isascii() and value.isdecimal() and len(value) <= _MOST_FIGURES


def _first(value: str, patterns: tuple[str, ...]) -> datetime | None:
    for pattern in patterns:
        try:
            return datetime.strptime(value, pattern).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


async def _typed(request: Request, asker: Office, parts: PartsOf) -> AsyncIterator[Typed]:
    """Read the form once the office is known to ask; its temporary files go with the answer."""
    form = await form_of(request, parts.intake)
    try:
        yield Typed(form, words_for(request, asker.body))
    finally:
        await form.close()


TypedOf = Annotated[Typed, Depends(_typed)]
