"""`teczka check`: whether the record agrees with its ledger, its bytes and its index."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from api.wiring import Parts
from docstore.language import Words
from docstore.models import Version
from docstore.services import bodies, destruction, ledger, orphans, retention, setup, upkeep
from indexer.catching_up import drift

# How many files one line of a finding names.
_NAMED = 5


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


def check(
    parts: Parts, words: Words, *, body_id: str | None = None, is_noted: bool = True
) -> Report:
    """Verify chain, bytes and index; an object that is wrong is refused from now on.

    With a `body_id` the names of other councils' files are left out. Not noted, the record does not
    hear of a check that finds nothing.
    """
    report = Report(
        (
            *_ledger(parts, words),
            *_receipts(parts, words),
            *_objects(parts, words, body_id),
            *_destroyed(parts, words),
            *_index(parts, words, body_id),
            *_programs(parts, words),
        )
    )
    if is_noted:
        with parts.database.transaction() as session:
            setup.note_check(session, passed=report.is_good, at=parts.clock.now())
    return report


def _ledger(parts: Parts, words: Words) -> Iterator[Line]:
    reasons = {
        "altered": words("wpis zmieniono"),
        "out_of_chain": words("wpis nie pasuje do poprzedniego"),
        "missing": words("brakuje wpisu"),
        "head_differs": words("koniec rejestru się nie zgadza"),
    }
    with parts.database.reading() as session:
        for body in bodies.bodies(session):
            is_whole = True
            for each in ledger.verify(session, body.id):
                is_whole = False
                text = words(
                    "rejestr {body}, wpis {number}: {reason}",
                    body=body.slug,
                    number=each.seq,
                    reason=reasons[each.reason],
                )
                yield Line(text, is_good=False)
            if is_whole:
                count = words.count(ledger.length(session, body.id), "wpis", "wpisy", "wpisów")
                text = words("rejestr {body}: {count}, łańcuch zgodny", body=body.slug, count=count)
                yield Line(text, is_good=True)


def _receipts(parts: Parts, words: Words) -> Iterator[Line]:
    """Say whether every receipt is there that the ledger tells of, or was erased in its time."""
    with parts.database.reading() as session:
        for body in bodies.bodies(session):
            found = retention.gaps(session, body.id)
            if found.lawful:
                count = words.count(found.lawful, "potwierdzenie", "potwierdzenia", "potwierdzeń")
                text = words(
                    "rejestr {body}: usunięto {count} po okresie przechowywania",
                    body=body.slug,
                    count=count,
                )
                yield Line(text, is_good=True)
            if found.lost:
                entries = ", ".join(map(str, found.lost[:_NAMED]))
                text = words(
                    "rejestr {body}: brakuje potwierdzeń, o których mówią wpisy {entries}",
                    body=body.slug,
                    entries=f"{entries}, …" if len(found.lost) > _NAMED else entries,
                )
                yield Line(text, is_good=False)


def _objects(parts: Parts, words: Words, body_id: str | None) -> Iterator[Line]:
    reasons = {
        "missing": words("brakuje go w magazynie"),
        "size": words("ma inny rozmiar"),
        "bytes": words("ma inne bajty"),
    }
    is_whole = True
    for damage in upkeep.damages(parts.database, parts.store):
        is_whole = False
        upkeep.refuse(parts.database, damage, at=parts.clock.now())
        is_told = body_id in {None, damage.body_id}
        text = words(
            "obiekt {sha256}: {reason} ({names})",
            sha256=damage.sha256,
            reason=reasons[damage.reason],
            names=(", ".join(damage.file_names) or words("plik pochodny"))
            if is_told
            else words("plik innej rady"),
        )
        yield Line(text, is_good=False)
    if is_whole:
        with parts.database.reading() as session:
            count = words.count(upkeep.objects(session), "obiekt", "obiekty", "obiektów")
        yield Line(words("magazyn: {count}, wszystko zgodne", count=count), is_good=True)


def _destroyed(parts: Parts, words: Words) -> Iterator[Line]:
    """Say of what was destroyed whether it is gone; what came back is removed again."""
    with parts.database.reading() as session:
        gone = destruction.destroyed_versions(session)
    back = [row for row in gone if orphans.is_stored(parts.store, row.body_id, row.sha256)]
    for row in back:
        with parts.database.transaction() as session:
            orphans.condemn(session, row, at=parts.clock.now())
        text = words(
            "zniszczona wersja {id}: jej plik jest znów w magazynie; zostanie usunięty", id=row.id
        )
        yield Line(text, is_good=False)
    if gone and not back:
        count = words.count(len(gone), "wersja", "wersje", "wersji")
        yield Line(words("zniszczone: {count}, bez plików w magazynie", count=count), is_good=True)


def _index(parts: Parts, words: Words, body_id: str | None) -> Iterator[Line]:
    found = drift(parts.reader)
    for reason, ids in (
        (words("brakuje w indeksie"), found.missing),
        (words("nieaktualne w indeksie"), found.stale),
        (words("w indeksie, ale nie w rejestrze"), found.foreign),
    ):
        if ids:
            count = words.count(len(ids), "wersja", "wersje", "wersji")
            text = words(
                "indeks: {reason}: {count} ({names})",
                reason=reason,
                count=count,
                names=", ".join(_names(parts, ids, body_id)),
            )
            yield Line(text, is_good=False)
    if found.is_none:
        yield Line(words("indeks: zgodny z rejestrem wersji"), is_good=True)


def _programs(parts: Parts, words: Words) -> Iterator[Line]:
    """Say which programs are not there and what that costs; nothing is wrong without them.

    Whoever chose to go without one is not told so each time.
    """
    if parts.renderer is None and parts.settings.libreoffice != "none":
        yield Line(words("bez LibreOffice: pliki Word są tylko w ZIP, bez stron"), is_good=True)
    if parts.recogniser is None and parts.settings.tesseract != "none":
        yield Line(words("bez programu Tesseract: skanów nie da się przeszukać"), is_good=True)


def _names(parts: Parts, ids: Sequence[str], body_id: str | None) -> Iterator[str]:
    """Yield the names of the first few of some versions; a stranger has only its id."""
    known = select(Version.id, Version.file_name).where(Version.id.in_(ids[:_NAMED]))
    if body_id is not None:
        known = known.where(Version.body_id == body_id)
    with parts.database.reading() as session:
        rows = session.execute(known)
        names = {row.id: row.file_name for row in rows}
    yield from (names.get(each, each) for each in ids[:_NAMED])
    if len(ids) > _NAMED:
        yield "…"
