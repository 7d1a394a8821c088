"""A drill: the newest backup restored into a temporary place, checked, measured, reported."""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from api import wiring
from api.commands.backup_words import contents, lasted, lost_lines
from api.commands.restoring import Restored, restore
from api.errors import sentence
from docstore.backup.folder import BackupFolder, Snapshot
from docstore.backup.watching import Watcher
from docstore.clock import Clock
from docstore.errors import DocstoreError
from docstore.language import Words
from docstore.settings import Settings


@dataclass(slots=True)
class Drill:
    """What was tried, when, and what came of it."""

    folder: Path
    snapshot: Snapshot
    at: datetime
    done: Restored = field(default_factory=Restored)
    refusal: DocstoreError | None = None

    @property
    def is_good(self) -> bool:
        """Tell whether this backup would bring everything back."""
        return self.refusal is None and self.done.is_good


def drill(
    folder: BackupFolder,
    *,
    place: Path | None,
    search_url: str,
    clock: Clock,
    words: Words,
    watcher: Watcher,
) -> Drill:
    """Restore the newest snapshot into a folder of its own, which is gone afterwards.

    Whatever the installation is made of, this is one folder with SQLite; nothing is sent from it.
    """
    tried = Drill(folder.path, folder.chosen(), clock.now())
    with tempfile.TemporaryDirectory(prefix="teczka-drill-", dir=place) as temporary:
        settings = _apart(Path(temporary) / "data", search_url)
        with closing(wiring.build(settings, clock=clock)) as parts:
            try:
                tried.done = restore(parts, folder, tried.snapshot, words=words, watcher=watcher)
            except DocstoreError as error:
                tried.refusal = error
    return tried


def _apart(data_dir: Path, search_url: str) -> Settings:
    """Return settings that know nothing of the installation's own servers."""
    fields = Settings.model_fields
    return Settings(
        data_dir=data_dir,
        database_url=fields["database_url"].default,
        object_store_url=fields["object_store_url"].default,
        search_url=search_url,
        smtp_url="",
        libreoffice="none",
        tesseract="none",
    )


# --- the report -------------------------------------------------------------------------------


def report(words: Words, tried: Drill) -> str:
    """Return a report that an administrator can sign and file, in Markdown."""
    result = words("udana") if tried.is_good else words("NIEUDANA")
    return "\n".join(
        [
            f"# {words('Próba odtworzenia kopii zapasowej')}",
            "",
            f"**{words('Wynik: {result}', result=result)}**",
            "",
            *_facts(words, tried),
            "",
            *_times(words, tried),
            f"## {words('Co znaleziono')}",
            "",
            *(f"- {line}" for line in _findings(words, tried)),
            "",
            words("Próbę przeprowadził(a): ........................................"),
            "",
        ]
    )


def _facts(words: Words, tried: Drill) -> Iterator[str]:
    yield f"| {words('co')} | |"
    yield "|---|---|"
    yield f"| {words('Data próby')} | {words.long_moment(tried.at)} |"
    yield f"| {words('Folder kopii')} | `{tried.folder}` |"
    yield f"| {words('Kopia')} | `{tried.snapshot.name}` |"
    yield f"| {words('Odtwarzała Teczka')} | {version('teczka')} |"
    try:
        manifest = tried.snapshot.manifest
    except DocstoreError:  # a damaged one; the refusal says so below
        return
    age = (tried.at - manifest.state_at).total_seconds()
    yield f"| {words('Stan danych z')} | {words.long_moment(manifest.state_at)} |"
    yield f"| {words('Tyle pracy przepadłoby przy awarii w chwili próby')} | {lasted(words, age)} |"
    made = words("{version}, schemat {schema}", version=manifest.version, schema=manifest.schema)
    yield f"| {words('Kopię zrobiła Teczka')} | {made} |"
    yield f"| {words('Zawartość')} | {contents(words, manifest)} |"


def _times(words: Words, tried: Drill) -> Iterator[str]:
    if not tried.done.took:
        return
    names = {
        "objects": words("pliki do nowego magazynu, każdy porównany ze skrótem"),
        "record": words("baza danych, każda tabela porównana z kopią"),
        "index": words("indeks wyszukiwarki"),
        "check": words("sprawdzenie całości"),
    }
    yield f"| {words('Czas odtworzenia')} | {lasted(words, sum(tried.done.took.values()))} |"
    yield "|---|---|"
    for name, seconds in tried.done.took.items():
        yield f"| {names[name]} | {lasted(words, seconds)} |"
    yield ""


def _findings(words: Words, tried: Drill) -> Iterator[str]:
    if tried.refusal is not None:
        yield sentence(tried.refusal, words)
    yield from (line.text for line in tried.done.report.lines)
    yield from lost_lines(words, tried.done.lost)
    if tried.is_good:
        yield words("niczego nie brakuje")
