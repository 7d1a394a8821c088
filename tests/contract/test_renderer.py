"""Every renderer keeps the contract of the seam; LibreOffice fetches and runs nothing."""

import hashlib
import io
import zipfile
from pathlib import Path

# pypdfium2 carries no type information.
import pypdfium2  # type: ignore[import-untyped]
import pytest
from PIL import Image

from docstore.files import media, office
from docstore.files.errors import FileRefused
from docstore.files.inspect import inspect
from docstore.files.office import LibreOfficeRenderer, MemoryRenderer, Renderer, find_libreoffice
from docstore.files.sandbox import limits_in_force
from tests.conftest import missing

RTF = rb"{\rtf1\ansi\ansicpg1250 Za\'bf\'f3\'b3\'e6 g\'ea\'9cl\'b9 ja\'9f\'f1}"
NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("text", "text"), ("draw", "drawing"), ("svg", "svg-compatible"),
        ("script", "script"), ("manifest", "manifest"),
    )
)  # fmt: skip


def an_odt(body: str, *, scripts: str = "", **parts: str) -> bytes:
    names = ["/", "content.xml", *parts]
    listed = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="'
        f'{media.ODT if name == "/" else "text/xml"}"/>'
        for name in names
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("mimetype", media.ODT)
        package.writestr(
            "content.xml",
            f'<office:document-content {NAMES} xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'office:version="1.2">{scripts}<office:body><office:text>{body}</office:text>'
            "</office:body></office:document-content>",
        )
        package.writestr(
            "META-INF/manifest.xml", f"<manifest:manifest {NAMES}>{listed}</manifest:manifest>"
        )
        for name, text in parts.items():
            package.writestr(name, text)
    return stream.getvalue()


def libreoffice(folder: Path) -> LibreOfficeRenderer:
    executable = find_libreoffice()
    if executable is None:
        missing("LibreOffice (package libreoffice-writer-nogui)")
    return LibreOfficeRenderer(executable, work_folder=folder / "office")


@pytest.fixture(params=["memory", "libreoffice"])
def renderer(request: pytest.FixtureRequest, tmp_path: Path) -> Renderer:
    return MemoryRenderer() if request.param == "memory" else libreoffice(tmp_path)


class TestEveryRenderer:
    def test_it_makes_a_whole_pdf(self, renderer: Renderer, tmp_path: Path) -> None:
        source, target = tmp_path / "pismo", tmp_path / "pismo.pdf"
        source.write_bytes(RTF)
        renderer.to_pdf(source, target, media_type=media.RTF)
        facts = inspect(target, "pismo.pdf")
        assert (facts.pages, facts.text_state, facts.mergeable) == (1, "text", True)
        assert source.read_bytes() == RTF

    def test_another_kind_of_file_is_refused(self, renderer: Renderer, tmp_path: Path) -> None:
        source, target = tmp_path / "plik", tmp_path / "plik.pdf"
        source.write_bytes(b"%PDF-1.4")
        assert not renderer.renders(media.PDF)
        with pytest.raises(FileRefused) as refusal:
            renderer.to_pdf(source, target, media_type=media.PDF)
        assert refusal.value.code == "unsupported"
        assert not target.exists()

    def test_what_cannot_be_read_leaves_nothing(self, renderer: Renderer, tmp_path: Path) -> None:
        source, target = tmp_path / "pusty", tmp_path / "pusty.pdf"
        source.touch()
        with pytest.raises(FileRefused) as refusal:
            renderer.to_pdf(source, target, media_type=media.DOC)
        assert refusal.value.code == "broken"
        assert not target.exists()

    def test_it_names_its_tool(self, renderer: Renderer) -> None:
        assert any(char.isdigit() for char in renderer.tool)


class TestLibreOffice:
    @pytest.fixture
    def renderer(self, tmp_path: Path) -> LibreOfficeRenderer:
        return libreoffice(tmp_path)

    def rendered(
        self, renderer: LibreOfficeRenderer, folder: Path, octets: bytes, kind: str
    ) -> str:
        source, target = folder / "zly", folder / "zly.pdf"
        source.write_bytes(octets)
        renderer.to_pdf(source, target, media_type=kind)
        return inspect(target, "zly.pdf").page_texts[0]

    def test_polish_letters_come_through(
        self, renderer: LibreOfficeRenderer, tmp_path: Path
    ) -> None:
        assert self.rendered(renderer, tmp_path, RTF, media.RTF) == "Zażółć gęślą jaźń"

    def test_another_file_is_not_linked_in(
        self, renderer: LibreOfficeRenderer, tmp_path: Path
    ) -> None:
        secret = tmp_path / "secret.txt"
        secret.write_text("TAJNE")
        section = (
            f'<text:section text:name="s"><text:section-source xlink:href="{secret.as_uri()}" '
            'text:filter-name="Text"/><text:p>stare</text:p></text:section>'
        )
        text = self.rendered(
            renderer, tmp_path, an_odt(f"<text:p>przed</text:p>{section}"), media.ODT
        )
        assert text == "przed\nstare"

    def test_a_picture_from_the_disk_is_not_drawn(
        self, renderer: LibreOfficeRenderer, tmp_path: Path
    ) -> None:
        if not limits_in_force()["files"]:
            pytest.skip("this system has no Landlock")
        picture = tmp_path / "secret.png"
        Image.new("RGB", (40, 40), "red").save(picture)
        field = rf'{{\rtf1 a {{\field{{\*\fldinst INCLUDEPICTURE "{picture}"}}{{\fldrslt b}}}}}}'
        self.rendered(renderer, tmp_path, field.encode(), media.RTF)
        pages = pypdfium2.PdfDocument(tmp_path / "zly.pdf")
        kinds = {obj.type for page in pages for obj in page.get_objects()}
        assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE not in kinds

    def test_a_macro_does_not_run(self, renderer: LibreOfficeRenderer, tmp_path: Path) -> None:
        trace = tmp_path / "trace"
        listener = (
            "<office:scripts><office:event-listeners><script:event-listener "
            'script:language="ooo:script" script:event-name="dom:load" xlink:type="simple" '
            'xlink:href="vnd.sun.star.script:Standard.M.Main?language=Basic&amp;location=document"'
            "/></office:event-listeners></office:scripts>"
        )
        library = 'xmlns:library="http://openoffice.org/2000/library"'
        parts = {
            "Basic/script-lc.xml": f'<library:libraries {library}><library:library '
            'library:name="Standard" library:link="false"/></library:libraries>',
            "Basic/Standard/script-lb.xml": f'<library:library {library} library:name="Standard">'
            '<library:element library:name="M"/></library:library>',
            "Basic/Standard/M.xml": '<script:module script:name="M" '
            'xmlns:script="http://openoffice.org/2000/script" '
            'script:language="StarBasic">Sub Main\n'
            f'Open "{trace}" For Output As #1\nClose #1\nEnd Sub</script:module>',
        }  # fmt: skip
        odt = an_odt("<text:p>makro</text:p>", scripts=listener, **parts)
        assert self.rendered(renderer, tmp_path, odt, media.ODT) == "makro"
        assert not trace.exists()

    def test_nothing_of_a_conversion_is_left_behind(
        self, renderer: LibreOfficeRenderer, tmp_path: Path
    ) -> None:
        self.rendered(renderer, tmp_path, RTF, media.RTF)
        assert [path.name for path in (tmp_path / "office").iterdir()] == ["libreoffice.lock"]


def test_what_a_killed_server_left_of_libreoffice_goes_before_the_next_one(tmp_path: Path) -> None:
    dead = tmp_path / "office-dead"
    (dead / "profile").mkdir(parents=True)
    address = (dead / "profile").as_uri().encode("utf-16-le")
    name = "".join(f"{octet:x}" for octet in hashlib.md5(address, usedforsecurity=False).digest())
    socket = Path("/tmp") / f"OSL_PIPE_0_SingleOfficeIPC_{name}"
    socket.touch()
    with office._folder(tmp_path) as folder:
        assert [str(each) for each in tmp_path.iterdir()] == [folder]
    assert not socket.exists()
    assert list(tmp_path.iterdir()) == []
