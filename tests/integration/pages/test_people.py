"""The people of a council as the office works with them: lists, rosters, seats, clerks."""

import re
from io import BytesIO

import pytest
from PIL import Image
from starlette.testclient import TestClient

from delivery.channels.mailbox import MailboxMailer
from docstore.models import Body, Person
from docstore.services import bodies, clerks, organizations, passwords, people
from tests.integration.pages.browsers import DOOR, PASSWORD, make_link, post, press
from tests.integration.pages.conftest import Council, Site
from tests.visitor import Visitor

HOME = "/piechowice/biuro"
PASTED = """Imię i nazwisko\tE-mail\tRola
Anna Kowalczyk\tanna.kowalczyk@rada.example\tprzewodnicząca
Piotr Wiśniewski\tpiotr@rada.example\tradny
Bez Adresu\t\tradny
Zła Rola\tzla@rada.example\tkrólowa
Zły Adres\tzly@\tradny
Ewa Burmistrz\tewa@rada.example\tburmistrz
"""

pytestmark = pytest.mark.usefixtures("council")


@pytest.fixture
def clerk_(site: Site, office: Person) -> Visitor:
    """Return a clerk's browser."""
    return Visitor(site.browser(office))


@pytest.fixture
def administrator(site: Site, council: Council) -> Visitor:
    """Return an administrator's browser."""
    with site.parts.database.transaction() as session:
        person = people.add_person(
            session, site.acting, body_id=council.body.id, name="Ada", email="ada@b.example"
        )
        for role in ("administrator", "office"):
            clerks.give_duty(session, site.acting, person=person, role=role)
    return Visitor(site.browser(person))


def browser_of(visitor: Visitor) -> TestClient:
    """Return the browser itself, for what no page would send."""
    assert isinstance(visitor.client, TestClient)
    return visitor.client


def listed(site: Site, council: Council) -> dict[str, str]:
    """Return everybody's names with their addresses."""
    with site.parts.database.reading() as session:
        return {
            row.person.name: row.person.email for row in people.listed(session, council.body.id)
        }


class TestFirstSteps:
    def test_a_term_is_added_once(self, site: Site) -> None:
        with site.parts.database.transaction() as session:
            body = bodies.add_body(
                session,
                site.acting,
                bodies.BodyDetails(name="Rada Gminy Nowa", slug="nowa-gmina"),
            )
            person = people.add_person(
                session, site.acting, body_id=body.id, name="Ola", email="ola@n.example"
            )
            clerks.give_duty(session, site.acting, person=person, role="office")
        visitor = Visitor(site.browser(person)).open("/nowa-gmina/pierwsze-kroki")
        visitor.send("/pierwsze-kroki/kadencja", {"starts_on": "za rok"})
        assert visitor.status == 422
        assert "Podaj datę w postaci 26.11.2026." in visitor.text
        visitor.send(
            "/pierwsze-kroki/kadencja", {"starts_on": "2024-05-07", "ends_on": "2024-05-01"}
        )
        assert "Koniec musi być później niż początek." in visitor.text
        for number in ("0", "100", "-1", "IX", "²", "9" * 40):
            visitor.send(
                "/pierwsze-kroki/kadencja",
                {"number": number, "starts_on": "2024-05-07", "ends_on": ""},
            )
            assert visitor.status == 422, number
        visitor.send(
            "/pierwsze-kroki/kadencja", {"number": "9", "starts_on": "2024-05-07", "ends_on": ""}
        )
        assert "Kadencja 9 od 7 maja 2024." in visitor.text
        again = post(
            browser_of(visitor),
            "/nowa-gmina/pierwsze-kroki/kadencja",
            number="9",
            starts_on="2024-05-07",
        )
        assert again.status_code == 422

    def test_a_test_mail_says_that_it_went(
        self, site: Site, clerk_: Visitor, office: Person
    ) -> None:
        clerk_.open("/piechowice/pierwsze-kroki").send("/pierwsze-kroki/poczta")
        assert (
            f"Serwer poczty przyjął wiadomość próbną na adres {office.email}. Sprawdź, czy doszła."
            in clerk_.text
        )
        mailer = site.parts.mailer
        assert isinstance(mailer, MailboxMailer)
        assert [letter.to_address for letter in mailer.list()] == [office.email]
        assert "Serwer poczty przyjął ostatnią: 20.11.2026 10:00." in clerk_.text
        assert "wyślij próbną wiadomość" not in clerk_.text

    def test_a_test_mail_says_what_is_wrong(self, site: Site, clerk_: Visitor) -> None:
        folder = site.parts.settings.data_dir
        (folder / "mailbox").write_text("a file where the mailbox should be")
        clerk_.open("/piechowice/pierwsze-kroki").send("/pierwsze-kroki/poczta")
        assert "Poczta nie działa: nie można zapisać do skrzynki na dysku." in clerk_.text
        assert "Zawiadomienia będą czekać, nic nie zginie." in clerk_.text
        assert "wyślij próbną wiadomość" in clerk_.text


class TestRoster:
    def test_it_is_shown_before_it_is_taken(
        self, site: Site, council: Council, clerk_: Visitor
    ) -> None:
        before = listed(site, council)
        clerk_.open(f"{HOME}/osoby/wklej").send("/osoby/wklej", {"text": PASTED})
        assert clerk_.status == 200
        assert "Tak to rozumiemy" in clerk_.text
        assert "Dodaj 4 osoby" in clerk_.text
        assert listed(site, council) == before

    def test_errors_are_told_by_row(self, clerk_: Visitor) -> None:
        clerk_.open(f"{HOME}/osoby/wklej").send("/osoby/wklej", {"text": PASTED})
        assert "Wiersz 5: nieznana rola „królowa”." in clerk_.text
        assert "Wiersz 6: „zly@” nie jest adresem e-mail." in clerk_.text
        assert "Wiersz 4: Bez Adresu nie ma adresu e-mail i nie dostanie" in clerk_.text

    def test_nothing_typed_is_lost(self, clerk_: Visitor) -> None:
        clerk_.open(f"{HOME}/osoby/wklej").send("/osoby/wklej", {"text": PASTED})
        assert clerk_.form("/osoby/wklej").fields["text"].strip() == PASTED.strip()

    def test_the_good_rows_are_taken_and_the_others_counted(
        self, site: Site, council: Council, clerk_: Visitor
    ) -> None:
        clerk_.open(f"{HOME}/osoby/wklej").send("/osoby/wklej", {"text": PASTED, "zapisz": "tak"})
        assert "Dodano: 4 osoby." in clerk_.text
        assert "Na liście zostały tylko wiersze do poprawy." in clerk_.text
        left = clerk_.form("/osoby/wklej").fields["text"]
        assert "Zła Rola" in left
        assert "Piotr Wiśniewski" not in left
        found = listed(site, council)
        assert found["Piotr Wiśniewski"] == "piotr@rada.example"
        assert "Zła Rola" not in found
        assert "gość: burmistrz" in clerk_.open(f"{HOME}/osoby").text

    def test_who_is_there_already_stays_as_they_are(
        self, site: Site, council: Council, clerk_: Visitor
    ) -> None:
        for _ in range(2):
            clerk_.open(f"{HOME}/osoby/wklej")
            clerk_.send("/osoby/wklej", {"text": PASTED, "zapisz": "tak"})
        assert "Dodano: 0 osób." in clerk_.text
        assert "Były już wcześniej: Anna Kowalczyk, Piotr Wiśniewski" in clerk_.text
        names = [name for name in listed(site, council) if name == "Piotr Wiśniewski"]
        assert len(names) == 1

    def test_many_who_are_there_already_are_counted(self, clerk_: Visitor) -> None:
        text = "\n".join(f"Radna Numer{n}\tr{n}@rada.example\tradna" for n in range(300))
        for _ in range(2):
            clerk_.open(f"{HOME}/osoby/wklej").send("/osoby/wklej", {"text": text, "zapisz": "tak"})
        assert "Było już wcześniej: 300 osób." in clerk_.text

    @pytest.mark.parametrize("text", ["", "   \n\t\n", "\0", "\N{RIGHT-TO-LEFT OVERRIDE}"])
    def test_a_paste_of_nobody_is_told(self, clerk_: Visitor, text: str) -> None:
        clerk_.open(f"{HOME}/osoby/wklej").send("/osoby/wklej", {"text": text, "zapisz": "tak"})
        assert clerk_.status == 422


class TestAPerson:
    def test_a_name_and_an_address_change(self, council: Council, clerk_: Visitor) -> None:
        clerk_.open(f"{HOME}/osoby/{council.member.id}")
        clerk_.send(
            f"/osoby/{council.member.id}", {"name": " Anna  Nowa ", "email": "Nowa@Rada.Example"}
        )
        assert "Zapisano." in clerk_.text
        assert "Anna Nowa" in clerk_.text
        assert "nowa@rada.example" in clerk_.text

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("email", "nie adres", "To nie wygląda na adres e-mail."),
            ("name", " ", "To pole trzeba wypełnić."),
            ("name", "A" * 201, "To pole może mieć najwyżej 200 znaków."),
        ],
    )
    def test_a_refused_change_is_shown_again(
        self, council: Council, clerk_: Visitor, field: str, value: str, sentence: str
    ) -> None:
        clerk_.open(f"{HOME}/osoby/{council.member.id}")
        clerk_.send(f"/osoby/{council.member.id}", {field: value})
        assert clerk_.status == 422
        assert sentence in clerk_.text
        form = clerk_.form(f"/osoby/{council.member.id}")
        assert form.fields[field] == value

    def test_links_that_went_to_the_address_before_end(
        self, site: Site, council: Council, clerk_: Visitor
    ) -> None:
        link = make_link(site, council.member)
        page = f"/osoby/{council.member.id}"
        clerk_.open(f"{HOME}{page}").send(page, {"name": "Anna Żółć"})
        assert site.browser().get(link).status_code == 200, "a name is no address"
        clerk_.open(f"{HOME}{page}").send(page, {"email": "inna@rada.example"})
        assert site.browser().get(link).status_code == 410

    def test_a_lost_tablet_is_signed_out(
        self, site: Site, council: Council, clerk_: Visitor
    ) -> None:
        tablet, link = site.browser(council.member, by="link"), make_link(site, council.member)
        clerk_.open(f"{HOME}/osoby/{council.member.id}")
        assert "Firefox, Linux" in clerk_.text
        clerk_.send(f"/osoby/{council.member.id}/wyloguj")
        assert "Wylogowano wszystkie urządzenia tej osoby." in clerk_.text
        assert tablet.get("/piechowice/moje").status_code == 303
        assert press(site, link).headers["location"] == link
        again = make_link(site, council.member)
        assert press(site, again).headers["location"] == "/piechowice/moje"

    def test_a_seat_is_given_changed_and_ended(
        self, site: Site, council: Council, clerk_: Visitor
    ) -> None:
        clerk_.open(f"{HOME}/osoby").send("/komisje", {"committee": "Komisja Rewizyjna"})
        assert "Dodano komisję." in clerk_.text
        with site.parts.database.reading() as session:
            committee = organizations.organizations(session, council.body.id)[1]
        page = f"/osoby/{council.guest.id}"
        for role, word in (("member", "członkostwo"), ("chair", "przewodnictwo")):
            clerk_.open(f"{HOME}{page}")
            clerk_.send(f"{page}/miejsce", {"organization": committee.id, "role": role})
            assert f"Komisja Rewizyjna {word}" in clerk_.text
        (ending,) = (action for action in _actions(clerk_) if "/koniec" in action)
        clerk_.send(ending)
        assert "Miejsce zakończono." in clerk_.text
        clerk_.send(f"{page}/miejsce", {"organization": committee.id, "role": "member"})
        assert "Komisja Rewizyjna członkostwo" in clerk_.text, "given again the same day"

    def test_a_committee_of_the_same_name_is_refused(self, clerk_: Visitor) -> None:
        for _ in range(2):
            clerk_.open(f"{HOME}/osoby").send("/komisje", {"committee": "Komisja Rewizyjna"})
        assert clerk_.status == 422
        assert "Taka nazwa lub taki numer już jest." in clerk_.text
        assert clerk_.form("/komisje").fields["committee"] == "Komisja Rewizyjna"

    def test_leaving_is_asked_twice(self, site: Site, council: Council, clerk_: Visitor) -> None:
        tablet = site.browser(council.member, by="link")
        answer = post(
            browser_of(clerk_),
            f"{HOME}/osoby/{council.member.id}/odejscie",
        )
        assert "Zapisać odejście?" in answer.text
        assert tablet.get("/piechowice/moje").status_code == 200
        clerk_.open(f"{HOME}/osoby/{council.member.id}")
        post(
            browser_of(clerk_),
            f"{HOME}/osoby/{council.member.id}/odejscie",
            confirmed="yes",
        )
        assert tablet.get("/piechowice/moje").status_code == 303
        assert "Dawniej (1)" in clerk_.open(f"{HOME}/osoby").text

    def test_a_stranger_has_no_page_here(self, site: Site, clerk_: Visitor) -> None:
        mirsk = site.found("mirsk")
        client = browser_of(clerk_)
        page = f"{HOME}/osoby/{mirsk.member.id}"
        assert client.get(page).status_code == 404
        for verb in ("", "/miejsce", "/wyloguj", "/odejscie"):
            assert post(client, f"{page}{verb}", name="A", email="").status_code == 404
        with site.parts.database.reading() as session:
            assert session.get_one(Person, mirsk.member.id).name == "Anna Żółć"


def _actions(visitor: Visitor) -> list[str]:
    assert visitor.page is not None
    return [str(form.get("action")) for form in visitor.page.forms]


TYPED = {
    "clerk_name": "Olga Nowa",
    "clerk_email": "olga@b.example",
    "clerk_password": PASSWORD,
    "clerk_role": "office",
}


class TestClerks:
    def test_an_administrator_adds_one_who_can_sign_in(
        self, site: Site, administrator: Visitor
    ) -> None:
        administrator.open(f"{HOME}/osoby").send("/pracownicy", TYPED)
        assert "Dodano osobę z biura." in administrator.text
        answer = post(site.browser(), DOOR, email="olga@b.example", password=PASSWORD)
        assert answer.status_code == 303

    def test_a_clerk_may_not(self, clerk_: Visitor) -> None:
        clerk_.open(f"{HOME}/osoby")
        assert "Pracownicy biura" not in clerk_.text
        client = browser_of(clerk_)
        assert post(client, f"{HOME}/pracownicy", **TYPED).status_code == 403

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("clerk_name", " ", "To pole trzeba wypełnić."),
            ("clerk_email", "olga", "To nie wygląda na adres e-mail."),
            ("clerk_email", "ada@b.example", "Dodano"),
            ("clerk_password", "krótkie", "Hasło musi mieć co najmniej 12 znaków."),
            ("clerk_role", "król", "Wybierz jedną z możliwości."),
        ],
    )
    def test_a_refused_form_is_shown_again(
        self, administrator: Visitor, field: str, value: str, sentence: str
    ) -> None:
        typed = {**TYPED, field: value}
        administrator.open(f"{HOME}/osoby").send("/pracownicy", typed)
        assert sentence in administrator.text
        if administrator.status == 422:
            assert administrator.form("/pracownicy").fields["clerk_email"] == typed["clerk_email"]

    def test_a_guest_who_works_for_the_office_stays_one_person(
        self, site: Site, council: Council, administrator: Visitor
    ) -> None:
        before = len(listed(site, council))
        typed = {**TYPED, "clerk_email": council.member.email}
        administrator.open(f"{HOME}/osoby").send("/pracownicy", typed)
        assert len(listed(site, council)) == before
        answer = post(site.browser(), DOOR, email=council.member.email, password=PASSWORD)
        assert answer.status_code == 303

    def test_a_clerk_does_not_change_another(
        self, site: Site, council: Council, clerk_: Visitor, administrator: Visitor
    ) -> None:
        del administrator
        with site.parts.database.reading() as session:
            other = people.with_address(session, body_id=council.body.id, email="ada@b.example")[0]
        client = browser_of(clerk_)
        page = f"{HOME}/osoby/{other.id}"
        assert "Dane osób z biura zmienia administrator." in client.get(page).text
        for verb in ("", "/wyloguj", "/odejscie", "/haslo"):
            fields = {"name": "A", "email": "a@b.example", "confirmed": "yes", "nowe": PASSWORD}
            assert post(client, f"{page}{verb}", **fields).status_code == 403, verb

    def test_a_clerk_who_forgot_the_password_gets_another(
        self, site: Site, office: Person, administrator: Visitor
    ) -> None:
        signed_in = site.browser(office)
        administrator.open(f"{HOME}/osoby/{office.id}")
        administrator.send(f"/osoby/{office.id}/haslo", {"nowe": "krótkie"})
        assert administrator.status == 422
        administrator.send(f"/osoby/{office.id}/haslo", {"nowe": "zupełnie inne hasło"})
        assert "Hasło zmieniono." in administrator.text
        assert signed_in.get(f"{HOME}/osoby").status_code == 303
        answer = post(site.browser(), DOOR, email=office.email, password="zupełnie inne hasło")
        assert answer.status_code == 303

    def test_a_councillor_is_given_no_password(
        self, council: Council, administrator: Visitor
    ) -> None:
        client = browser_of(administrator)
        page = f"{HOME}/osoby/{council.member.id}/haslo"
        assert post(client, page, nowe=PASSWORD).status_code == 403

    def test_the_last_administrator_stays(
        self, site: Site, council: Council, administrator: Visitor
    ) -> None:
        with site.parts.database.reading() as session:
            ada = people.with_address(session, body_id=council.body.id, email="ada@b.example")[0]
        client = browser_of(administrator)
        answer = post(client, f"{HOME}/osoby/{ada.id}/odejscie", confirmed="yes")
        assert answer.headers["location"] == f"{HOME}/osoby/{ada.id}"
        assert "To jedyny administrator." in administrator.open(answer.headers["location"]).text
        with site.parts.database.transaction() as session:
            clerks.add(
                session,
                site.acting,
                body_id=council.body.id,
                name="Drugi",
                email="drugi@b.example",
                role="administrator",
                password_hash=passwords.hashed(PASSWORD),
            )
        answer = post(client, f"{HOME}/osoby/{ada.id}/odejscie", confirmed="yes")
        assert answer.headers["location"] == f"{HOME}/osoby"


class TestTheCouncil:
    def test_its_details_change_as_a_whole_or_not_at_all(
        self, site: Site, council: Council, clerk_: Visitor
    ) -> None:
        for path, marked in (("/osoby", f"{HOME}/osoby"), ("", HOME), ("/rada", "")):
            page = clerk_.client.get(f"{HOME}{path}").text
            links = re.findall(r'<li><a href="([^"]+)" aria-current="page"', page)
            assert links == [marked] * bool(marked), path
        clerk_.open(f"{HOME}/rada")
        clerk_.send("/biuro/rada", {"name": "Rada Nowa", "colour": "url(evil)"})
        assert clerk_.status == 422
        assert "Podaj kolor w postaci #7a1f2b." in clerk_.text
        assert clerk_.form("/biuro/rada").fields["name"] == "Rada Nowa", "what was typed is there"
        clerk_.send("/biuro/rada", {"address": "ul. " + "A" * 300, "colour": "#0b5d7a"})
        assert "To pole może mieć najwyżej 300 znaków." in clerk_.text
        with site.parts.database.reading() as session:
            assert session.get_one(Body, council.body.id).name == "Rada Miejska piechowice"
        clerk_.send("/biuro/rada", {"address": "ul. Nowa 1", "own_phones": "75 1\n\n 75  2 "})
        assert "Zapisano." in clerk_.text
        with site.parts.database.reading() as session:
            body = session.get_one(Body, council.body.id)
            assert (body.name, body.address, body.slug) == ("Rada Nowa", "ul. Nowa 1", "piechowice")
            assert body.own_phones == ["75 1", "75 2"]

    def test_its_clock_may_stand_elsewhere(
        self, site: Site, council: Council, clerk_: Visitor
    ) -> None:
        assert clerk_.open(f"{HOME}/rada").form("/biuro/rada").fields["time_zone"] == (
            "Europe/Warsaw"
        )
        clerk_.send("/biuro/rada", {"time_zone": "Mars/Olympus"})
        assert clerk_.status == 422
        assert "Wybierz jedną z możliwości." in clerk_.text
        clerk_.send("/biuro/rada", {"time_zone": "Europe/Lisbon"})
        with site.parts.database.reading() as session:
            assert session.get_one(Body, council.body.id).time_zone == "Europe/Lisbon"

    def test_a_colour_is_made_readable(self, site: Site, clerk_: Visitor) -> None:
        clerk_.open(f"{HOME}/rada").send("/biuro/rada", {"colour": "#ffff00"})
        sheet = site.client.get("/piechowice/barwy.css").text
        assert "--accent-light:" in sheet
        assert "#ffff00" not in sheet.split("--accent-light-ink")[0]

    def test_a_picture_becomes_the_emblem(self, site: Site, clerk_: Visitor) -> None:
        assert site.client.get("/piechowice/herb").status_code == 404
        clerk_.open(f"{HOME}/rada").send("/rada/herb", files=[("emblem", ("herb.png", _png()))])
        assert "Herb zapisano." in clerk_.text
        answer = site.client.get("/piechowice/herb")
        assert answer.headers["content-type"] == "image/png"
        assert Image.open(BytesIO(answer.content)).format == "PNG"

    @pytest.mark.parametrize(
        ("name", "data"),
        [
            (
                "herb.svg",
                b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
            ),
            ("herb.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
            ("herb.png", b"\x89PNG\r\n\x1a\n broken"),
            ("herb.html", b"<html><script>alert(1)</script></html>"),
            ("herb.png", b""),
        ],
    )
    def test_anything_else_is_refused(
        self, site: Site, clerk_: Visitor, name: str, data: bytes
    ) -> None:
        clerk_.open(f"{HOME}/rada").send("/rada/herb", files=[("emblem", (name, data))])
        assert clerk_.status == 422
        assert "Herb pozostał bez zmian." in clerk_.text
        assert site.client.get("/piechowice/herb").status_code == 404


def _png() -> bytes:
    target = BytesIO()
    Image.new("RGB", (90, 110), "#0b5d7a").save(target, "PNG")
    return target.getvalue()
