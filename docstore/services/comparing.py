"""What changed from one version of a text to another, as a reader sees it."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from docstore.models import Facts, Version
from docstore.objects.at_hand import AtHand
from docstore.rules.comparing.pages import edges
from docstore.rules.comparing.redline import Comparison, compare
from docstore.rules.comparing.units import read
from docstore.services import renditions, scans
from docstore.services.reading import may_see
from docstore.visibility import Visibility

MOST_LETTERS = 3_000_000
"""Of both texts together: more than a thousand pages. Longer ones would keep a processor for
longer than a reader waits."""
# Redlines at hand: one of 300 pages takes some 50 MB, one of the usual ten pages 2 MB.
_AT_HAND: AtHand[tuple[int, ...], Comparison] = AtHand(6)


def between(session: Session, before_id: str, version_id: str) -> Comparison | None:
    """Return what a version is beside another; None where the two are too long to compare.

    Who asks was allowed to see both. A version without text is one that says nothing.
    """
    ids = [before_id, version_id]
    texts = renditions.page_texts(session, ids)
    pages = [texts.get(each, ()) for each in ids]
    if sum(map(len, (text for each in pages for text in each))) > MOST_LETTERS:
        return None
    origins = scans.origins(session, ids)
    noisy = [_recognised(origins, each) for each in ids]
    key = tuple(hash(each) for each in (*pages, *noisy))

    def made() -> Comparison:
        known = edges(pages[0]) | edges(pages[1])
        old, new = (read(p, noisy=n, edges=known) for p, n in zip(pages, noisy, strict=True))
        return compare(old, new)

    return _AT_HAND.get(key, made)


def _recognised(origins: Mapping[tuple[str, int], scans.Origin], id_: str) -> tuple[int, ...]:
    """Return the pages of a version whose text a program recognised and nobody put right."""
    return tuple(
        page for (of, page), origin in origins.items() if of == id_ and not origin.is_corrected
    )


def versions_before(
    session: Session, visibility: Visibility, version_ids: Iterable[str]
) -> dict[str, str]:
    """Return, for each version that has one, the newest older one that an asker may see."""
    newer = aliased(Version)
    rows = session.execute(
        select(newer.id, Version.id)
        .join(Version, Version.document_id == newer.document_id)
        .where(Version.number < newer.number)
        .where(newer.id.in_([*version_ids]), may_see(visibility))
        .order_by(Version.number)
    )
    return {row[0]: row[1] for row in rows}


def has_words(session: Session, version_id: str) -> bool | None:
    """Tell whether a version's text was read and says anything; None while it is not read."""
    facts = session.get(Facts, version_id)
    return None if facts is None else facts.text_state in {"text", "partial"}
