"""Takes apart files that hold other files: ZIP and ASiC, signed CMS, e-mails.

Each file of a bundle is laid by itself into a folder, under a number, for whoever reads that kind.
"""

import base64
import binascii
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from email import policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from pathlib import Path, PurePosixPath
from typing import IO, TypedDict

from docstore.files import media
from docstore.files.errors import FileRefused
from docstore.files.text import tidy

# What is taken out of one bundle: more is for its owner to unpack.
_MOST_FILES = 100
_MOST_BYTES = 256 * 1024 * 1024
_MOST_OF_ONE = 60 * 1024 * 1024  # below the largest file that the sandbox may write
_CHUNK = 1024 * 1024
_IS_ENCRYPTED = 0x1  # the first flag of an entry (APPNOTE.TXT 4.4.4)
_IS_UTF8 = 0x800  # the eleventh: its name is in UTF-8; all others are in the packer's code page
# What is in a bundle for programs alone: signatures and the declaration of ASiC (ETSI
# EN 319 162-1), what macOS and Windows leave behind.
_FOR_PROGRAMS = re.compile(
    r"META-INF/.*|mimetype|__MACOSX/.*|(?:.*/)?(?:\.DS_Store|Thumbs\.db|desktop\.ini)",
    re.IGNORECASE,
)
_SIGNED_SUFFIXES = frozenset({".p7m", ".p7s", ".sig"})
_ARMOUR = re.compile(rb"-----[^-\r\n]+-----|\s")
_SHOWN = ("From", "To", "Date", "Subject")


class Unpacked(TypedDict):
    """What came of taking a bundle apart: file N of the folder is called `names[N]`.

    `text` is the bundle's own, as an e-mail's; `all` tells that nothing was left in it.
    """

    text: str
    names: list[str]
    all: bool


class _Folder:
    """Where the files of a bundle are laid, as far as there is room."""

    def __init__(self, folder: str) -> None:
        self._folder, self._room = Path(folder), _MOST_BYTES
        self.names: list[str] = []
        self.has_all = True

    def lay(self, name: str, source: IO[bytes]) -> None:
        """Lay one file into the folder; one that is too large is left out.

        What a bundle says of a file's size is not believed.
        """
        if len(self.names) >= _MOST_FILES:
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
        self.names.append(name)

    def answer(self, text: str = "") -> Unpacked:
        """Tell what was laid."""
        return Unpacked(text=text, names=self.names, all=self.has_all)


def unpack(path: str, folder: str, media_type: str, file_name: str) -> Unpacked:
    """Lay the files of a bundle into a folder, under the numbers of their names.

    Raises `FileRefused`: "broken", or "encrypted" where a password is asked for.
    """
    return _WAYS[media_type](Path(path), file_name, _Folder(folder))


def _zip(path: Path, file_name: str, folder: _Folder) -> Unpacked:
    del file_name
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if any(entry.flag_bits & _IS_ENCRYPTED for entry in entries):
                raise FileRefused("encrypted")
            for entry in entries:
                name = _name_of(entry)
                if not entry.is_dir() and not _FOR_PROGRAMS.fullmatch(name):
                    _lay_entry(archive, entry, name, folder)
    except zipfile.BadZipFile as error:
        raise FileRefused("broken", str(error)) from error
    return folder.answer()


def _lay_entry(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, folder: _Folder
) -> None:
    try:
        with archive.open(entry) as source:
            folder.lay(name, source)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, zlib.error):
        folder.has_all = False  # the others may be whole


def _name_of(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name; Polish Windows packs those that are not in UTF-8 in code page 852."""
    if entry.flag_bits & _IS_UTF8:
        return entry.filename
    return entry.filename.encode("cp437", "replace").decode("cp852", "replace")


def _cms(path: Path, file_name: str, folder: _Folder) -> Unpacked:
    """Take out what is signed (RFC 5652, 5.1); a detached signature holds nothing."""
    from asn1crypto import cms  # type: ignore[import-untyped]  # noqa: PLC0415 - few are one; no types

    octets = path.read_bytes()
    try:
        if not octets.startswith(b"0"):
            octets = base64.b64decode(_ARMOUR.sub(b"", octets), validate=True)
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
        folder.lay(_signed_name(file_name), io.BytesIO(held))
    return folder.answer()


def _signed_name(file_name: str) -> str:
    """Return what a signed file was called before it was signed: `akt.xml.p7m` was `akt.xml`."""
    name = PurePosixPath(file_name)
    return name.stem if name.suffix.lower() in _SIGNED_SUFFIXES else file_name


def _mail(path: Path, file_name: str, folder: _Folder) -> Unpacked:
    """Return the head and the words of a mail, and lay what is attached to it."""
    del file_name
    with path.open("rb") as source:
        mail = BytesParser(EmailMessage, policy=policy.default).parse(source)
    head = [f"{name}: {mail[name]}" for name in _SHOWN if mail[name]]
    body = mail.get_body(("plain", "html"))
    words = ""
    if body is not None and body.get_content_subtype() == "plain":
        words = str(body.get_content())
    elif body is not None:
        folder.lay("tresc.html", io.BytesIO(_content(body)))
    for part in mail.iter_attachments():
        folder.lay(part.get_filename("zalacznik"), io.BytesIO(_content(part)))
    return folder.answer(tidy("\n".join([*head, "", words])))


def _content(part: MIMEPart) -> bytes:
    """Return what a part of a mail holds; a mail within a mail is one file."""
    held = part.get_payload(decode=True)
    return held if isinstance(held, bytes) else b"".join(_inner(part))


def _inner(part: MIMEPart) -> Iterator[bytes]:
    for each in part.iter_parts():
        yield each.as_bytes()


_WAYS: dict[str, Callable[[Path, str, _Folder], Unpacked]] = {
    **dict.fromkeys((media.ZIP, media.ASICE, media.ASICS), _zip),
    media.CMS: _cms,
    media.EML: _mail,
}
