"""What became of every file of an import, for the screen and for a table."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from docstore.language import Words
from docstore.rules.spreadsheet import Cell, csv_for_excel

TO_REVIEW = "to_review"
"""The reason of what waits in the office's archive because nothing was to be published."""
Result = Literal["published", "already_there", "in_office", "failed"]


@dataclass(frozen=True, slots=True)
class Remark:
    """Why a file was not published: a code that `reason` puts in words, or of a refusal."""

    file: str
    code: str


@dataclass(frozen=True, slots=True)
class Row:
    """One file of the folder and what it became; `reason` is a remark's code.

    `pages` and `unread` count the pages of what was read; `paper_id` is the act it became.
    """

    file: str
    sha256: str
    result: Result
    reason: str = ""
    paper_id: str = ""
    number: str = ""
    adopted_on: date | None = None
    title: str = ""
    pages: int | None = None
    unread: int | None = None


@dataclass(slots=True)
class ImportReport:
    """What became of a folder's files."""

    files: int = 0
    rows: list[Row] = field(default_factory=list)

    def add(self, row: Row) -> None:
        """Note what became of one more file."""
        self.rows.append(row)

    @property
    def published(self) -> int:
        """Return how many became public now."""
        return self._count("published")

    @property
    def already_there(self) -> int:
        """Return how many were known: published before, or the same bytes twice in the folder."""
        return self._count("already_there")

    @property
    def held_back(self) -> int:
        """Return how many are kept in the office: a valid PESEL was found."""
        return sum(row.result == "in_office" and row.reason == "pesel" for row in self.rows)

    @property
    def without_number(self) -> int:
        """Return how many are kept in the office: no number or date, or another act has it."""
        return self._count("in_office") - self.held_back - self.to_review

    @property
    def to_review(self) -> int:
        """Return how many wait in the office's archive because nothing was to be published."""
        return sum(row.result == "in_office" and row.reason == TO_REVIEW for row in self.rows)

    @property
    def failed(self) -> int:
        """Return how many were not stored, or not read."""
        return self._count("failed")

    @property
    def unread_pages(self) -> int:
        """Return the pages without text in what was published; nobody checked them."""
        return sum(row.unread or 0 for row in self.rows if row.result == "published")

    @property
    def remarks(self) -> list[Remark]:
        """Return why each file that was not published was not."""
        return [
            Remark(row.file, row.reason)
            for row in self.rows
            if row.result in {"in_office", "failed"} and row.reason != TO_REVIEW
        ]

    def _count(self, result: Result) -> int:
        return sum(row.result == result for row in self.rows)

    def table(self, words: Words, address: str) -> bytes:
        """Return all rows as a table that Polish Excel opens; acts stand under `address`."""
        header = (
            words("plik"), "SHA-256", words("wynik"), words("numer"), words("data podjęcia"),
            words("tytuł"), words("strony"), words("strony bez tekstu"), words("powód"),
            words("adres"),
        )  # fmt: skip
        return csv_for_excel(header, (_cells(words, address, row) for row in self.rows))


def _cells(words: Words, address: str, row: Row) -> tuple[Cell, ...]:
    why = reason(words, row.reason) if row.reason else ""
    return (
        row.file, row.sha256, result_words(words, row.result), row.number, row.adopted_on,
        row.title, row.pages, row.unread, why, _place(address, row),
    )  # fmt: skip


def _place(address: str, row: Row) -> str:
    """Return where an act is: for everyone where it is published, else at the office's desk."""
    if not row.paper_id:
        return ""
    place = "/biuro/akty/" if row.result == "in_office" else "/uchwaly/"
    return f"{address}{place}{row.paper_id}"


def result_words(words: Words, result: Result) -> str:
    """Return what became of a file."""
    return {
        "published": words("opublikowana"),
        "already_there": words("już była"),
        "in_office": words("zatrzymana w biurze"),
        "failed": words("nieprzyjęta"),
    }[result]


def reason(words: Words, code: str) -> str:
    """Return why a file was not published, and what to do."""
    return {
        TO_REVIEW: words("czeka w archiwum biura na zatwierdzenie"),
        "pesel": words("zawiera numer PESEL; sprawdź i opublikuj w biurze"),
        "no_number": words("nie znaleziono numeru uchwały; wpisz go w biurze"),
        "no_date": words("nie znaleziono daty uchwały; wpisz ją w biurze"),
        "number_taken": words("ten numer ma już inna uchwała tej kadencji"),
        "not_read": words("jeszcze nieodczytany; uruchom import ponownie za chwilę"),
        "unreadable": words("nie można otworzyć tego pliku"),
        "file_empty": words("plik jest pusty"),
        "file_too_large": words("plik jest za duży"),
        "upload_broken": words("plik zmienił się w trakcie importu"),
        "twice": words("ten sam plik jest w folderze jeszcze raz"),
        "removed": words("dokument usunięto w biurze"),
        "set_aside": words("odłożony w archiwum biura"),
    }[code]
