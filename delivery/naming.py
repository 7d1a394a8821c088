"""Names in a packet's ZIP: a folder for each agenda item, files in the order of the agenda."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from delivery.published import PublishedFile, PublishedItem, PublishedPacket
from docstore.files.archive import safe_file_name
from docstore.language import Words
from docstore.rules.acts.druk import tells_druk
from docstore.rules.agenda_numbers import bare_label

# A path stays under 120 characters (issue 2); the rest is for the folder it is unpacked to.
_LONGEST_PATH = 119
_LONGEST_FOLDER = 60
_LONGEST_EXTENSION = 12
_NO_FOLDERS = str.maketrans("/\\", "--")
_DANGLING = re.compile(r"(?: [^\W\d]{1,2})+$")
# How the titles of most items begin; cut short, all their folders would bear one name.
_FORMULA = re.compile(r"^[^,;:]*?\buchwał\w*\b[^,;:]*?(?=\bw sprawie )", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")


def file_paths(words: Words, packet: PublishedPacket) -> Iterator[tuple[str, PublishedFile]]:
    """Yield each file of a packet with its path in the ZIP, such as `06 Projekt/01 Opinia.pdf`."""
    own = tuple(entry for entry in packet.own if isinstance(entry, PublishedFile))
    yield from _in_folder(_folder("00", words("Dokumenty posiedzenia")), own)
    for number, item in zip(_numbers(packet), packet.items, strict=True):
        yield from _in_folder(_folder(number, _subject(item)), item.files)


def opened_path(words: Words, path: str) -> str:
    """Return where the copy of a locked file lies that asks for no password: beside it."""
    whole = PurePosixPath(path)
    mark = f" ({words('bez hasła')})"
    longest = _LONGEST_PATH - len(path) + len(whole.stem) - len(mark)
    return str(whole.with_stem(whole.stem[:longest].rstrip() + mark))


def _numbers(packet: PublishedPacket) -> Iterator[str]:
    """Yield `06`, and `06-01` for what stands below it, so that folders sort like the agenda."""
    above: list[str] = []
    taken = {"00"}
    for place, item in enumerate(packet.items, start=1):
        label = _DIGITS.sub(lambda digits: digits[0].zfill(2), bare_label(item.label))
        del above[item.depth :]
        above.append(label or f"{place:02}")
        number = "-".join(above)
        while number.casefold() in taken:  # an agenda pasted twice has every number twice
            number += "+"
        taken.add(number.casefold())
        yield number


def _subject(item: PublishedItem) -> str:
    """Return what an item is about: `druk 303 w sprawie stawek podatku`, or its title."""
    title = _FORMULA.sub("", item.title)
    druks = [paper.druk for paper in item.papers if paper.druk]
    if len(druks) != 1 or tells_druk(title[:_LONGEST_FOLDER], druks[0]):
        return title
    return f"druk {druks[0]} {title}"


def _folder(number: str, title: str) -> str:
    return _cut(_safe(f"{number} {title}"), _LONGEST_FOLDER)


def _safe(text: str) -> str:
    """Return a title as a name: the slashes of XII/100/2020 are no folders."""
    return safe_file_name(text.translate(_NO_FOLDERS), limit=200)


def _in_folder(
    folder: str, files: tuple[PublishedFile, ...]
) -> Iterator[tuple[str, PublishedFile]]:
    for place, file in enumerate(files, start=1):
        room = _LONGEST_PATH - len(folder) - 1
        yield f"{folder}/{_file_name(f'{place:02}', file, room)}", file


def _file_name(number: str, file: PublishedFile, room: int) -> str:
    """Return the document's title with the extension of its file."""
    extension = PurePosixPath(safe_file_name(file.file_name)).suffix
    if len(extension) > _LONGEST_EXTENSION:
        extension = ""
    title = file.title.removesuffix(extension)
    stem = _cut(_safe(f"{number} {title}"), room - len(extension))
    return safe_file_name(stem + extension, limit=room)


def _cut(text: str, limit: int) -> str:
    """Shorten a name at the end of a word, and not behind a preposition."""
    if len(text) <= limit:
        return text
    whole, _, _ = text[: limit + 1].rpartition(" ")
    shorter = _DANGLING.sub("", whole) if len(whole) > limit // 2 else text[:limit]
    return shorter.rstrip(" .,;:–-")
