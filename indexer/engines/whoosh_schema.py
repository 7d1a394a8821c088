"""The fields of a Whoosh index and a document in them."""

from collections.abc import Iterable, Iterator
from typing import Any

from whoosh import fields  # type: ignore[import-untyped]  # Whoosh has no stubs
from whoosh.analysis import Token  # type: ignore[import-untyped]  # as above

from indexer.documents import FACETS
from indexer.engines.entries import Entry, Posting

_BETWEEN = "\n"
_KEYS = ("by_date", "by_number")


class Postings:
    """An analyser for text that is analysed already; Whoosh pickles it with the schema."""

    def __call__(self, value: str, **_options: Any) -> Iterator[Any]:
        """Yield the postings written by `_written`; several may share a position."""
        token = Token(positions=True)
        token.boost = 1.0
        for line in value.split(_BETWEEN) if value else ():
            position, _, token.text = line.partition(" ")
            token.pos = int(position)
            yield token


def schema() -> Any:
    """Return the fields of an index; SCHEMA_VERSION counts their changes."""
    text = fields.TEXT(analyzer=Postings(), phrase=True)
    column = fields.ID(sortable=True)
    return fields.Schema(
        **dict.fromkeys(("text", "title", "number"), text),
        **dict.fromkeys((*FACETS, *_KEYS), column),
        **dict.fromkeys(("visible_to", "superseded_for", "forms"), fields.KEYWORD),
        **dict.fromkeys(("body_id", "stage"), fields.ID),
        id=fields.ID(stored=True, sortable=True),
        document_id=fields.ID(stored=True),
        year_number=fields.NUMERIC(int),
        day=fields.NUMERIC(int),
        revision=fields.STORED,
    )


def whoosh_document(made: Entry) -> dict[str, Any]:
    """Return an entry as Whoosh takes it.

    Facets and keys are written even when empty: where one part of an index has a column and
    another has not, Whoosh looks the values up at the wrong place.
    """
    source = made.document
    return {
        "id": source.id,
        "revision": source.revision,
        "body_id": source.body_id,
        "document_id": source.document_id,
        "visible_to": sorted(source.visible_to),
        "superseded_for": sorted(source.superseded_for),
        "forms": sorted(made.forms),
        "text": _written(made.text),
        "title": _written(made.title),
        "number": _written(made.number),
        "stage": source.stage,
        "year": made.year,
        "kind": source.kind,
        "status": source.status,
        "year_number": source.year,
        "day": made.day,
        "by_date": made.by_date,
        "by_number": made.by_number,
    }


def _written(postings: Iterable[Posting]) -> str:
    """Return postings as one text for `Postings`; no term holds a blank."""
    return _BETWEEN.join(f"{position} {term}" for position, term in postings)
