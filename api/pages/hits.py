"""Hits as pages show them: one row a matter, its passages, and where each leads."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from markupsafe import Markup, escape

from api.searching import Shown
from docstore.files import media
from docstore.language import Words
from docstore.rules.document_role import DocumentRole
from docstore.rules.sentences import role_name
from docstore.services.searched import Found
from indexer.highlight import Passage

_TEXTS = frozenset({"main", "signed_act"})


@dataclass(frozen=True, slots=True)
class HitLine:
    """One document that answers: the passage, its page, and the file at that page."""

    found: Found
    snippet: Markup
    page: int | None
    file_href: str

    @property
    def is_text(self) -> bool:
        """Tell whether it is the text of the matter itself, not something beside it."""
        return self.found.role in _TEXTS


@dataclass(slots=True)
class Matter:
    """A paper, or a document without one, with all of this page's hits in it."""

    found: Found
    lines: list[HitLine] = field(default_factory=list)

    @property
    def first(self) -> HitLine:
        """Return the best hit."""
        return self.lines[0]


def matters(slug: str, hits: Sequence[Shown]) -> list[Matter]:
    """Gather hits by their matter, in the order of the best hit of each."""
    found: dict[str, Matter] = {}
    for hit in hits:
        key = hit.found.paper_id or hit.found.document_id
        found.setdefault(key, Matter(hit.found)).lines.append(_line(slug, hit))
    return list(found.values())


def _line(slug: str, hit: Shown) -> HitLine:
    number = hit.passage.page if hit.passage and hit.found.pages else None
    return HitLine(
        found=hit.found,
        snippet=marked(hit.passage) if hit.passage else Markup(),
        page=number,
        file_href=file_address(slug, hit.found, page=number),
    )


def file_address(slug: str, found: Found, *, page: int | None) -> str:
    """Return a file's address, at a page where browsers open it (PDF)."""
    folder = f"/{slug}/pliki/{found.version_id}"
    is_pdf = found.media_type == media.PDF
    path = f"{folder}/pdf" if found.has_pdf else f"{folder}/{quote(found.file_name, safe='')}"
    return f"{path}#page={page}" if page and (is_pdf or found.has_pdf) else path


def marked(passage: Passage) -> Markup:
    """Return a passage as markup: everything escaped, the words that answer marked."""
    return Markup().join(
        Markup("<mark>{}</mark>").format(text) if is_marked else escape(text)
        for text, is_marked in passage.pieces
    )


def role_of(words: Words, code: str) -> str:
    """Return what a document is to its paper."""
    try:
        return role_name(words, DocumentRole(code))
    except ValueError:
        return words("inny dokument")
