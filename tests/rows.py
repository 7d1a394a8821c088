"""Rows in every table of a schema, whatever tables it has: none can be forgotten."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Column, MetaData, Table
from sqlalchemy.orm import Session

from docstore.backup.rows import kind_of

AT = datetime(2026, 3, 29, 1, 30, 15, 123456, tzinfo=UTC)
"""A moment with microseconds, in the night when Poland's clocks are set."""
ROWS = 3
Row = Mapping[str, Any]

# What the schema itself asks for, beyond types and foreign keys.
_GIVEN: Mapping[str, Sequence[Row]] = {
    "paper": [
        {"number": "XLV/312/2018", "number_key": "45/312/2018"},
        {"number": "", "number_key": None},
        {"number": "I/1/2024", "number_key": "1/1/2024"},
    ],
    "document": [
        {"item_id": None, "meeting_id": None},
        {"paper_id": None, "meeting_id": None},
        {"paper_id": None, "item_id": None},
    ],
    "rendition": [{"packet_id": None}, {"version_id": None}, {"packet_id": None}],
    "installation": [{"id": 1}],
}


def fill(
    session: Session, metadata: MetaData, given: Mapping[str, Sequence[Row]] | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Insert rows into every table and return them; what is not given is made up by type.

    The last row of each table has NULL wherever it may.
    """
    made: dict[str, list[dict[str, Any]]] = {}
    for table in metadata.sorted_tables:
        wanted = (given or {}).get(table.name) or _GIVEN.get(table.name) or [{}] * ROWS
        made[table.name] = [
            {
                column.name: row[column.name]
                if column.name in row
                else _value(table, column, number, made, is_last=number == len(wanted) - 1)
                for column in table.columns
            }
            for number, row in enumerate(wanted)
        ]
        session.execute(table.insert(), made[table.name])
    return made


def _value(
    table: Table,
    column: Column[Any],
    number: int,
    made: Mapping[str, list[dict[str, Any]]],
    *,
    is_last: bool,
) -> Any:
    for key in column.foreign_keys:
        owner = made[key.column.table.name]
        if column.nullable and is_last and table.name != "document":
            return None
        return owner[number % len(owner)][key.column.name]
    if column.nullable and is_last:
        return None
    said = f"{table.name}.{column.name}.{number}"
    length = getattr(column.type, "length", None) or 100
    if length == 64:
        return hashlib.sha256(said.encode()).hexdigest()
    text = f"{number}-{column.name}-{table.name}" if length < 20 else f"Zażółć „{said}”\n\t\\ 𝄞"
    return {
        "text": text[:length],
        "integer": number + 7,
        "boolean": number % 2 == 0,
        "real": 0.1 + number,
        "moment": AT + timedelta(microseconds=number),
        "date": date(2024, 2, 29) + timedelta(days=number),
        "json": {"ż": [number, None, True, "\u2028"], "a": {"waga": 1.5}},
        "bytes": bytes(range(256)),
    }[kind_of(column.type)]
