"""The archive: what an import took in is judged one after another, taken back, and published."""

import json
import re
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import select

from api.importing import ImportReport, import_folder
from docstore.models import ActFact, ArchiveEntry, LedgerEntry, Paper
from docstore.services import archive_judging
from tests.integration.pages.conftest import Site
from tests.integration.pages.office import Clerk, make_colleague, text_of

ACT = """UCHWAŁA NR {number}
RADY MIEJSKIEJ W PIECHOWICACH
z dnia {day}
w sprawie {matter}

Na podstawie art. 18 ustawy z dnia 8 marca 1990 r. o samorządzie gminnym uchwala się, co następuje:
§ 1. Ustala się, co następuje: {matter}.
{more}
"""


def act(number: str, matter: str, day: str = "28 lutego 2018 r.", more: str = "") -> str:
    return ACT.format(number=number, matter=matter, day=day, more=more)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with three acts, of which one repeals another, in folders of any shape."""
    made = tmp_path / "stare"
    (made / "2018" / "luty").mkdir(parents=True)
    (made / "2018" / "luty" / "a.txt").write_text(act("XLV/312/2018", "psów"))
    (made / "b.txt").write_text(
        act("XLV/313/2018", "kotów", more="§ 2. Traci moc uchwała nr XLV/312/2018.")
    )
    (made / "Uchwala XLV-314-2018 o rybach.txt").write_text("Bez nagłówka.")
    return made


@pytest.fixture
def entered(site: Site, clerk: Clerk, folder: Path) -> str:
    """Return the address of the archive, once the folder is in it."""
    take_in(site, clerk, folder)
    return f"{clerk.home}/archiwum"


def take_in(site: Site, clerk: Clerk, folder: Path, *, publishes: bool = False) -> ImportReport:
    report = import_folder(
        site.parts,
        clerk.council.body,
        folder,
        console=Console(file=StringIO()),
        publishes=publishes,
    )
    site.work()
    return report


def rows(site: Site) -> dict[str, tuple[ArchiveEntry, Paper]]:
    """Return the entries with their papers, by the file's name."""
    with site.parts.database.reading() as session:
        found = session.execute(
            select(ArchiveEntry, Paper).join(Paper, Paper.id == ArchiveEntry.paper_id)
        ).all()
    return {row[0].path.rpartition("/")[2]: (row[0], row[1]) for row in found}


def judge(site: Site, clerk: Clerk, name: str, do: str = "confirm", **fields: str) -> str:
    """Judge a file and return what the next page says."""
    entry, _ = rows(site)[name]
    site.clock.move(timedelta(seconds=1))
    return clerk.done(f"{clerk.home}/archiwum/{entry.id}", do=do, **fields)


def typed(page: str) -> dict[str, str]:
    """Return what stands in the fields of the form."""
    title = re.search(r"<textarea[^>]*name=\"title\"[^>]*>\n?([^<]*)<", page)
    fields = {
        name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
        for name in ("number", "adopted_on")
    }
    return {
        **{name: found[1] if found else "" for name, found in fields.items()},
        "title": title[1] if title else "",
    }


class TestTakenIn:
    def test_nothing_is_set_and_nothing_is_public(
        self, site: Site, clerk: Clerk, entered: str
    ) -> None:
        assert "Czekają (3)" in clerk.page(entered)
        for _, paper in rows(site).values():
            assert (paper.number, paper.adopted_on, paper.published_at) == ("", None, None)
        public = text_of(site.browser().get("/piechowice/uchwaly?q=psów"))
        assert "XLV/312/2018" not in public
        assert "Archiwum (3)" in clerk.page(f"{clerk.home}/akty")

    def test_proposals_stand_in_the_fields_with_where_they_were_read(
        self, clerk: Clerk, entered: str
    ) -> None:
        page = clerk.get(entered)
        assert typed(page.text) == {
            "number": "XLV/312/2018",
            "adopted_on": "2018-02-28",
            "title": "w sprawie psów",
        }
        said = text_of(page)
        assert "2018/luty/a.txt" in said
        assert "Z treści, strona 1: „UCHWAŁA NR XLV/312/2018”." in said
        assert "podstawa prawna: art. 18 ustawy" in said

    def test_a_file_without_a_heading_is_proposed_by_its_name(
        self, site: Site, clerk: Clerk, entered: str
    ) -> None:
        entry, _ = rows(site)["Uchwala XLV-314-2018 o rybach.txt"]
        page = clerk.get(f"{entered}?plik={entry.id}")
        assert typed(page.text)["number"] == "XLV/314/2018"
        assert "Z nazwy pliku: „Uchwala XLV-314-2018 o rybach.txt”." in text_of(page)
        assert "Nie znaleziono: wpisz." in text_of(page)

    def test_taken_in_again_it_adds_nothing(
        self, site: Site, clerk: Clerk, entered: str, folder: Path
    ) -> None:
        assert "Czekają (3)" in clerk.page(entered)
        report = take_in(site, clerk, folder)
        assert (report.to_review, report.published) == (3, 0)
        assert len(rows(site)) == 3

    def test_what_a_publishing_import_cannot_publish_waits_here(
        self, site: Site, clerk: Clerk, folder: Path
    ) -> None:
        report = take_in(site, clerk, folder, publishes=True)
        assert report.published == 2
        assert list(rows(site)) == ["Uchwala XLV-314-2018 o rybach.txt"]

    def test_minutes_are_told(self, site: Site, clerk: Clerk, tmp_path: Path) -> None:
        (tmp_path / "p").mkdir()
        (tmp_path / "p" / "Protokół XVIII sesji.txt").write_text("Protokół z XVIII sesji Rady.")
        take_in(site, clerk, tmp_path / "p")
        assert "To wygląda na protokół" in clerk.page(f"{clerk.home}/archiwum")


class TestJudged:
    def test_confirming_goes_on_with_the_next(self, site: Site, clerk: Clerk, entered: str) -> None:
        said = judge(site, clerk, "a.txt", **typed(clerk.get(entered).text))
        assert "Zatwierdzono XLV/312/2018." in said
        assert "Czekają (2)" in said
        assert typed(clerk.get(entered).text)["number"] != "XLV/312/2018"
        _, paper = rows(site)["a.txt"]
        assert (paper.number, paper.adopted_on) == ("XLV/312/2018", date(2018, 2, 28))
        assert paper.published_at is None

    def test_what_was_typed_is_written_and_the_rest_comes_along(
        self, site: Site, clerk: Clerk, entered: str
    ) -> None:
        judge(
            site,
            clerk,
            "b.txt",
            number="XLV/313/18",
            adopted_on="2018-02-27",
            title="o kocie",
        )
        _, paper = rows(site)["b.txt"]
        assert (paper.number, paper.adopted_on) == ("XLV/313/18", date(2018, 2, 27))
        assert paper.title == "o kocie"
        with site.parts.database.reading() as session:
            kinds = session.scalars(
                select(ActFact.kind).where(ActFact.paper_id == paper.id).order_by(ActFact.kind)
            ).all()
        assert list(kinds) == ["basis", "repeals"]
        assert entered

    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({"number": ""}, "To pole trzeba wypełnić."),
            ({"number": "uchwała trzecia"}, "nie wygląda na numer uchwały"),
            ({"adopted_on": "wczoraj"}, "Podaj datę w postaci"),
            ({"adopted_on": ""}, "To pole trzeba wypełnić."),
            ({"title": " "}, "To pole trzeba wypełnić."),
        ],
    )
    def test_what_cannot_be_taken_is_told_and_stays_typed(
        self, site: Site, clerk: Clerk, entered: str, fields: dict[str, str], told: str
    ) -> None:
        entry, _ = rows(site)["a.txt"]
        sent = {"number": "XLV/312/2018", "adopted_on": "2018-02-28", "title": "psy", **fields}
        answer = clerk.post(f"{entered}/{entry.id}", do="confirm", **sent)
        assert answer.status_code == 422
        assert told in text_of(answer)
        assert typed(answer.text)["number"] == sent["number"]
        assert rows(site)["a.txt"][0].state == "waiting"

    def test_a_twin_by_number_or_bytes_is_told_with_a_link(
        self, site: Site, clerk: Clerk, entered: str, tmp_path: Path
    ) -> None:
        (tmp_path / "kopie").mkdir()
        (tmp_path / "kopie" / "c.txt").write_text(act("XLV / 312 / 18", "psów (kopia)"))
        take_in(site, clerk, tmp_path / "kopie")
        paper = site.paper(clerk.council)
        path = f"{clerk.home}/druki/{paper.id}/pliki"
        clerk.drop(path, "projekt.txt", data=act("XLV/312/2018", "psów").encode())
        entry, _ = rows(site)["a.txt"]
        page = clerk.get(f"{entered}?plik={entry.id}")
        said = text_of(page)
        assert "ten sam numer ma już:" in said
        assert "te same bajty ma już:" in said
        assert f"/akty/{rows(site)['c.txt'][1].id}" in page.text
        judge(site, clerk, "c.txt", "aside")
        assert "ten sam numer" not in clerk.page(f"{entered}?plik={entry.id}")

    def test_a_number_taken_is_refused_with_the_other_act(
        self, site: Site, clerk: Clerk, entered: str
    ) -> None:
        judge(site, clerk, "a.txt", **typed(clerk.get(entered).text))
        entry, _ = rows(site)["b.txt"]
        answer = clerk.post(
            f"{entered}/{entry.id}", number="XLV/312/2018", adopted_on="2018-02-28", title="koty"
        )
        assert answer.status_code == 422
        assert "w sprawie psów" in text_of(answer)

    def test_everything_is_taken_back_until_it_is_published(
        self, site: Site, clerk: Clerk, entered: str
    ) -> None:
        before = rows(site)["b.txt"][1].title
        judge(site, clerk, "b.txt", number="XLV/313/18", adopted_on="2018-02-28", title="koty")
        assert "Ostatnio: XLV/313/18 koty · zatwierdzona" in clerk.page(entered)
        judge(site, clerk, "b.txt", "back")
        entry, paper = rows(site)["b.txt"]
        assert entry.state == "waiting"
        assert (paper.number, paper.adopted_on, paper.title) == ("", None, before)
        with site.parts.database.reading() as session:
            assert session.scalars(select(ActFact)).all() == []
        judge(site, clerk, "b.txt", "aside")
        assert "Odłożone (1)" in clerk.page(entered)
        judge(site, clerk, "b.txt", "back")
        judge(site, clerk, "b.txt", number="XLV/313/18", adopted_on="2018-02-28", title="koty")
        clerk.done(f"{entered}/opublikuj")
        entry, paper = rows(site)["b.txt"]
        assert paper.published_at is not None
        assert clerk.post(f"{entered}/{entry.id}", do="back").status_code == 404

    def test_two_clerks_at_once_judge_once(self, site: Site, clerk: Clerk, entered: str) -> None:
        sent = typed(clerk.get(entered).text)
        judge(site, make_colleague(clerk), "a.txt", **sent)
        entry, _ = rows(site)["a.txt"]
        assert clerk.post(f"{entered}/{entry.id}", do="confirm", **sent).status_code == 404

    def test_another_councils_entry_is_not_found(
        self, site: Site, clerk: Clerk, folder: Path
    ) -> None:
        mirsk = site.found("mirsk")
        import_folder(
            site.parts, mirsk.body, folder, console=Console(file=StringIO()), publishes=False
        )
        entry, _ = rows(site)["a.txt"]
        here = f"{clerk.home}/archiwum"
        for do in ("confirm", "aside", "back"):
            assert clerk.post(f"{here}/{entry.id}", do=do, number="I/1/18").status_code == 404
        assert "psów" not in clerk.page(f"{here}?plik={entry.id}")


class TestManyAtOnce:
    def test_the_sure_ones_are_confirmed_together(
        self, site: Site, clerk: Clerk, entered: str
    ) -> None:
        assert "Zatwierdzono 2 uchwały." in clerk.done(f"{entered}/pewne")
        states = {name: entry.state for name, (entry, _) in rows(site).items()}
        assert states == {
            "a.txt": "confirmed",
            "b.txt": "confirmed",
            "Uchwala XLV-314-2018 o rybach.txt": "waiting",
        }
        assert "Żadna z czekających nie jest pewna" in clerk.done(f"{entered}/pewne")

    def test_two_with_one_number_are_never_sure(
        self, site: Site, clerk: Clerk, entered: str, tmp_path: Path
    ) -> None:
        (tmp_path / "kopie").mkdir()
        (tmp_path / "kopie" / "c.txt").write_text(act("XLV/312/2018", "psów (kopia)"))
        take_in(site, clerk, tmp_path / "kopie")
        assert "Zatwierdzono 1 uchwałę." in clerk.done(f"{entered}/pewne")
        assert rows(site)["b.txt"][0].state == "confirmed"

    def test_each_that_is_confirmed_is_in_the_ledger(
        self, site: Site, clerk: Clerk, entered: str
    ) -> None:
        clerk.done(f"{entered}/pewne")
        with site.parts.database.reading() as session:
            kinds = session.scalars(
                select(LedgerEntry.entry).where(LedgerEntry.entry.contains("archive_judged"))
            ).all()
        judged = {json.loads(entry)["paper"] for entry in kinds}
        assert judged == {rows(site)[name][1].id for name in ("a.txt", "b.txt")}

    def test_a_number_read_only_since_is_a_twin_too(
        self, site: Site, clerk: Clerk, entered: str, tmp_path: Path
    ) -> None:
        """As of a scan: what was not read at the import is read by now."""
        (tmp_path / "kopie").mkdir()
        (tmp_path / "kopie" / "c.txt").write_text(act("XLV/312/2018", "psów (kopia)"))
        take_in(site, clerk, tmp_path / "kopie")
        with site.parts.database.transaction() as session:
            for row in session.scalars(select(ArchiveEntry)):
                row.number_key = None if row.path == "c.txt" else row.number_key
        entry, _ = rows(site)["c.txt"]
        assert "ten sam numer ma już:" in clerk.page(f"{entered}?plik={entry.id}")

    def test_a_press_does_no_more_than_others_can_wait_for(
        self, clerk: Clerk, entered: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(archive_judging, "MOST_AT_ONCE", 1)
        for waiting in (2, 1):
            clerk.done(f"{entered}/pewne")
            assert f"Czekają ({waiting})" in clerk.page(entered)
        said = clerk.done(f"{entered}/opublikuj")
        assert "Opublikowano 1 uchwałę. Naciśnij jeszcze raz" in said
        assert "Opublikowano 1 uchwałę." in clerk.done(f"{entered}/opublikuj")

    def test_what_is_published_is_found_and_linked(
        self, site: Site, clerk: Clerk, entered: str
    ) -> None:
        clerk.done(f"{entered}/pewne")
        assert "Opublikowano 2 uchwały." in clerk.done(f"{entered}/opublikuj")
        site.work()
        assert "XLV/313/2018" in text_of(site.browser().get("/piechowice/uchwaly?q=kotów"))
        old = rows(site)["a.txt"][1]
        public = text_of(site.browser().get(f"/piechowice/uchwaly/{old.id}"))
        assert "Uchylona przez nr XLV/313/2018" in public

    def test_personal_data_is_published_for_a_reason_and_a_pesel_never_unseen(
        self, site: Site, clerk: Clerk, tmp_path: Path
    ) -> None:
        made = tmp_path / "dane"
        made.mkdir()
        (made / "tel.txt").write_text(act("I/1/2018", "dyżurów", more="Telefon 601 602 603."))
        (made / "pesel.txt").write_text(act("I/2/2018", "skargi", more="PESEL 44051401359"))
        take_in(site, clerk, made)
        here = f"{clerk.home}/archiwum"
        clerk.done(f"{here}/pewne")
        said = clerk.done(f"{here}/opublikuj")
        assert "Opublikowano 0 uchwał. Do obejrzenia zostaje 2 uchwały" in said
        said = clerk.done(f"{here}/opublikuj", reason="telefony urzędowe")
        assert "Opublikowano 1 uchwałę. Do obejrzenia zostaje 1 uchwała" in said
        assert rows(site)["pesel.txt"][1].published_at is None

    def test_an_import_that_publishes_leaves_what_was_set_aside(
        self, site: Site, clerk: Clerk, entered: str, folder: Path
    ) -> None:
        judge(site, clerk, "a.txt", "aside")
        report = take_in(site, clerk, folder, publishes=True)
        assert rows(site)["a.txt"][1].published_at is None
        assert rows(site)["b.txt"][1].published_at is not None
        assert {row.file: row.reason for row in report.rows}["2018/luty/a.txt"] == "set_aside"
        assert "Odłożone (1)" in clerk.page(entered)
