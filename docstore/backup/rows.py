"""Rows as lines of JSON: the same bytes whichever dialect they were read from."""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from docstore.backup.errors import RowsRefused
from docstore.models.base import Moment

# Rows in memory at once; the largest, manifests of packets, have some 100 kB.
_AT_ONCE = 200

# The first that fits is a column's kind: a Boolean is no Integer here, and a Float is a Numeric.
_KINDS: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (sa.Boolean, "boolean"),
    (sa.Integer, "integer"),
    (sa.Float, "real"),
    (sa.DateTime, "moment"),
    (sa.Date, "date"),
    (sa.JSON, "json"),
    (sa.LargeBinary, "bytes"),
    (sa.String, "text"),
)
_TYPES: Mapping[str, TypeEngine[Any]] = {
    "boolean": sa.Boolean(),
    "integer": sa.BigInteger(),
    "real": sa.Float(),
    "moment": Moment(),
    "date": sa.Date(),
    "json": sa.Text(),  # as it is written: the order of keys and the difference to NULL stay
    "bytes": sa.LargeBinary(),
    "text": sa.Text(),
}


class UnknownKind(TypeError):
    """A column has a type that no line of a backup holds yet: teach `_KINDS` about it."""


def kind_of(type_: TypeEngine[Any]) -> str:
    """Return what a column holds, in the words of a manifest; raise `UnknownKind`."""
    plain = type_.impl_instance if isinstance(type_, TypeDecorator) else type_
    for known, kind in _KINDS:
        if isinstance(plain, known):
            return kind
    raise UnknownKind(repr(type_))


@dataclass(frozen=True)
class Shape:
    """A table as a backup knows it: its columns with their kinds, and what orders its rows."""

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...]

    @cached_property
    def table(self) -> sa.TableClause:
        """Return the table for queries, free of every model's rules."""
        columns = (sa.column(name, _TYPES[kind]) for name, kind in self.columns.items())
        return sa.table(self.name, *columns)


def shapes(metadata: sa.MetaData) -> list[Shape]:
    """Return every table of a schema, each after those that its rows point to."""
    return [
        Shape(
            name=table.name,
            columns={each.name: kind_of(each.type) for each in sorted(table.c, key=_name)},
            key=tuple(each.name for each in table.primary_key) or tuple(sorted(table.c.keys())),
        )
        for table in metadata.sorted_tables
    ]


def _name(column: sa.Column[Any]) -> str:
    return column.name


# --- reading ----------------------------------------------------------------------------------


def lines(session: Session, shape: Shape) -> Iterator[bytes]:
    """Yield a table's rows in the order of their key, each as one line of canonical JSON."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    columns = [
        sa.cast(shape.table.c[name], sa.Text) if kind == "json" else shape.table.c[name]
        for name, kind in shape.columns.items()
    ]
    order = [_ordered(shape.table.c[name], shape.columns[name], is_sqlite) for name in shape.key]
    found = session.execute(
        sa.select(*columns).order_by(*order), execution_options={"yield_per": _AT_ONCE}
    )
    writers = [_WRITTEN.get(kind) for kind in shape.columns.values()]
    for row in found:
        values = (
            write(value) if write is not None and value is not None else value
            for write, value in zip(writers, row, strict=True)
        )
        yield _line(dict(zip(shape.columns, values, strict=True)))


def _ordered(column: ColumnElement[Any], kind: str, is_sqlite: bool) -> ColumnElement[Any]:
    """Order texts by their bytes, whatever language the database sorts in."""
    return column if is_sqlite or kind != "text" else sa.collate(column, "C")


def _line(row: Mapping[str, object]) -> bytes:
    text = json.dumps(row, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode() + b"\n"


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _octets(value: bytes) -> str:
    return base64.b64encode(value).decode()


_WRITTEN: Mapping[str, Callable[[Any], str]] = {
    "moment": _moment,
    "date": date.isoformat,
    "bytes": _octets,
}
_READ: Mapping[str, Callable[[str], object]] = {
    "moment": datetime.fromisoformat,
    "date": date.fromisoformat,
    "bytes": base64.b64decode,
}


# --- writing ----------------------------------------------------------------------------------


def load(session: Session, shape: Shape, rows: Iterable[bytes]) -> Iterator[int]:
    """Insert the rows of these lines; yield how many more are in the table.

    Raises `RowsRefused` for what the database cannot hold, as PostgreSQL a text with a NUL.
    """
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    statement = sa.insert(shape.table).values(
        {name: _bound(name, kind, is_sqlite) for name, kind in shape.columns.items()}
    )
    readers = {name: _READ[kind] for name, kind in shape.columns.items() if kind in _READ}
    connection = session.connection()
    for some in _grouped(rows):
        try:
            connection.execute(statement, [_values(line, readers) for line in some])
        except (DataError, IntegrityError) as error:
            raise RowsRefused(table=shape.name) from error
        yield len(some)


def _grouped(rows: Iterable[bytes]) -> Iterator[list[bytes]]:
    left = iter(rows)
    while some := list(islice(left, _AT_ONCE)):
        yield some


def _bound(name: str, kind: str, is_sqlite: bool) -> ColumnElement[Any]:
    """Return a parameter; one of JSON is text that PostgreSQL is told to read."""
    value = sa.bindparam(f"new_{name}", type_=_TYPES[kind])
    return sa.cast(value, sa.JSON) if kind == "json" and not is_sqlite else value


def _values(line: bytes, readers: Mapping[str, Callable[[str], object]]) -> dict[str, object]:
    return {
        f"new_{name}": readers[name](value) if name in readers and value is not None else value
        for name, value in json.loads(line).items()
    }
