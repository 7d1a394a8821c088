"""The texts inside a packet's ZIP: its table of contents, and the manifest."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from delivery.cover import Edition, absence_title, paper_names
from delivery.published import Absence, Entry, Gone, PublishedFile, PublishedItem
from delivery.words import ground_words
from docstore.rules.canonical import canonical_json

MANIFEST = "manifest.json"


class Placed(NamedTuple):
    """Where a file lies in the ZIP, and the copy of a locked one that asks for no password."""

    path: str
    opened: str = ""


def table_of_contents(edition: Edition, paths: Iterable[Placed | None]) -> bytes:
    """Return the text that says which file is which, as any Windows editor opens it.

    `paths` are those of the packet's files in their order; None for one whose bytes are lost.
    """
    lines = [*_head(edition), "", edition.words("Porządek obrad i pliki")]
    places = iter(paths)
    if edition.packet.own:
        title = edition.words("Dokumenty posiedzenia")
        lines += _item(edition, PublishedItem("", 0, title, entries=edition.packet.own), places)
    for item in edition.packet.items:
        lines += _item(edition, item, places)
    lines += ["", *_manifest_lines(edition)]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def _head(edition: Edition) -> Iterator[str]:
    words, packet = edition.words, edition.packet
    yield from (edition.body.name, edition.heading, *edition.place_and_time)
    moment = words.moment(packet.published_at)
    yield words("Pakiet {number}, opublikowany {moment}", number=packet.number, moment=moment)
    if edition.changes:
        yield ""
        yield words("Zmiany od pakietu {before}:", before=packet.number - 1)
        yield from (f"- {sentence}" for sentence in edition.changes)


def _item(edition: Edition, item: PublishedItem, paths: Iterator[Placed | None]) -> Iterator[str]:
    indent = "  " * (item.depth + 1)
    yield ""
    yield "  " * item.depth + f"{item.label} {item.title}".lstrip()
    papers = paper_names(edition.words, item)
    told = ""
    for entry in item.entries:
        paper = papers.get(entry.paper_id or "", "")
        if paper and paper != told:
            yield indent + paper
        told = paper
        yield from (indent + line for line in _entry(edition, entry, paths))


def _entry(edition: Edition, entry: Entry, paths: Iterator[Placed | None]) -> Iterator[str]:
    words = edition.words
    if isinstance(entry, Absence):
        yield f"{absence_title(words, entry)}: {ground_words(words, entry.ground)}"
        return
    placed = next(paths)
    if placed is None:
        yield words(
            "{title}: nie udało się odczytać pliku z magazynu; zapytaj Biuro Rady",
            title=entry.title,
        )
        return
    yield placed.path
    yield f"  {_facts(edition, entry)}"
    if placed.opened:
        yield "  " + words("otwiera się tylko z hasłem; kopia bez hasła:")
        yield f"  {placed.opened}"


def _facts(edition: Edition, file: PublishedFile) -> str:
    words = edition.words
    facts = [words("wersja {number}", number=file.number)]
    if file.pages:
        facts.append(words.count(file.pages, "strona", "strony", "stron"))
    facts.append(words.size(file.size))
    if file.first_page is not None:
        facts.append(words("w pliku PDF od strony {page}", page=file.first_page))
    return f"{', '.join(facts)}, SHA-256: {file.sha256}"


def _manifest_lines(edition: Edition) -> Iterator[str]:
    words, packet = edition.words, edition.packet
    yield words(
        "Zapis pakietu ({name}), suma kontrolna SHA-256: {digest}",
        name=MANIFEST,
        digest=packet.manifest_sha256,
    )
    if packet.taken_down:
        yield words(
            "Z archiwum wyjęto dokument wyłączony z udostępniania albo zniszczony, także z pliku "
            "{name}; "
            "suma kontrolna dotyczy pełnego zapisu, który zachowuje Biuro Rady.",
            name=MANIFEST,
        )


def manifest_bytes(edition: Edition) -> bytes:
    """Return the manifest as it was sealed, or without what was taken down since."""
    packet = edition.packet
    if not packet.taken_down:
        return packet.manifest.encode()
    manifest = json.loads(packet.manifest)
    for holder in (manifest, *manifest["items"]):
        holder["files"] = [_shown(file, packet.taken_down) for file in holder["files"]]
    return canonical_json({**manifest, "shortened": True})


def _shown(file: dict[str, Any], gone: Mapping[str, Gone]) -> dict[str, Any]:
    if file["withheld"] or file["version"] not in gone:
        return file
    why = gone[file["version"]]
    shown = {"withheld": True, "ground": why.ground, "paper": file["paper"]}
    # The tombstone keeps what proves which bytes there were.
    return (
        {**shown, "destroyed": True, "size": file["size"], "sha256": file["sha256"]}
        if why.is_destroyed
        else shown
    )
