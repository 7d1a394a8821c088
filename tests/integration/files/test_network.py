"""No file makes anything call out: a listener waits where hostile files point, and hears nothing.

Beside each test that hears nothing stands one that shows the same thing is heard without the
confinement.
"""

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from docstore.files import media, sandbox
from docstore.files.detect import detect
from docstore.files.errors import FileRefused
from docstore.files.inspect import inspect
from docstore.files.office import LibreOfficeRenderer, find_libreoffice
from tests import hard
from tests.conftest import missing
from tests.integration.files import hostile_jobs
from tests.listener import Listener, listening

ODF = "urn:oasis:names:tc:opendocument:xmlns"
CONTENT = f"""<?xml version="1.0"?>
<office:document-content xmlns:office="{ODF}:office:1.0" xmlns:text="{ODF}:text:1.0"
 xmlns:draw="{ODF}:drawing:1.0" xmlns:svg="{ODF}:svg-compatible:1.0"
 xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2"><office:body><office:text>
<text:p>Tekst<draw:frame text:anchor-type="as-char" svg:width="5cm" svg:height="5cm">
<draw:image xlink:href="URL/obraz.png" xlink:type="simple" xlink:show="embed"
 xlink:actuate="onLoad"/></draw:frame></text:p>
<text:section text:name="s"><text:section-source xlink:href="URL/sekcja.odt"/><text:p/>
</text:section></office:text></office:body></office:document-content>"""
MANIFEST = """<?xml version="1.0"?>
<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" m:version="1.2">
<m:file-entry m:full-path="/" m:media-type="application/vnd.oasis.opendocument.text"/>
<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>"""
HTML = """<!DOCTYPE html SYSTEM "URL/typ.dtd"><html><head><link rel="stylesheet" href="URL/a.css">
<base href="URL/"></head><body><img src="URL/a.png"><iframe src="URL/"></iframe>tekst</body></html>
"""
# Where an office file says what it links to, not what its elements are called.
_ADDRESS = re.compile(rb'(xlink:href="|Target="|HYPERLINK (?:"|&quot;))https?://[^/"&]+')
_CONNECT = "import socket; socket.create_connection(('127.0.0.1', {port}), 5)"


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Return a listener on the loopback interface."""
    with listening() as made:
        yield made


@pytest.fixture
def renderer(tmp_path: Path) -> LibreOfficeRenderer:
    """Return LibreOffice as the product starts it."""
    found = find_libreoffice()
    if found is None:
        missing("LibreOffice")
    return LibreOfficeRenderer(found, work_folder=tmp_path / "work")


def linked(path: Path, url: str) -> Path:
    """Write a text whose picture and whose section are somewhere else."""
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", media.ODT)
        package.writestr("content.xml", CONTENT.replace("URL", url))
        package.writestr("META-INF/manifest.xml", MANIFEST)
    return path


class TestReaders:
    def test_a_connection_past_python_is_heard_outside(self, listener: Listener) -> None:
        assert hostile_jobs.connect_natively(listener.port) == 0
        assert len(listener.visitors()) == 1

    def test_a_connection_past_python_fails_inside(self, listener: Listener) -> None:
        job = "tests.integration.files.hostile_jobs:connect_natively"
        assert sandbox.run(job, {"port": listener.port}) != 0
        assert listener.visitors() == []

    def test_where_no_network_of_our_own_is_given_landlock_stops_tcp(
        self, listener: Listener
    ) -> None:
        said = subprocess.run(
            [sys.executable, "-c", LANDLOCKED.format(port=listener.port)],
            capture_output=True, text=True, check=True,
        ).stdout.split()  # fmt: skip
        if said == ["old"]:
            pytest.skip("this Linux has no Landlock for TCP (6.7)")
        assert said == ["13"]  # EACCES
        assert listener.visitors() == []

    def test_a_file_that_names_addresses_is_read_without_them(
        self, listener: Listener, tmp_path: Path
    ) -> None:
        page = tmp_path / "strona.html"
        page.write_text(HTML.replace("URL", listener.url))
        text = linked(tmp_path / "tekst.odt", listener.url)
        for path in (page, text):
            assert "ekst" in inspect(path, path.name).page_texts[0]
        assert listener.visitors() == []


# Only the files are locked away here, as where a namespace is refused.
LANDLOCKED = """
from docstore.files import confine
from tests.integration.files import hostile_jobs
import ctypes
version = ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1)
if version < 4:
    print("old")
else:
    assert confine._leave_files([], [], [])
    print(hostile_jobs.connect_natively({port}))
"""


class TestPrograms:
    def test_a_program_is_heard_outside(self, listener: Listener) -> None:
        program = [sys.executable, "-c", _CONNECT.format(port=listener.port)]
        subprocess.run(program, check=True)
        assert len(listener.visitors()) == 1

    def test_a_program_reaches_nobody_inside(self, listener: Listener, tmp_path: Path) -> None:
        program = [sys.executable, "-c", _CONNECT.format(port=listener.port)]
        reads = [Path(sys.base_prefix), Path(sys.prefix)]
        sandbox.run_program(
            [sys.executable, "-c", "pass"], folder=tmp_path, limits=sandbox.DEFAULT, reads=reads
        )
        with pytest.raises(FileRefused):
            sandbox.run_program(program, folder=tmp_path, limits=sandbox.DEFAULT, reads=reads)
        assert listener.visitors() == []


class TestLibreOffice:
    def test_left_to_itself_it_fetches_what_a_file_links(
        self, listener: Listener, renderer: LibreOfficeRenderer, tmp_path: Path
    ) -> None:
        linked(tmp_path / "source.odt", listener.url)
        subprocess.run(
            [
                renderer._executable, "--headless", "--convert-to", "pdf",
                f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
                "--outdir", tmp_path, tmp_path / "source.odt",
            ],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        assert any(b"/obraz.png" in said for said in listener.visitors())

    def test_as_we_start_it_it_fetches_nothing(
        self, listener: Listener, renderer: LibreOfficeRenderer, tmp_path: Path
    ) -> None:
        source = linked(tmp_path / "tekst.odt", listener.url)
        renderer.to_pdf(source, tmp_path / "out.pdf", media_type=media.ODT)
        assert inspect(tmp_path / "out.pdf", "out.pdf").page_texts[0].startswith("Tekst")
        assert listener.visitors() == []

    @pytest.mark.data
    def test_hard_files_that_point_elsewhere_are_pointed_here_and_fetch_nothing(
        self, listener: Listener, renderer: LibreOfficeRenderer, tmp_path: Path, shared_data: Path
    ) -> None:
        pointed = 0
        for row in hard.rows(shared_data):
            source = shared_data.parent / row["file"]
            kind = detect(source, source.name)
            if not renderer.renders(kind):
                continue
            twin = tmp_path / source.name
            if not redirected(source, twin, listener.url.encode()):
                continue
            pointed += 1
            inspect(twin, twin.name)
            renderer.to_pdf(twin, tmp_path / "out.pdf", media_type=kind)
        assert pointed == 5
        assert listener.visitors() == []


def redirected(source: Path, twin: Path, url: bytes) -> bool:
    """Write a twin of a file whose addresses all lead to one place; tell whether it has any."""
    if not zipfile.is_zipfile(source):
        changed, count = _ADDRESS.subn(rb"\1" + url, source.read_bytes())
        twin.write_bytes(changed)
        return bool(count)
    total = 0
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(twin, "w") as after:
        for entry in before.infolist():
            octets = before.read(entry)
            if entry.filename.endswith((".xml", ".rels", ".html", ".htm")):
                octets, count = _ADDRESS.subn(rb"\1" + url, octets)
                total += count
            after.writestr(entry.filename, octets)
    return bool(total)
