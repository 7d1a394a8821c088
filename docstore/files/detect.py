"""Tells what a file is by its content; its name decides only between equals."""

import base64
import binascii
import re
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from docstore.files import media

_HEAD = 64 * 1024
# What is read of a ZIP's directory: enough for about 50,000 entries, and no more for a bomb.
_MOST_DIRECTORY = 4 * 1024 * 1024
_END_RECORD = 22
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (
    ("EncryptedPackage", media.ENCRYPTED_OFFICE),
    ("WordDocument", media.DOC),
    ("Workbook", media.XLS),
    ("Book", media.XLS),
    ("PowerPoint Document", media.PPT),
    ("__properties_version1.0", media.MSG),
)
_OOXML_FOLDERS = ((b"word/", media.DOCX), (b"xl/", media.XLSX), (b"ppt/", media.PPTX))
# The object ids of CMS SignedData and EnvelopedData (RFC 5652).
_CMS = (bytes.fromhex("06092a864886f70d010702"), bytes.fromhex("06092a864886f70d010703"))
ARMOUR = re.compile(rb"-----[^-\r\n]+-----|\s")
"""What stands around the letters of a message in base64: PEM's lines, and white space."""
_HTML = re.compile(r"<!doctype\s+html|<(?:html|head|body)[\s>]", re.IGNORECASE)
_SVG = re.compile(r"<(?:\w+:)?svg[\s>]", re.IGNORECASE)
# Header lines at the very start, as a mail server writes them (RFC 5322); two at least are theirs.
_MAIL_HEAD = re.compile(r"(?:[!-9;-~]+:[ \t].*\r?\n(?:[ \t]+.*\r?\n)*){3,}")
_MAIL_NAMES = re.compile(
    r"^(?:received|from|date|message-id|mime-version):", re.IGNORECASE | re.MULTILINE
)
_MAIL_SURE = 2
# What every PDF is made of; some that lost their first line can still be read.
_PDF_OBJECT = re.compile(rb"\b\d+\s+\d+\s+obj\b")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LONGEST_UTF8 = 4


def detect(path: Path, file_name: str) -> str:
    """Return the media type of a file; never raises for what is in it."""
    with path.open("rb") as source:
        head = source.read(_HEAD)
        if b"%PDF-" in head[:1024]:
            return media.PDF
        if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
            return _zip_type(head, _zip_directory(source), file_name)
        if head.startswith(_OLE_MAGIC):
            return _ole_type(source, head)
    if head.startswith(b"{\\rtf"):
        return media.RTF
    if _is_cms(head):
        return media.CMS
    return _headless_pdf(head, file_name) or _text_type(head, file_name) or _magic_type(head)


def _is_cms(head: bytes) -> bool:
    """Tell a CMS message, in octets or in letters (base64, with or without PEM's lines)."""
    if head.startswith((b"MI", b"-----BEGIN ")):
        letters = ARMOUR.sub(b"", head[:400])[:80]
        try:
            head = base64.b64decode(letters, validate=True)
        except binascii.Error:
            return False
    return head.startswith(b"0") and any(kind in head[:64] for kind in _CMS)


def _headless_pdf(head: bytes, file_name: str) -> str | None:
    is_one = file_name.lower().endswith(".pdf") and _PDF_OBJECT.search(head)
    return media.PDF if is_one else None


def extension_agrees(media_type: str, file_name: str) -> bool:
    """Tell whether a file's name promises what the file is; an unknown kind is given the doubt."""
    extensions = media.EXTENSIONS.get(media_type)
    return extensions is None or PurePosixPath(file_name).suffix.lower() in extensions


def charset(head: bytes) -> str | None:
    """Return the encoding of a text, one of those in which Polish files come, or None for none."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if _CONTROLS.search(head):
        return None
    if _is_utf8(head):
        return "utf-8-sig"
    # The two code pages agree on most letters; C1 controls mean that it is not ISO 8859-2.
    if any(0x80 <= octet <= 0x9F for octet in head):  # noqa: PLR2004 - the C1 range
        return "cp1250"
    isolatin, windows = (_polish(head.decode(name, "replace")) for name in ("iso8859-2", "cp1250"))
    return "iso8859-2" if isolatin > windows else "cp1250"


def _polish(text: str) -> int:
    return sum(letter in "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ" for letter in text)


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # The head may end in the middle of a letter.
        return error.reason == "unexpected end of data" and len(head) - error.start < _LONGEST_UTF8
    return True


def _zip_directory(source: BinaryIO) -> bytes:
    """Return the central directory of a ZIP, or nothing where it has none or too large a one."""
    size = source.seek(0, 2)
    source.seek(max(0, size - _HEAD - _END_RECORD))
    tail = source.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + _END_RECORD:
        return b""
    length = int.from_bytes(tail[end + 12 : end + 16], "little")
    start = int.from_bytes(tail[end + 16 : end + 20], "little")
    if length > _MOST_DIRECTORY or start > size:
        return b""
    source.seek(start)
    return source.read(length)


def _zip_type(head: bytes, directory: bytes, file_name: str) -> str:
    """Look inside: ODF and ASiC declare themselves in the first entry, OOXML by its folders."""
    if head[30:38] == b"mimetype":
        declared = head[38:138].split(b"PK", 1)[0].decode("ascii", "replace").strip()
        for known in (media.ODT, media.ODS, media.ODP, media.ASICE, media.ASICS):
            if declared.startswith(known):
                return known
    names = directory or head
    if b"[Content_Types].xml" in names:
        for folder, media_type in _OOXML_FOLDERS:
            if folder in names:
                return media_type
    if b"META-INF/manifest.xml" in names and b"content.xml" in names:
        return media.ODS if file_name.lower().endswith((".ods", ".ots")) else media.ODT
    if re.search(rb"META-INF/[^/]*signature", names):
        return media.ASICE
    return media.ZIP


def _ole_type(source: BinaryIO, head: bytes) -> str:
    """Look for the stream that only one kind of Office file has."""
    sector = 1 << min(int.from_bytes(head[30:32], "little"), 16)
    source.seek((int.from_bytes(head[48:52], "little") + 1) * sector)
    names = source.read(_HEAD)
    for stream, media_type in _OLE_STREAMS:
        if stream.encode("utf-16-le") + b"\0\0" in names:
            return media_type
    return media.OLE


def _text_type(head: bytes, file_name: str) -> str | None:
    encoding = charset(head) if head else None
    if encoding is None:
        return None
    start = head[:4096].decode(encoding, "replace").lstrip()
    if _is_mail(start):
        return media.EML
    if _HTML.search(start):
        return media.HTML
    if _SVG.search(start):
        return media.SVG
    if start.startswith("<?xml"):
        return media.XML
    return media.CSV if file_name.lower().endswith(".csv") else media.TEXT


def _is_mail(start: str) -> bool:
    head = _MAIL_HEAD.match(start)
    return head is not None and len(_MAIL_NAMES.findall(head[0])) >= _MAIL_SURE


def _magic_type(head: bytes) -> str:
    import puremagic  # noqa: PLC0415 - it reads its list at once, and few files need it

    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return media.UNKNOWN
    # What has a rule of its own above is not taken from a guess by the first bytes.
    ours = {
        media.PDF,
        media.DOC,
        media.HTML,
        media.TEXT,
        media.XML,
        media.SVG,
        media.RTF,
        media.ZIP,
    }
    return next(
        (m.mime_type for m in found if m.mime_type and m.mime_type not in ours), media.UNKNOWN
    )
