"""The fields of a Tantivy index and a document in them."""

from collections.abc import Iterable

import tantivy

from indexer.documents import FACETS
from indexer.engines.entries import Entry, Posting

_TOKENS = ("body_id", "visible_to", "superseded_for", "stage", "forms")
_KEYS = ("by_date", "by_number")


def schema() -> tantivy.Schema:
    """Return the fields of an index; SCHEMA_VERSION counts their changes."""
    builder = tantivy.SchemaBuilder()
    for field in ("text", "title", "number"):
        builder.add_text_field(field, tokenizer_name="raw", index_option="position")
    for field in _TOKENS:
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    for field in (*FACETS, *_KEYS):
        builder.add_text_field(field, fast=True, tokenizer_name="raw", index_option="basic")
    for field in ("id", "document_id"):
        builder.add_text_field(field, stored=True, tokenizer_name="raw", index_option="basic")
    for field in ("year_number", "day"):
        builder.add_integer_field(field, indexed=True, fast=True)
    builder.add_integer_field("revision", stored=True)
    return builder.build()


def tantivy_document(made: Entry) -> tantivy.Document:
    """Return an entry as Tantivy takes it."""
    source, document = made.document, tantivy.Document()
    for field, postings in (("text", made.text), ("title", made.title), ("number", made.number)):
        document.add_pre_tokenized_text(field, _tokens(postings))
    lists = {
        "visible_to": source.visible_to,
        "superseded_for": source.superseded_for,
        "forms": made.forms,
    }
    single = {
        "id": source.id,
        "body_id": source.body_id,
        "document_id": source.document_id,
        "stage": source.stage,
        "year": made.year,
        "kind": source.kind,
        "status": source.status,
        "by_date": made.by_date,
        "by_number": made.by_number,
    }
    for field, values in (*lists.items(), *((f, [v]) for f, v in single.items() if v)):
        for value in values:
            document.add_text(field, value)
    document.add_integer("revision", source.revision)
    if source.year is not None:
        document.add_integer("year_number", source.year)
    if made.day is not None:
        document.add_integer("day", made.day)
    return document


def _tokens(postings: Iterable[Posting]) -> tantivy.PreTokenizedString:
    """Return postings as text already cut up; the text itself is not kept in the index."""
    tokens = [tantivy.Token(term, position, 0, 0) for position, term in postings]
    return tantivy.PreTokenizedString("", tokens)
