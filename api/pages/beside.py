"""A page looked at beside another version: the words that only one of the two has, marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from fastapi import Request
from sqlalchemy.orm import Session

from api.security.askers import Asker
from docstore.models import Version
from docstore.rules.comparing.redline import Comparison, drawn_words
from docstore.services import comparing, reading

_LONGEST_ID = 40


@dataclass(frozen=True, slots=True)
class Beside:
    """What is marked on the pages of a version, and where the whole of it can be seen."""

    comparison: Comparison
    is_newer: bool
    """Whether the pages are of the newer one: what came is marked, else what went."""
    number: int
    """Of the other version."""
    is_act: bool
    """Whether one of the two is a signed act and the other its draft."""
    changes_href: str
    other_href: str

    def pages(self) -> list[int]:
        """Return the pages on which something is marked, or is another number or place."""
        made = self.comparison
        return made.pages_now() if self.is_newer else made.pages_then()

    def marked(self, page: int, drawn: Sequence[str]) -> set[int]:
        """Return which of a page's drawn words only this version has."""
        made = self.comparison
        places = made.added_on(page) if self.is_newer else made.removed_on(page)
        if not places:
            return set()
        return drawn_words(made.new if self.is_newer else made.old, page, places, drawn)


def beside(request: Request, session: Session, asker: Asker, version: Version) -> Beside | None:
    """Return what the address asks to be marked (`wobec`); None where it asks for nothing.

    Raises as `reading.version` does for a version that the asker may not see.
    """
    other_id = request.query_params.get("wobec", "")[:_LONGEST_ID]
    if not other_id or other_id == version.id:
        return None
    other = reading.version(session, asker.visibility, other_id)
    older, newer = sorted((version, other), key=_order)
    if not all(comparing.has_words(session, each.id) for each in (older, newer)):
        return None
    made = comparing.between(session, older.id, newer.id)
    if made is None:
        return None
    home = f"/{asker.body.slug}/pliki"
    return Beside(
        comparison=made,
        is_newer=newer.id == version.id,
        number=other.number,
        is_act=is_act_beside_draft(older, newer),
        changes_href=f"{home}/{newer.id}/zmiany?{urlencode({'od': older.id})}",
        other_href=f"{home}/{other.id}/strony/1?{urlencode({'wobec': version.id})}#strona",
    )


def is_act_beside_draft(older: Version, newer: Version) -> bool:
    """Tell whether the newer of two versions is the act that was signed, the older its draft."""
    return older.document.role == "main" and newer.document.role == "signed_act"


def _order(version: Version) -> tuple[bool, datetime, int]:
    """Return what orders two versions: an act comes after its draft, whenever it was stored."""
    return version.document.role == "signed_act", version.created_at, version.number
