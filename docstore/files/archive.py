"""Makes file names and ZIP archives that every computer in a town hall can open."""

import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

# Windows refuses longer paths (260 with the folder they are unpacked to), and ext4 longer names.
_LONGEST_PATH = 119
_LONGEST_NAME = 100
# What all folders of a path may take together; the rest is for the file's own name.
_LONGEST_FOLDERS = 72
_MOST_OCTETS = 240
_LONGEST_EXTENSION = 12
# Windows gives these names to devices, whatever extension follows.
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(?:\.|\Z)", re.IGNORECASE
)
_FORBIDDEN = re.compile(r"[<>:\"|?*]")
_SPACES = re.compile(r"\s+")
# A file made at the same second everywhere, so that equal contents give equal archives.
_MOMENT = (1980, 1, 1, 0, 0, 0)
# These are compressed already; packing them again costs time and wins nothing.
_PACKED = frozenset(
    {".pdf", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp"}
    | {".zip", ".asice", ".sce", ".png", ".jpg", ".jpeg", ".webp", ".gif"}
)
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """A file of an archive; `name` may hold folders, with "/" between them."""

    name: str
    source: Path | bytes


def safe_file_name(name: str, *, limit: int = _LONGEST_NAME, fallback: str = "plik") -> str:
    """Return a user's file name fit for every file system and screen; it is never empty.

    No folders, controls, direction marks or Windows devices; in NFC; at most `limit` characters,
    with the extension kept. Applied again it changes nothing.
    """
    name = re.split(r"[/\\]", name)[-1]
    name = "".join(" " if char.isspace() else char for char in name if _is_visible(char))
    name = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", name))
    name = _trimmed(_SPACES.sub(" ", name)) or fallback
    if _RESERVED.match(name):
        name = f"_{name}"
    return _shortened(name, limit)


def write_zip(entries: Iterable[ZipEntry], target: Path) -> None:
    """Write the entries as one ZIP; the same entries always give the same bytes.

    Names are made safe, and distinct where two are equal to Windows; contents are streamed.
    """
    taken: set[str] = set()
    with zipfile.ZipFile(target, "w", allowZip64=True) as archive:
        for entry in entries:
            info = zipfile.ZipInfo(_free_path(entry.name, taken), _MOMENT)
            packed = PurePosixPath(info.filename).suffix.lower() in _PACKED
            info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix, wherever this runs
            info.external_attr = 0o100644 << 16
            info.file_size = _size(entry.source)
            with archive.open(info, "w") as output:
                for chunk in _chunks(entry.source):
                    output.write(chunk)


def _is_visible(char: str) -> bool:
    """Tell whether a character may stand in a name: no controls, no direction marks."""
    return char.isspace() or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _trimmed(name: str) -> str:
    """Windows drops dots and spaces at the end; a dot at the start hides a file."""
    return name.strip(" .")


def _shortened(name: str, limit: int) -> str:
    """Cut the name before its extension, by characters and by octets."""
    extension = PurePosixPath(name).suffix
    if len(extension) > min(_LONGEST_EXTENSION, limit - 1) or " " in extension:
        extension = ""
    stem = name[: len(name) - len(extension)]
    while len(stem) + len(extension) > limit or len((stem + extension).encode()) > _MOST_OCTETS:
        stem = stem[:-1]
    return f"{stem.rstrip(' .') or '_'}{extension}" if stem + extension != name else name


def _free_path(name: str, taken: set[str]) -> str:
    """Return a safe path that no entry has yet, not even in other letters' case."""
    folders = [part for part in re.split(r"[/\\]", name)[:-1] if _trimmed(part)][:3]
    room = _LONGEST_FOLDERS // max(len(folders), 1)
    folder = "".join(f"{safe_file_name(part, limit=room)}/" for part in folders)
    number = 1
    while True:
        mark = f" ({number})" if number > 1 else ""
        file_name = safe_file_name(name, limit=_LONGEST_PATH - len(folder) - len(mark))
        extension = PurePosixPath(file_name).suffix if mark else ""
        path = f"{folder}{file_name.removesuffix(extension)}{mark}{extension}"
        if path.casefold() not in taken:
            taken.add(path.casefold())
            return path
        number += 1


def _size(source: Path | bytes) -> int:
    return len(source) if isinstance(source, bytes) else source.stat().st_size


def _chunks(source: Path | bytes) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    opened: IO[bytes]
    with source.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            yield chunk
