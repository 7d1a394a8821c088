"""The texts inside a packet's ZIP: its table of contents, and the manifest."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from delivery.cover import Edition, absence_title, paper_names
from delivery.published import Absence, PublishedFile, PublishedItem
from delivery.words import ground_words
from docstore.rules.canonical import canonical_json

MANIFEST = "manifest.json"


def table_of_contents(
    edition: Edition, paths: Mapping[str, str], *, lost: Collection[str]
) -> bytes:
    """Return the text that says which file is which, as any Windows editor opens it.

    `paths` are by version; `lost` are versions whose bytes could not be read.
    """
    words, packet = edition.words, edition.packet
    lines = [edition.body.name, edition.heading, *edition.place_and_time]
    lines.append(
        words(
            "Pakiet {number}, opublikowany {moment}",
            number=packet.number,
            moment=words.moment(packet.published_at),
        )
    )
    if edition.changes:
        lines += ["", words("Zmiany od pakietu {before}:", before=packet.number - 1)]
        lines += [f"- {sentence}" for sentence in edition.changes]
    lines += ["", words("Porządek obrad i pliki")]
    if packet.own:
        own = PublishedItem("", 0, words("Dokumenty posiedzenia"), entries=packet.own)
        lines += _item_lines(edition, own, paths, lost)
    for item in packet.items:
        lines += _item_lines(edition, item, paths, lost)
    lines += ["", *_manifest_lines(edition)]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def _item_lines(
    edition: Edition, item: PublishedItem, paths: Mapping[str, str], lost: Collection[str]
) -> Iterator[str]:
    indent = "  " * (item.depth + 1)
    yield ""
    yield f"{'  ' * item.depth}{item.label} {item.title}".rstrip() if item.label else item.title
    papers = paper_names(edition.words, item)
    told = ""
    for entry in item.entries:
        paper = papers.get(entry.paper_id or "", "")
        if paper and paper != told:
            yield f"{indent}{paper}"
        told = paper
        if isinstance(entry, Absence):
            ground = ground_words(edition.words, entry.ground)
            yield f"{indent}{absence_title(edition.words, entry)}: {ground}"
        elif entry.version_id in lost:
            yield edition.words(
                "{indent}{title}: nie udało się odczytać pliku z magazynu; zapytaj biuro rady",
                indent=indent,
                title=entry.title,
            )
        else:
            yield f"{indent}{paths[entry.version_id]}"
            yield f"{indent}  {_facts(edition, entry)}"


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
            "Z archiwum wyjęto dokument wyłączony z udostępniania, także z pliku {name}; "
            "suma kontrolna dotyczy pełnego zapisu, który zachowuje biuro rady.",
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


def _shown(file: dict[str, Any], gone: Mapping[str, str]) -> dict[str, Any]:
    if file["withheld"] or file["version"] not in gone:
        return file
    return {"withheld": True, "ground": gone[file["version"]], "paper": file["paper"]}
