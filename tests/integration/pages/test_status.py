"""The administrator's page: what runs, what waits, what failed, and whether all agrees."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from api.state.machine import limit_words, place
from docstore import outbox
from docstore.backup.folder import BackupFolder
from docstore.backup.last import note_backup
from docstore.backup.taking import take
from docstore.backup.watching import Unwatched
from docstore.files.sandbox import limits_in_force
from docstore.language import Words
from docstore.models import OutboxMessage, Person
from docstore.services import clerks, people
from docstore.services.documents import Owner
from tests.integration.pages.browsers import post
from tests.integration.pages.conftest import Council, Site
from tests.visitor import Visitor

PAGE = "/piechowice/stan"


@pytest.fixture
def administrator(site: Site, council: Council) -> Visitor:
    """Return an administrator's browser."""
    return Visitor(site.browser(site.clerk(council, "office", "administrator")))


def parked(site: Site, *, body: str) -> int:
    """Leave a task that was given up; return its id."""
    with site.parts.database.transaction() as session:
        outbox.enqueue(session, "delivery.send", "key", at=site.clock.now(), body=body)
        row = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
        assert row is not None
        row.failed_at, row.last_error, row.attempts = site.clock.now(), "unreachable", 8
        return row.id


class TestWhoMay:
    def test_a_clerk_and_a_councillor_may_not(
        self, site: Site, council: Council, office: Person
    ) -> None:
        for client in (site.browser(office), site.browser(council.member, by="link")):
            assert client.get(PAGE).status_code == 403
            assert post(client, f"{PAGE}/sprawdzenie").status_code == 403
            assert post(client, f"{PAGE}/zadania/1").status_code == 403

    @pytest.mark.usefixtures("council")
    def test_nobody_is_sent_to_the_door(self, site: Site) -> None:
        assert site.client.get(PAGE).status_code == 303


class TestWhatItSays:
    def test_when_the_last_whole_backup_was_taken(
        self, administrator: Visitor, site: Site, tmp_path: Path
    ) -> None:
        assert "nie zrobiono jeszcze całej kopii" in administrator.open(PAGE).text
        parts, folder = site.parts, BackupFolder(tmp_path / "kopie")
        with folder.writing():
            taken = take(parts.database, parts.store, folder, clock=site.clock, watcher=Unwatched())
        note_backup(parts.settings.data_dir, taken)
        assert "ostatnia cała kopia: stan z 20.11.2026 10:00" in administrator.open(PAGE).text
        assert "To ponad dwa dni temu." not in administrator.text
        note = parts.settings.data_dir / "last-backup.json"
        note.write_text(note.read_text().replace("2026-11-20", "2026-11-17", 1))
        assert "To ponad dwa dni temu." in administrator.open(PAGE).text

    def test_that_a_restored_installation_sends_nothing_yet(
        self, administrator: Visitor, site: Site
    ) -> None:
        said = "Zadania wstrzymane"
        assert said not in administrator.open(PAGE).text
        with site.parts.database.transaction() as session:
            outbox.hold(session, {"delivery.send"}, at=site.clock.now())
        assert said in administrator.open(PAGE).text
        assert "wymaga uwagi: Zadania" in administrator.text
        assert "„teczka outbox release”" in administrator.text
        with site.parts.database.transaction() as session:
            outbox.release(session, at=site.clock.now())
        assert said not in administrator.open(PAGE).text

    def test_parts_and_where_they_are(self, administrator: Visitor) -> None:
        page = administrator.open(PAGE)
        for said in (
            "Baza danych działa 20.11.2026 10:00 Odpowiada i przyjmuje zapisy. SQLite, w folderze",
            "Magazyn plików działa",
            "Poczta działa",
            "Miejsce na dysku jest",
            "Porządki jeszcze nie było",
        ):
            assert said in page.text, said
        assert "{data_dir}" not in page.text

    def test_what_is_wrong_what_it_means_and_what_to_do(
        self, site: Site, administrator: Visitor
    ) -> None:
        objects = site.parts.settings.data_dir / "objects"
        objects.rename(objects.with_name("unmounted"))
        page = administrator.open(PAGE)
        assert (
            "Magazyn plików nie odpowiada 20.11.2026 10:00 Plików nie można ani wgrać, ani "
            "otworzyć. Strony i wyszukiwarka działają. Co zrobić: Uruchom magazyn plików albo "
            "przywróć do niego sieć."
        ) in page.text
        assert "nie działa: Magazyn plików" in page.text
        assert "wszystkie części działają" not in page.text

    def test_what_the_system_refused_is_told_in_words(self) -> None:
        for name in limits_in_force():
            assert limit_words(Words(), name) != name

    @pytest.mark.parametrize(
        ("url", "told"),
        [
            ("postgresql://teczka:sekret@db:5432/teczka", "postgresql, db/teczka"),
            ("s3+https://klucz:sekret@s3.example:9000/teczka", "s3+https, s3.example/teczka"),
            ("smtp://biuro:sekret@poczta.example:587", "smtp, poczta.example"),
            ("", ", "),
        ],
    )
    def test_no_password_is_shown(self, url: str, told: str) -> None:
        assert place(url, {}) == told

    def test_how_much_there_is_of_this_council(
        self, site: Site, council: Council, administrator: Visitor
    ) -> None:
        mirsk = site.found("mirsk")
        for _ in range(3):
            site.upload(mirsk, Owner(paper_id=site.paper(mirsk).id), "Cudzy.")
        site.upload(council, Owner(paper_id=site.paper(council).id), "Własny.")
        assert "Dokumenty 1 dokument, 1 wersja" in administrator.open(PAGE).text


class TestTasks:
    def test_what_waits_and_what_was_given_up(
        self, site: Site, council: Council, administrator: Visitor
    ) -> None:
        assert "Nic nie czeka." in administrator.open(PAGE).text
        parked(site, body=council.body.id)
        page = administrator.open(PAGE)
        assert "Odłożone po wielu próbach: 1." in page.text
        assert "wysłanie zawiadomienia" in page.text
        assert "serwer poczty nie odpowiada" in page.text
        assert "wymaga uwagi: Zadania" in page.text

    def test_every_task_has_words(
        self, site: Site, council: Council, administrator: Visitor
    ) -> None:
        with site.parts.database.transaction() as session:
            for topic in site.parts.handlers():
                outbox.enqueue(session, topic, "x", at=site.clock.now(), body=council.body.id)
            failed = update(OutboxMessage).values(failed_at=site.clock.now(), attempts=9)
            session.execute(failed)
        page = administrator.open(PAGE).text
        assert "porządki" in page
        assert [topic for topic in site.parts.handlers() if f" {topic} " in page] == []

    def test_a_task_given_up_goes_back_to_the_queue(
        self, site: Site, council: Council, administrator: Visitor
    ) -> None:
        number = parked(site, body=council.body.id)
        administrator.open(PAGE).send(f"/stan/zadania/{number}")
        assert "Zadanie wróciło do kolejki." in administrator.text
        with site.parts.database.reading() as session:
            row = session.get_one(OutboxMessage, number)
            assert (row.failed_at, row.attempts) == (None, 0)

    def test_another_councils_tasks_are_none_of_its_business(
        self, site: Site, administrator: Visitor
    ) -> None:
        number = parked(site, body=site.found("mirsk").body.id)
        page = administrator.open(PAGE)
        assert "serwer poczty nie odpowiada" not in page.text
        client = site.browser()
        client.cookies.update(administrator.client.cookies)
        assert post(client, f"{PAGE}/zadania/{number}").status_code == 404
        for unknown in ("999999", "nic"):
            assert post(client, f"{PAGE}/zadania/{unknown}").status_code in {404, 422}


class TestCheck:
    def test_it_says_that_all_agrees_and_remembers_when(
        self, site: Site, council: Council, administrator: Visitor
    ) -> None:
        site.upload(council, Owner(paper_id=site.paper(council).id), "Projekt.")
        assert "jeszcze nie sprawdzano" in administrator.open(PAGE).text
        administrator.send("/stan/sprawdzenie")
        assert "Wszystko się zgadza." in administrator.text
        page = administrator.open(PAGE)
        assert "ostatnio wszystko się zgadzało: 20.11.2026 10:00" in page.text

    def test_a_byte_changed_by_hand_is_named(
        self, site: Site, council: Council, administrator: Visitor
    ) -> None:
        administrator.open(PAGE).send("/stan/sprawdzenie")
        site.upload(council, Owner(paper_id=site.paper(council).id), "Projekt.", name="projekt.txt")
        _spoil(site)
        site.clock.move(timedelta(minutes=1))
        administrator.open(PAGE).send("/stan/sprawdzenie")
        assert "Znaleziono niezgodności." in administrator.text
        assert "projekt.txt" in administrator.text
        page = administrator.open(PAGE)
        assert "znalazło niezgodności" in page.text
        assert "Ostatnio wszystko się zgadzało: 20.11.2026 10:00." in page.text

    def test_names_of_another_councils_files_are_not_told(
        self, site: Site, administrator: Visitor
    ) -> None:
        mirsk = site.found("mirsk")
        site.upload(mirsk, Owner(paper_id=site.paper(mirsk).id), "Projekt.", name="cudzy.txt")
        _spoil(site)
        administrator.open(PAGE).send("/stan/sprawdzenie")
        assert "plik innej rady" in administrator.text
        assert "cudzy" not in administrator.text


def _spoil(site: Site) -> None:
    """Change one byte of every stored object, as a failing disk does."""
    for path in (site.parts.settings.data_dir / "objects").rglob("*"):
        if path.is_file():
            data = bytearray(path.read_bytes())
            data[0] ^= 1
            path.chmod(0o600)
            path.write_bytes(data)


def test_a_clerk_of_two_councils_administers_one(site: Site, council: Council) -> None:
    mirsk = site.found("mirsk")
    with site.parts.database.transaction() as session:
        person = people.add_person(
            session, site.acting, body_id=mirsk.body.id, name="Ada", email="ada@b.example"
        )
        for role in ("office", "administrator"):
            clerks.give_duty(session, site.acting, person=person, role=role)
    client = site.browser(person)
    assert client.get("/mirsk/stan").status_code == 200
    assert client.get(f"/{council.body.slug}/stan").status_code == 303
