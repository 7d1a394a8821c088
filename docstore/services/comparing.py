"""What changed from one version of a text to another, as a reader sees it."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from docstore.files.problems import Problem
from docstore.models import Facts, Version
from docstore.objects.at_hand import AtHand
from docstore.rules.comparing.pages import edges
from docstore.rules.comparing.redline import Comparison, compare
from docstore.rules.comparing.units import read
from docstore.services import renditions, scans
from docstore.services.reading import may_see
from docstore.visibility import Visibility

# Of both texts together: some seven hundred pages. Longer ones would keep a processor for longer
# than a reader waits: at these limits, five seconds.
_MOST_LETTERS, _MOST_LINES = 2_500_000, 40_000
# Redlines at hand in each process: one of 300 pages takes some 50 MB, one of ten pages 2 MB.
_AT_HAND: AtHand[tuple[int, ...], Comparison] = AtHand(4)
# What a reader stopped at: the text goes on behind it.
_CUT = frozenset((Problem.TOO_MANY_PAGES, Problem.TEXT_CUT, Problem.TIMED_OUT))


def between(session: Session, before_id: str, version_id: str) -> Comparison | None:
    """Return what a version is beside another; None where the two are too long to compare.

    Who asks was allowed to see both. A version without text is one that says nothing.
    """
    ids = [before_id, version_id]
    texts = renditions.page_texts(session, ids)
    pages = [texts.get(each, ()) for each in ids]
    texts_of_both = [text for each in pages for text in each]
    lines = sum(text.count("\n") + 1 for text in texts_of_both)
    if sum(map(len, texts_of_both)) > _MOST_LETTERS or lines > _MOST_LINES:
        return None
    origins = scans.origins(session, ids)
    noisy = [_recognised(origins, each) for each in ids]
    key = tuple(hash(each) for each in (*pages, *noisy))

    def made() -> Comparison:
        known = edges(*pages)
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


def visible(session: Session, visibility: Visibility, version_ids: Iterable[str]) -> set[str]:
    """Return which of these versions an asker may see."""
    rows = session.scalars(
        select(Version.id).where(Version.id.in_([*version_ids]), may_see(visibility))
    )
    return {*rows}


def has_words(session: Session, version_id: str) -> bool | None:
    """Tell whether a version's text was read and says anything; None while it is being read."""
    facts = session.get(Facts, version_id)
    if facts is None or Problem.RECOGNISING in facts.problems:
        return None
    return facts.text_state in {"text", "partial"}


def unread(session: Session, version_id: str) -> int:
    """Return how many pages of a version have no text, a text that was cut counted as one more."""
    facts = session.get(Facts, version_id)
    texts = renditions.page_texts(session, [version_id]).get(version_id, ())
    is_cut = facts is not None and bool(_CUT & {*facts.problems})
    return sum(not text.strip() for text in texts) + is_cut
