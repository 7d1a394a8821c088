"""What a packet's PDF is to be; every sentence in it comes from the caller."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the packet; without a `source` it is only named on the cover, with its `note`.

    `pages` is what the file's facts say; `paper` is the matter it belongs to, and the parts of one
    paper stand together.
    """

    title: str
    pages: int
    source: Path | None
    note: str | None = None
    paper: str = ""


@dataclass(frozen=True, slots=True)
class AgendaEntry:
    """One item of the agenda, `depth` 0 for the first level."""

    depth: int
    number: str
    title: str
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class PacketLabels:
    """The words that stand on every cover.

    `missing` is printed on the page that stands in for a file which could not be merged after all;
    it may hold `{title}`.
    """

    agenda: str
    missing: str
    page: str = "{page}"


@dataclass(frozen=True, slots=True)
class PacketPlan:
    """A packet: a cover with `meta` under its heading and `cover_notes` at its end, an agenda.

    `made_at`, an ISO moment, is what the file says of its making, so that a plan gives the
    same bytes whenever it is written.
    """

    language: str
    council: str
    heading: str
    made_at: str
    labels: PacketLabels
    meta: tuple[str, ...] = ()
    cover_notes: tuple[str, ...] = ()
    entries: tuple[AgendaEntry, ...] = ()
    emblem: Path | None = None
    accent: tuple[int, int, int] = field(default=(0x1F, 0x3A, 0x5F))

    def merged(self) -> Iterator[tuple[int, Part]]:
        """Yield the parts that are merged, each with the number of its first page."""
        page = 1
        for entry in self.entries:
            for part in entry.parts:
                if part.source is not None:
                    yield page, part
                    page += part.pages

    def as_dict(self) -> dict[str, Any]:
        """Return the plan as JSON can hold it."""
        values = asdict(self)
        values["emblem"] = None if self.emblem is None else str(self.emblem)
        for entry in values["entries"]:
            for part in entry["parts"]:
                part["source"] = None if part["source"] is None else str(part["source"])
        return values


def packet_plan(values: Mapping[str, Any]) -> PacketPlan:
    """Return the plan that `PacketPlan.as_dict` gave away."""
    return PacketPlan(
        **{
            **values,
            "labels": PacketLabels(**values["labels"]),
            "meta": tuple(values["meta"]),
            "cover_notes": tuple(values["cover_notes"]),
            "entries": tuple(_entry(entry) for entry in values["entries"]),
            "emblem": _path(values["emblem"]),
            "accent": tuple(values["accent"]),
        }
    )


def _entry(values: Mapping[str, Any]) -> AgendaEntry:
    parts = tuple(Part(**{**part, "source": _path(part["source"])}) for part in values["parts"])
    return AgendaEntry(**{**values, "parts": parts})


def _path(value: str | None) -> Path | None:
    return None if value is None else Path(value)
