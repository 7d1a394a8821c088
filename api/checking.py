"""`teczka check`: whether the record agrees with its ledger, its bytes and its index."""

from collections.abc import Iterator
from dataclasses import dataclass

from api.wiring import Parts
from docstore.services import ledger, people, upkeep
from indexer.tasks import drift

_REASONS = {"missing": "brak obiektu", "size": "inny rozmiar", "bytes": "inne bajty"}


@dataclass(frozen=True, slots=True)
class Line:
    """One finding, in words."""

    text: str
    is_good: bool


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was checked."""

    lines: tuple[Line, ...]

    @property
    def is_good(self) -> bool:
        """Tell whether nothing is wrong."""
        return all(line.is_good for line in self.lines)


def check(parts: Parts) -> Report:
    """Verify chain, bytes and index; an object that is wrong is refused from now on."""
    return Report((*_ledger(parts), *_objects(parts), *_index(parts)))


def _ledger(parts: Parts) -> Iterator[Line]:
    with parts.database.reading() as session:
        for body in people.bodies(session):
            breaks = list(ledger.verify(session, body.id))
            for each in breaks:
                yield Line(f"rejestr {body.slug}: wpis {each.seq}: {each.reason}", is_good=False)
            if not breaks:
                entries = ledger.length(session, body.id)
                yield Line(f"rejestr {body.slug}: {entries} wpisów, łańcuch zgodny", is_good=True)


def _objects(parts: Parts) -> Iterator[Line]:
    found = 0
    for damage in upkeep.damages(parts.database, parts.store):
        found += 1
        upkeep.refuse(parts.database, damage)
        names = ", ".join(damage.file_names) or "plik pochodny"
        yield Line(f"obiekt {damage.sha256}: {_REASONS[damage.reason]} ({names})", is_good=False)
    if not found:
        with parts.database.reading() as session:
            count = upkeep.objects(session)
        yield Line(f"obiekty: {count}, wszystkie zgodne", is_good=True)


def _index(parts: Parts) -> Iterator[Line]:
    found = drift(parts.reader)
    for name, ids in (
        ("brakuje", found.missing), ("nieaktualne", found.stale), ("obce", found.foreign)
    ):  # fmt: skip
        if ids:
            yield Line(f"indeks: {name}: {len(ids)}, np. {ids[0]}", is_good=False)
    if found.is_none:
        yield Line("indeks: zgodny z rejestrem wersji", is_good=True)
