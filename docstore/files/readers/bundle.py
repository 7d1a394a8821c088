"""Takes apart files that hold other files: ZIP and ASiC, signed CMS, e-mails.

Each file of a bundle is laid by itself into a folder, under a number, for whoever reads that kind.
"""

import base64
import binascii
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from pathlib import Path, PurePosixPath
from typing import IO, TypedDict

from docstore.files import media
from docstore.files.detect import ARMOUR, charset
from docstore.files.errors import FULL, FileRefused
from docstore.files.text import tidy

# What is taken out of one bundle: more is for its owner to unpack.
_MOST_FILES = 100
_MOST_BYTES = 256 * 1024 * 1024
_MOST_OF_ONE = 60 * 1024 * 1024  # below the largest file that the sandbox may write
_CHUNK = 1024 * 1024
_IS_ENCRYPTED = 0x1  # the first flag of an entry (APPNOTE.TXT 4.4.4)
_IS_UTF8 = 0x800  # the eleventh: its name is in UTF-8; all others are in the packer's code page
# What macOS and Windows leave in an archive, and what ASiC keeps for programs (ETSI EN 319 162-1).
_LEFT_BY_SYSTEMS = re.compile(
    r"__MACOSX/(?:.*/)?\._[^/]*|(?:.*/)?(?:\.DS_Store|Thumbs\.db|desktop\.ini)", re.IGNORECASE
)
_OF_ASIC = re.compile(
    r"mimetype|META-INF/(?:[^/]*(?:signature|manifest|evidencerecord)[^/]*|[^/]*\.tst)",
    re.IGNORECASE,
)
_SIGNED_SUFFIXES = frozenset({".p7m", ".p7s", ".sig"})
_SIGNATURES = frozenset({
    "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
})  # fmt: skip
_SHOWN = ("From", "To", "Date", "Subject")
# What a damaged entry may raise, by the way that it was packed; OSError is bz2's.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, ValueError,
    OSError,
)  # fmt: skip
# What strange heads and charsets of a mail make Python's parser raise.
_STRANGE = (LookupError, ValueError, TypeError, AttributeError)


class Unpacked(TypedDict):
    """What came of taking a bundle apart: file N of the folder is called `names[N]`.

    `text` is the bundle's own, as an e-mail's; `all` tells that nothing was left in it, `locked`
    that something in it asks for a password.
    """

    text: str
    names: list[str]
    all: bool
    locked: bool


class _Folder:
    """Where the files of a bundle are laid, as far as there is room."""

    def __init__(self, folder: str, file_name: str) -> None:
        self._folder, self._room = Path(folder), _MOST_BYTES
        self.file_name = file_name
        self.names: list[str] = []
        self.has_all, self.has_locked = True, False

    @property
    def is_full(self) -> bool:
        """Tell whether no more files are taken."""
        return len(self.names) >= _MOST_FILES

    def lay(self, name: str, source: IO[bytes]) -> None:
        """Lay one file into the folder; one that is too large is left out.

        What a bundle says of a file's size is not believed.
        """
        if self.is_full:
            self.has_all = False
            return
        target, room = self._folder / str(len(self.names)), min(self._room, _MOST_OF_ONE)
        with target.open("wb") as output:
            while room >= 0 and (chunk := source.read(_CHUNK)):
                room -= len(chunk)
                output.write(chunk[: max(room + len(chunk), 0)])
        if room < 0:
            target.unlink()
            self.has_all = False
            return
        self._room -= target.stat().st_size
        self.names.append(tidy(name).replace("\n", " "))

    def answer(self, text: str = "") -> Unpacked:
        """Tell what was laid."""
        return Unpacked(text=text, names=self.names, all=self.has_all, locked=self.has_locked)


def unpack(path: str, folder: str, media_type: str, file_name: str) -> Unpacked:
    """Lay the files of a bundle into a folder, under the numbers of their names.

    Raises `FileRefused`: "broken", or "encrypted" where a password is asked for.
    """
    return _WAYS[media_type](Path(path), _Folder(folder, file_name))


def _zip(path: Path, folder: _Folder) -> Unpacked:
    """Take out every file; of one that is locked, damaged or too large, no more is known."""
    with _archive(path) as archive:
        names = archive.namelist()
        is_asic = "mimetype" in names or any(map(_OF_ASIC.fullmatch, names))
        files = [
            (entry, name)
            for entry in archive.infolist()
            if not entry.is_dir() and not _is_for_programs(name := _name_of(entry), is_asic=is_asic)
        ]
        open_ones = [each for each in files if not each[0].flag_bits & _IS_ENCRYPTED]
        if files and not open_ones:
            raise FileRefused("encrypted")
        folder.has_locked = len(files) > len(open_ones)
        folder.has_all = not folder.has_locked
        for entry, name in open_ones:
            if folder.is_full or entry.file_size > _MOST_OF_ONE:
                folder.has_all = False
            else:
                _lay_entry(archive, entry, name, folder)
    return folder.answer()


def _archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise FileRefused("broken", str(error)) from error


def _is_for_programs(name: str, *, is_asic: bool) -> bool:
    return bool(_LEFT_BY_SYSTEMS.fullmatch(name) or (is_asic and _OF_ASIC.fullmatch(name)))


def _lay_entry(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, folder: _Folder
) -> None:
    try:
        with archive.open(entry) as source:
            folder.lay(name, source)
    except _DAMAGED as error:
        if isinstance(error, OSError) and error.errno in FULL:
            raise
        folder.has_all = False  # the others may be whole


def _name_of(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name; Polish Windows packs those that are not in UTF-8 in code page 852."""
    if entry.flag_bits & _IS_UTF8:
        return entry.filename
    return entry.filename.encode("cp437", "replace").decode("cp852", "replace")


def _cms(path: Path, folder: _Folder) -> Unpacked:
    """Take out what is signed (RFC 5652, 5.1); a detached signature holds nothing."""
    from asn1crypto import cms  # type: ignore[import-untyped]  # noqa: PLC0415 - few are one; no types

    octets = path.read_bytes()
    try:
        if not octets.startswith(b"0"):
            octets = base64.b64decode(ARMOUR.sub(b"", octets), validate=True)
        envelope = cms.ContentInfo.load(octets)
        kind = envelope["content_type"].native
        if kind == "enveloped_data":
            raise FileRefused("encrypted")
        if kind != "signed_data":
            raise FileRefused("broken", kind)
        held = envelope["content"]["encap_content_info"]["content"].native
    except (ValueError, TypeError, KeyError, binascii.Error) as error:
        raise FileRefused("broken", str(error)) from error
    if isinstance(held, bytes) and held:
        folder.lay(_signed_name(folder.file_name), io.BytesIO(held))
    return folder.answer()


def _signed_name(file_name: str) -> str:
    """Return what a signed file was called before it was signed: `akt.xml.p7m` was `akt.xml`."""
    name = PurePosixPath(file_name)
    return name.stem if name.suffix.lower() in _SIGNED_SUFFIXES else file_name


def _mail(path: Path, folder: _Folder) -> Unpacked:
    """Return the head and the words of a mail, and lay what else it carries."""
    with path.open("rb") as source:
        mail = BytesParser(EmailMessage, policy=policy.default).parse(source)
    words: list[str] = []
    for name in _SHOWN:
        with suppress(*_STRANGE):
            words += [f"{name}: {mail[name]}"] if mail[name] else []
    for part in _leaves(mail):
        try:
            words += _taken(part, folder)
        except _STRANGE:
            folder.has_all = False
    return folder.answer(tidy("\n".join(words)))


def _leaves(part: Message) -> Iterator[Message]:
    """Yield what a mail is made of; of one text in two forms, the plain one, and no signatures.

    A mail within a mail is one part: whoever reads it takes it apart.
    """
    kind, parts = part.get_content_type(), part.get_payload()
    if kind in _SIGNATURES:
        return
    if part.get_content_maintype() != "multipart" or not isinstance(parts, list):
        yield part
        return
    leaves = [leaf for each in parts if isinstance(each, Message) for leaf in _leaves(each)]
    has_plain = any(_is_text(leaf, "plain") for leaf in leaves)
    is_twice = kind == "multipart/alternative" and has_plain
    yield from (leaf for leaf in leaves if not (is_twice and _is_text(leaf, "html")))


def _is_text(part: Message, subtype: str) -> bool:
    """Tell whether a part is words of the mail, not a file that is attached to it."""
    return part.get_content_type() == f"text/{subtype}" and part.get_filename() is None


def _taken(part: Message, folder: _Folder) -> list[str]:
    """Return a part's words, or lay it into the folder."""
    octets = _octets_of(part)
    if _is_text(part, "plain"):
        return ["", _decoded(octets, part.get_content_charset())]
    if _is_text(part, "html"):
        text = _decoded(octets, part.get_content_charset())
        # Mails are pieces of pages, which are known by their beginning.
        folder.lay("", io.BytesIO(f'<!doctype html><meta charset="utf-8">{text}'.encode()))
    elif octets and not _is_picture_of_text(part):
        name = part.get_filename() or f"zalacznik.{part.get_content_subtype()}"
        folder.lay(name, io.BytesIO(octets))
    return []


def _is_picture_of_text(part: Message) -> bool:
    """Tell a logo within a text from a picture that somebody attached."""
    is_shown = part.get_content_disposition() != "attachment" and part["Content-ID"] is not None
    return part.get_content_maintype() == "image" and is_shown


def _octets_of(part: Message) -> bytes:
    held = part.get_payload(decode=True)
    if isinstance(held, bytes):
        return held
    inner = part.get_payload()
    if not isinstance(inner, list):
        return b""
    return b"".join(each.as_bytes() for each in inner if isinstance(each, Message))


def _decoded(octets: bytes, named: str | None) -> str:
    try:
        return octets.decode(named or charset(octets) or "utf-8", "replace")
    except LookupError:
        return octets.decode(charset(octets) or "utf-8", "replace")


_WAYS: dict[str, Callable[[Path, _Folder], Unpacked]] = {
    **dict.fromkeys((media.ZIP, media.ASICE, media.ASICS), _zip),
    media.CMS: _cms,
    media.EML: _mail,
}
