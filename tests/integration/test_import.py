"""A folder of adopted resolutions taken in, again and again, whatever is in it."""

import csv
import hashlib
import io
import shutil
import threading
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import select, update

from api.importing import ImportReport, Remark, import_folder
from api.searching import public_search
from docstore.errors import StorageUnavailable
from docstore.language import Words
from docstore.models import Document, Paper, PublicationReason, StoredObject, Version
from docstore.objects.seam import object_key
from docstore.services import adoption, taking_in, upkeep
from docstore.services.keeping import keep, spooled
from tests.factories import make_pdf
from tests.integration.conftest import Council
from tests.integration.pages.conftest import Site, make_installation

ACT = """UCHWAŁA NR {number}
RADY MIEJSKIEJ W PIECHOWICACH
z dnia {day}
w sprawie {matter}

§ 1. Ustala się, co następuje: {matter}.
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Return an installation without any council."""
    made = make_installation(tmp_path / "data")
    yield made
    made.parts.close()


@pytest.fixture
def council(site: Site) -> Council:
    """Return a small council in the installation."""
    return site.found()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder to put resolutions in."""
    made = tmp_path / "uchwaly"
    made.mkdir()
    return made


def write(path: Path, *, number: str, matter: str, day: str = "28 lutego 2018 r.") -> None:
    """Write a resolution as a text file."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(ACT.format(number=number, matter=matter, day=day))


def take_in(site: Site, council: Council, folder: Path) -> ImportReport:
    """Import a folder without a word on the screen."""
    return import_folder(site.parts, council.body, folder, console=Console(file=StringIO()))


def found(site: Site, council: Council, text: str) -> list[str]:
    """Return the numbers of the acts that the public finds."""
    answer = public_search(site.parts, council.body, text, limit=10)
    return [hit["number"] for hit in answer["hits"]]


def papers(site: Site) -> list[Paper]:
    """Return every act that came of a file."""
    with site.parts.database.reading() as session:
        return (
            session.query(Paper)
            .join(Document, Document.paper_id == Paper.id)
            .filter(Document.role == "signed_act")
            .order_by(Paper.number)
            .all()
        )


class TestFacts:
    def test_an_act_is_named_by_its_text(self, site: Site, council: Council, folder: Path) -> None:
        write(folder / "skan0001.txt", number="XLV/312/2018", matter="opłaty od posiadania psów")
        report = take_in(site, council, folder)
        assert (report.files, report.published) == (1, 1)
        (paper,) = papers(site)
        assert paper.number == "XLV/312/2018"
        assert str(paper.adopted_on) == "2018-02-28"
        assert found(site, council, "posiadanie psa") == ["XLV/312/2018"]

    def test_a_scan_is_named_by_its_file_and_its_pages_are_counted_as_unread(
        self, site: Site, council: Council, folder: Path
    ) -> None:
        name = "Uchwała nr XLV-314-2018 z dnia 28.02.2018 w sprawie targowiska.pdf"
        (folder / name).write_bytes(_pages_without_text(3))
        report = take_in(site, council, folder)
        assert (report.published, report.unread_pages) == (1, 3)
        (paper,) = papers(site)
        assert "targowiska" in paper.title
        assert paper.number_key
        with site.parts.database.reading() as session:
            assert "nikt nie oglądał" in session.query(PublicationReason).one().reason

    def test_without_a_number_it_waits_in_the_office(
        self, site: Site, council: Council, folder: Path
    ) -> None:
        (folder / "notatka.txt").write_text("Notatka o niczym szczególnym.")
        report = take_in(site, council, folder)
        assert (report.published, report.without_number) == (0, 1)
        assert report.remarks == [Remark("notatka.txt", "no_number")]
        assert found(site, council, "notatka") == []


def _pages_without_text(count: int) -> bytes:
    """Return a PDF that only shows lines, as a scan shows a picture."""
    from fpdf import FPDF  # noqa: PLC0415 - this one file needs a page that is drawn

    document = FPDF()
    for _ in range(count):
        document.add_page()
        document.line(20, 20, 120, 120)
    return bytes(document.output())


class TestHeldBack:
    def test_a_valid_pesel_holds_a_file_back_until_the_office_publishes_it(
        self, site: Site, council: Council, folder: Path
    ) -> None:
        write(folder / "a.txt", number="XLV/312/2018", matter="skargi (PESEL 44051401359)")
        write(folder / "b.txt", number="XLV/313/2018", matter="skargi (PESEL 44051401358)")
        report = take_in(site, council, folder)
        assert (report.published, report.held_back) == (1, 1)
        assert report.remarks == [Remark("a.txt", "pesel")]
        assert found(site, council, "skarga") == ["XLV/313/2018"]
        held = next(paper for paper in papers(site) if not paper.published_at)
        assert held.adopted_on is not None
        with site.parts.database.transaction() as session:
            row = session.get_one(Paper, held.id)
            adoption.set_number(session, row, number="XLV/312/2018", adopted_on=held.adopted_on)
            adoption.publish_act(
                session,
                site.acting,
                body_id=council.body.id,
                paper_id=held.id,
                personal_data_reason="numer zmyślony",
            )
        again = take_in(site, council, folder)
        assert (again.published, again.held_back, again.already_there) == (0, 0, 2)

    def test_a_number_that_is_taken_leaves_the_second_file_to_the_office(
        self, site: Site, council: Council, folder: Path
    ) -> None:
        write(folder / "a.txt", number="LX/1/2024", matter="psów", day="9 maja 2024 r.")
        write(folder / "b.txt", number="LX/1/24", matter="kotów", day="9 maja 2024 r.")
        report = take_in(site, council, folder)
        assert (report.published, report.without_number) == (1, 1)
        assert report.remarks == [Remark("b.txt", "number_taken")]
        waiting = next(paper for paper in papers(site) if not paper.published_at)
        assert (waiting.title, waiting.number) == ("w sprawie kotów", "")


class TestRerun:
    def test_it_adds_nothing(self, site: Site, council: Council, folder: Path) -> None:
        write(folder / "a.txt", number="XLV/312/2018", matter="psów")
        take_in(site, council, folder)
        report = take_in(site, council, folder)
        assert (report.published, report.already_there) == (0, 1)
        assert len(papers(site)) == 1

    def test_files_of_one_name_and_size_are_known_by_their_bytes(
        self, site: Site, council: Council, folder: Path
    ) -> None:
        write(folder / "2018" / "uchwala.txt", number="XLV/312/2018", matter="psów")
        write(folder / "2019" / "uchwala.txt", number="XLV/313/2018", matter="koni")
        shutil.copy(folder / "2018" / "uchwala.txt", folder / "kopia.txt")
        report = take_in(site, council, folder)
        assert (report.files, report.published, report.already_there) == (3, 2, 1)

    def test_an_import_that_was_stopped_goes_on_where_it_ended(
        self, site: Site, council: Council, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for number in range(4):
            write(folder / f"{number}.txt", number=f"XLV/{number + 1}/2018", matter=f"psa {number}")
        store, put = site.parts.store, site.parts.store.put
        calls = iter([True, True, False])

        def puts(*args: object, **named: object) -> None:
            if not next(calls, False):
                raise StorageUnavailable
            put(*args, **named)  # type: ignore[arg-type]  # passed on

        monkeypatch.setattr(store, "put", puts)
        with pytest.raises(StorageUnavailable):
            take_in(site, council, folder)
        assert papers(site) == []  # none of them is half there
        assert found(site, council, "pies") == []
        monkeypatch.undo()
        report = take_in(site, council, folder)
        assert (report.files, report.published) == (4, 4)
        assert len(papers(site)) == 4
        assert len(found(site, council, "pies")) == 4
        assert list(upkeep.damages(site.parts.database, store)) == []

    def test_bytes_that_were_found_damaged_are_put_anew_among_others(
        self, site: Site, council: Council, folder: Path
    ) -> None:
        for number in (1, 2, 3):
            write(folder / f"{number}.txt", number=f"I/{number}/2018", matter=f"sprawy {number}")
        parts, second = site.parts, spooled(folder / "2.txt")
        key = object_key(council.body.id, second.sha256)
        keep(
            parts.database, parts.store, body_id=council.body.id, file=second,
            at=parts.clock.now(),
        )  # fmt: skip
        parts.store.replace(key, io.BytesIO(b"x" * second.size), size=second.size)
        with parts.database.transaction() as session:
            session.execute(update(StoredObject).values(state="damaged"))
        assert take_in(site, council, folder).published == 3
        with parts.store.open(key) as stored:
            assert stored.read() == (folder / "2.txt").read_bytes()
        with parts.database.reading() as session:
            assert set(session.scalars(select(StoredObject.state))) == {"present"}


class TestOddFolders:
    def test_files_of_a_system_are_passed_over_and_empty_ones_are_told_of(
        self, site: Site, council: Council, folder: Path
    ) -> None:
        for name in (".DS_Store", "Thumbs.db", "~$uchwala.docx"):
            (folder / name).write_bytes(b"x")
        (folder / "pusty.pdf").touch()
        report = take_in(site, council, folder)
        assert (report.files, report.failed) == (1, 1)
        assert report.remarks == [Remark("pusty.pdf", "file_empty")]
        assert papers(site) == []

    def test_a_file_that_cannot_be_opened_is_told_of_and_the_others_go_on(
        self, site: Site, council: Council, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(folder / "b.txt", number="XLV/312/2018", matter="psów")
        write(folder / "a.txt", number="XLV/313/2018", matter="kotów")

        def gone(path: Path) -> object:
            if path.name == "a.txt":
                raise PermissionError(path)
            return spooled(path)

        monkeypatch.setattr("api.importing.reading.spooled", gone)
        report = take_in(site, council, folder)
        assert (report.published, report.failed) == (1, 1)
        assert report.remarks == [Remark("a.txt", "unreadable")]


def test_a_running_server_may_read_the_files_meanwhile(
    site: Site, council: Council, folder: Path
) -> None:
    for number in range(6):
        (folder / f"Uchwala XLV-{number + 1}-2018 z dnia 28.02.2018.pdf").write_bytes(
            make_pdf(text=f"ulica {number}", pages=3)
        )
    site.parts.start_workers(1)
    said: list[ImportReport] = []
    thread = threading.Thread(target=lambda: said.append(take_in(site, council, folder)))
    thread.start()
    thread.join(60)
    assert [(r.files, r.published, r.failed) for r in said] == [(6, 6, 0)]
    with site.parts.database.reading() as session:
        assert session.query(Version).count() == 6


class TestReport:
    def test_it_says_of_every_file_what_became_of_it(
        self, site: Site, council: Council, folder: Path
    ) -> None:
        write(folder / "a.txt", number="XLV/312/2018", matter="psów")
        write(folder / "2018" / "b.txt", number="XLV/313/2018", matter="(PESEL 44051401359)")
        shutil.copy(folder / "a.txt", folder / "z.txt")
        (folder / "=pusty.pdf").touch()
        (folder / "Uchwała XLV-314-2018 z dnia 28.02.2018.pdf").write_bytes(_pages_without_text(2))
        report = take_in(site, council, folder)
        table = report.table(Words("pl"), "https://teczka.example/piechowice")
        assert table.startswith(b"\xef\xbb\xbfplik;SHA-256;wynik;numer;")
        rows = {row["plik"]: row for row in csv.DictReader(
            io.StringIO(table.decode("utf-8-sig")), delimiter=";")}  # fmt: skip
        assert len(rows) == report.files == 5
        act = next(paper for paper in papers(site) if paper.number == "XLV/312/2018")
        assert list(rows["a.txt"].values()) == [
            "a.txt", sha256(folder / "a.txt"), "opublikowana", "XLV/312/2018", "28.02.2018",
            "w sprawie psów", "", "0", "", f"https://teczka.example/piechowice/uchwaly/{act.id}",
        ]  # fmt: skip
        held = rows["2018/b.txt"]
        assert (held["wynik"], held["numer"]) == ("zatrzymana w biurze", "XLV/313/2018")
        assert held["powód"].startswith("zawiera numer PESEL")
        assert "/biuro/akty/" in held["adres"]
        assert rows["z.txt"]["powód"] == "ten sam plik jest w folderze jeszcze raz"
        assert rows["'=pusty.pdf"]["wynik"] == "nieprzyjęta"
        scan = rows["Uchwała XLV-314-2018 z dnia 28.02.2018.pdf"]
        assert (scan["strony"], scan["strony bez tekstu"]) == ("2", "2")

    def test_a_rerun_says_which_act_each_file_is(
        self, site: Site, council: Council, folder: Path
    ) -> None:
        write(folder / "a.txt", number="XLV/312/2018", matter="psów")
        take_in(site, council, folder)
        (row,) = take_in(site, council, folder).rows
        assert (row.result, row.number, row.paper_id) == (
            "already_there", "XLV/312/2018", papers(site)[0].id,
        )  # fmt: skip


def sha256(path: Path) -> str:
    """Return the hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_of_two_acts_with_one_number_in_one_batch_the_second_waits(
    site: Site, council: Council, folder: Path
) -> None:
    for number in (1, 2, 2, 3):
        name = f"{number}-{len(list(folder.iterdir()))}.txt"
        write(folder / name, number=f"XLV/{number}/2018", matter=f"psów {name}")
    report = take_in(site, council, folder)
    assert (report.published, report.without_number) == (3, 1)
    assert [remark.code for remark in report.remarks] == ["number_taken"]


def test_a_number_taken_by_the_office_at_that_very_moment_spoils_no_other_file(
    site: Site, council: Council, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_term = {"day": "4 czerwca 2024 r."}
    write(folder / "biuro.txt", number="II/3/2024", matter="psa", **in_term)
    take_in(site, council, folder)
    for number in range(4):
        matter = f"ulicy {number}"
        write(folder / f"{number}.txt", number=f"II/{number + 1}/2024", matter=matter, **in_term)
    # Nobody has it when it is asked for; the record itself refuses it a moment later.
    monkeypatch.setattr(taking_in, "_taken", lambda *_: set())
    report = take_in(site, council, folder)
    assert (report.published, report.without_number, report.already_there) == (3, 1, 1)
    assert report.remarks == [Remark("2.txt", "number_taken")]
    assert [paper.number for paper in papers(site)] == [
        "", "II/1/2024", "II/2/2024", "II/3/2024", "II/4/2024",
    ]  # fmt: skip
