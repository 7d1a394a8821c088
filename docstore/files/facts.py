"""What was learned from a file's bytes, in a form that a row or an answer can hold."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Literal, Self

# "text": every page that shows anything has text; "partial": some have none; "none": no page has
# any (a scan); "unread": nothing could be read, so nothing is known.
TextState = Literal["text", "partial", "none", "unread"]


class Problem(StrEnum):
    """Everything that can be said about a file; the values are stable and stored."""

    EMPTY_FILE = "empty_file"  # not a single byte
    WRONG_EXTENSION = "wrong_extension"  # the name promises another kind of file
    ENCRYPTED = "encrypted"  # opens with a password alone
    PROTECTED = "protected"  # opens without a password, but says what may not be done with it
    BROKEN = "broken"  # cannot be read at all
    REPAIRED = "repaired"  # damaged, and read all the same; look at it before sending it out
    UNSUPPORTED = "unsupported"  # kept and delivered; its text is not read
    CONTAINER = "container"  # a bundle of other files (ZIP, ASiC-E, CMS); they are not read
    NEEDS_RENDITION = "needs_rendition"  # its text can be read only from its PDF rendition
    NO_TEXT = "no_text"  # pages without a text layer, as a scan has them
    TEXT_CUT = "text_cut"  # the text goes on after the limit
    TOO_MANY_PAGES = "too_many_pages"  # pages after the limit were not read
    TOO_LARGE = "too_large"  # unpacks to more than the limit of memory or output
    TIMED_OUT = "timed_out"  # reading stopped at the limit of time
    XFA = "xfa"  # a dynamic form: most viewers, and a merged copy, show only "please wait"
    SIGNED = "signed"  # carries a signature, which a merged copy loses
    ATTACHMENTS = "attachments"  # carries files inside, which a merged copy loses
    ACTIVE_CONTENT = "active_content"  # carries scripts or macros; they are never run


@dataclass(frozen=True, slots=True)
class FileFacts:
    """The facts of one file; `page_texts` has one text a page, or one for all where pages is None.

    `mergeable` says that the file, as it is, can be part of a merged PDF.
    """

    media_type: str
    pages: int | None
    text_state: TextState
    encrypted: bool
    mergeable: bool
    problems: tuple[str, ...]
    page_texts: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the facts as JSON can hold them."""
        return {key: list(v) if isinstance(v, tuple) else v for key, v in asdict(self).items()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return the facts that `as_dict` gave away."""
        lists = {name: tuple(values[name]) for name in ("problems", "page_texts")}
        return cls(**{**values, **lists})
