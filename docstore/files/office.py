"""Turns office files into PDF: LibreOffice, confined, one at a time; and a twin for tests."""

import fcntl
import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from docstore.files import media, sandbox
from docstore.files.errors import FileRefused
from docstore.files.left import take_pdf
from docstore.files.sandbox import Limits
from docstore.files.smallest import smallest_pdf


class Renderer(Protocol):
    """Makes a PDF of an office file.

    Contract (tests/contract/test_renderer.py holds every adapter to it):
      * `target` holds a whole PDF afterwards, or nothing and `FileRefused` is raised.
      * The source is not changed, and nothing in it is run, fetched or linked in.
      * A kind of file that `renders` denies is refused as "unsupported".
    """

    @property
    def tool(self) -> str:
        """The tool with its version, as a rendition records it."""
        ...

    def renders(self, media_type: str) -> bool:
        """Tell whether this kind of file can be turned into a PDF."""
        ...

    def to_pdf(self, source: Path, target: Path, *, media_type: str) -> None:
        """Write the PDF of `source` to `target`."""
        ...


@dataclass(frozen=True, slots=True)
class _Import:
    """The one way in which LibreOffice may read a kind of file; it is not left to guess."""

    extension: str
    filter_name: str
    module: str  # the part of LibreOffice that must be installed
    export: str


_WRITER, _CALC = "writer_pdf_Export", "calc_pdf_Export"
_IMPORTS: Mapping[str, _Import] = {
    media.DOCX: _Import(".docx", "MS Word 2007 XML", "libswlo.so", _WRITER),
    media.ODT: _Import(".odt", "writer8", "libswlo.so", _WRITER),
    media.DOC: _Import(".doc", "MS Word 97", "libmswordlo.so", _WRITER),
    media.RTF: _Import(".rtf", "Rich Text Format", "libswlo.so", _WRITER),
    media.XLSX: _Import(".xlsx", "Calc MS Excel 2007 XML", "libsclo.so", _CALC),
    media.ODS: _Import(".ods", "calc8", "libsclo.so", _CALC),
}
_EXPORT_OPTIONS = (
    '{"UseTaggedPDF":{"type":"boolean","value":"true"},'
    '"ExportBookmarks":{"type":"boolean","value":"true"}}'
)
# LibreOffice maps about 1.5 GB before it has read anything.
OFFICE = Limits(
    seconds=300.0, cpu_seconds=120, memory_bytes=6 << 30, file_bytes=1 << 30, answer_bytes=1 << 20
)
_SETTINGS = (
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "int", "3"),
    (
        "org.openoffice.Office.Common/Security/Scripting",
        "DisableMacrosExecution",
        "boolean",
        "true",
    ),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "boolean", "true"),
    (
        "org.openoffice.Office.Common/Security/Scripting",
        "BlockUntrustedRefererLinks",
        "boolean",
        "true",
    ),
    # Links to other files and to the network: 2 is "never" for Writer, 1 for Calc.
    ("org.openoffice.Office.Writer/Content/Update", "Link", "int", "2"),
    ("org.openoffice.Office.Calc/Content/Update", "Link", "short", "1"),
    ("org.openoffice.Office.Common/Misc", "FirstRun", "boolean", "false"),
    ("org.openoffice.Setup/Office", "ooSetupInstCompleted", "boolean", "true"),
)
# What LibreOffice needs beside its own folder and /usr.
_READS = (
    "/etc/fonts", "/etc/libreoffice", "/etc/passwd", "/etc/nsswitch.conf", "/var/cache/fontconfig",
    "/var/lib/libreoffice", "/var/spool/libreoffice", "/proc/mounts", "/proc/filesystems",
)  # fmt: skip
# Where LibreOffice makes the socket by which a second start finds the first; it takes no other.
_SOCKETS = Path("/") / "tmp"
_PLACES = (
    "/usr/bin/soffice",
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
)


def find_libreoffice() -> Path | None:
    """Return LibreOffice's program where it is installed."""
    found = shutil.which("soffice") or next(
        (place for place in _PLACES if Path(place).exists()), None
    )
    return Path(found).resolve() if found else None


class LibreOfficeRenderer:
    """LibreOffice without a screen: a new profile each time, no network, no macros, no links."""

    def __init__(self, executable: Path, *, work_folder: Path, limits: Limits = OFFICE) -> None:
        """Keep profiles, copies and the lock in `work_folder`, the same for all processes."""
        self._executable = executable.resolve()  # what it needs stands beside it, not beside a link
        self._work_folder = work_folder.resolve()
        self._limits = limits

    @property
    def tool(self) -> str:
        """LibreOffice with its version, from the file that it starts with."""
        start = self._executable.with_name("bootstraprc")
        lines = start.read_text(errors="replace").splitlines() if start.exists() else []
        keys = (line.partition("=")[2] for line in lines if line.startswith("ProductKey="))
        return next(keys, "LibreOffice")

    def renders(self, media_type: str) -> bool:
        """Tell whether the part of LibreOffice that reads this kind of file is installed."""
        known = _IMPORTS.get(media_type)
        return known is not None and self._executable.with_name(known.module).exists()

    def to_pdf(self, source: Path, target: Path, *, media_type: str) -> None:
        """Write the PDF of `source` to `target`, after those who came before."""
        if not self.renders(media_type):
            raise FileRefused("unsupported", media_type)
        if source.stat().st_size == 0:
            raise FileRefused("broken", "empty")  # LibreOffice would make an empty page of it
        known = _IMPORTS[media_type]
        self._work_folder.mkdir(parents=True, exist_ok=True)
        with _turn(self._work_folder / "libreoffice.lock"), _folder(self._work_folder) as name:
            folder = Path(name)
            copy = folder / f"source{known.extension}"
            shutil.copyfile(source, copy)
            _write_profile(folder / "profile")
            try:
                sandbox.run_program(
                    self._command(copy, known), folder=folder, limits=self._limits,
                    reads=self._reads(), sockets=[_SOCKETS],
                )  # fmt: skip
            finally:
                _sweep_socket(folder / "profile")
            take_pdf(folder / "out" / "source.pdf", target)

    def _reads(self) -> list[Path]:
        return [self._executable.parents[1], *map(Path, _READS)]

    def _command(self, source: Path, known: _Import) -> list[str]:
        folder = source.parent
        return [
            str(self._executable),
            "--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            f"--infilter={known.filter_name}",
            "--convert-to", f"pdf:{known.export}:{_EXPORT_OPTIONS}",
            "--outdir", str(folder / "out"),
            str(source),
        ]  # fmt: skip


class MemoryRenderer:
    """A renderer without LibreOffice, for tests: one page that says which kind of file it was."""

    tool = "MemoryRenderer 1"

    def renders(self, media_type: str) -> bool:
        """Tell whether LibreOffice would turn this kind of file into a PDF."""
        return media_type in _IMPORTS

    def to_pdf(self, source: Path, target: Path, *, media_type: str) -> None:
        """Write a PDF of one page."""
        if not self.renders(media_type):
            raise FileRefused("unsupported", media_type)
        if source.stat().st_size == 0:
            raise FileRefused("broken", "empty")
        target.write_bytes(
            smallest_pdf(f"{_IMPORTS[media_type].extension[1:]} {source.stat().st_size}")
        )


@contextmanager
def _turn(lock: Path) -> Iterator[None]:
    """Wait for one's turn; a process that dies gives its turn back."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


@contextmanager
def _folder(work_folder: Path) -> Iterator[str]:
    """Lend a folder of one's own; those that are there already are of the dead, as it is our turn.

    The sockets go with them, which no system removes before it is started again.
    """
    for dead in work_folder.glob("office-*"):
        _sweep_socket(dead / "profile")
        shutil.rmtree(dead, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=work_folder, prefix="office-") as name:
        yield name


def _write_profile(profile: Path) -> None:
    """Write the settings of a new profile; a document cannot change them."""
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse" oor:type="xs:{kind}">'
        f"<value>{value}</value></prop></item>"
        for path, name, kind, value in _SETTINGS
    )
    user = profile / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items '
        'xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{items}</oor:items>'
    )


def _sweep_socket(profile: Path) -> None:
    """Remove the socket that LibreOffice was killed too early, or not allowed, to remove.

    Its name holds the MD5 of the profile's address, as LibreOffice writes it.
    """
    digest = hashlib.md5(profile.as_uri().encode("utf-16-le"), usedforsecurity=False).digest()
    name = "".join(f"{octet:x}" for octet in digest)
    for socket in _SOCKETS.glob(f"OSL_PIPE_*_SingleOfficeIPC_{name}"):
        socket.unlink(missing_ok=True)
