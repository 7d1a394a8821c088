"""What was learned from a file's bytes, in a form that a row or an answer can hold."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

from docstore.files.problems import Problem as Problem

# "text": every page that shows anything has text; "partial": some have none; "none": no page has
# any (a scan); "unread": nothing could be read, so nothing is known.
TextState = Literal["text", "partial", "none", "unread"]


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
