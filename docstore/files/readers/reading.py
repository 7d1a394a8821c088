"""What a reader in the sandbox answers: plain values that JSON can carry."""

from typing import TypedDict


class Reading(TypedDict):
    """The text of a file and what was noticed on the way.

    `page_texts` holds one text a page, "" for a page that shows something without text, and None
    for a page that is blank or was not read. `pages` is None where the format has no pages.
    """

    pages: int | None
    page_texts: list[str | None]
    encrypted: bool
    mergeable: bool
    problems: list[str]


def unpaged(text: str, *, problems: list[str] | None = None) -> Reading:
    """Return the reading of a format without pages, whose whole text counts as one page."""
    return Reading(
        pages=None, page_texts=[text], encrypted=False, mergeable=False, problems=problems or []
    )
