"""Hits as pages show them: one row a matter, its passages, and where each leads."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from markupsafe import Markup, escape

from api.searching import Shown
from api.security.askers import Asker
from docstore.language import Words
from docstore.rules.document_role import DocumentRole
from docstore.rules.sentences import role_name
from docstore.services.pages import has_pages
from docstore.services.scans import Origin
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
    origin: Origin | None
    """Where the passage comes from, where it is on a scanned page."""

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


def matters(slug: str, hits: Sequence[Shown], question: str) -> list[Matter]:
    """Gather hits by their matter, in the order of the best hit of each."""
    found: dict[str, Matter] = {}
    for hit in hits:
        key = hit.found.paper_id or hit.found.document_id
        found.setdefault(key, Matter(hit.found)).lines.append(_line(slug, hit, question))
    return list(found.values())


def _line(slug: str, hit: Shown, question: str) -> HitLine:
    number = hit.passage.page if hit.passage and hit.found.pages else None
    return HitLine(
        found=hit.found,
        snippet=marked(hit.passage) if hit.passage else Markup(),
        page=number,
        file_href=_file_address(slug, hit.found, page=number, question=question),
        origin=hit.origin,
    )


def _file_address(slug: str, found: Found, *, page: int | None, question: str) -> str:
    """Return where a file can be looked at: the page that answers, with its words marked."""
    folder = f"/{slug}/pliki/{found.version_id}"
    if not has_pages(found.media_type, found.pages):
        return f"{folder}/{quote(found.file_name, safe='')}"
    return f"{folder}/strony/{page or 1}?{urlencode({'q': question})}"


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


def audience_of(asker: Asker) -> str:
    """Return whom a page about any document is set for."""
    if asker.is_office:
        return "office"
    return "reader" if asker.is_recipient else "public"


def place_of(asker: Asker, found: Found) -> str:
    """Return where this asker works with what was found; empty where there is no such page."""
    home = f"/{asker.body.slug}"
    if asker.is_office:
        if found.meeting_id is None:
            return f"{home}/biuro/dokumenty/{found.document_id}"
        item = f"?punkt={found.item_id}#wybrany" if found.item_id else ""
        return f"{home}/biuro/posiedzenia/{found.meeting_id}{item}"
    if found.is_act:
        return f"{home}/uchwaly/{found.paper_id}"
    if found.meeting_id is None:
        return ""
    standing = asker.standing
    is_own = standing is not None and (
        standing.is_guest or found.organization_id in standing.organization_ids
    )
    return f"{home}/{'moje' if is_own else 'sesje'}/{found.meeting_id}"
