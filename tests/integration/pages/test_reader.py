"""The councillor's pages: what is shown, what is recorded of it, and what never is."""

import re
from io import BytesIO

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from docstore.models import Meeting, Packet, Person, Receipt, Version
from docstore.rules.audience import AudienceKind
from docstore.services import agendas, meetings, organizations, people, renditions, seats
from docstore.services.agendas import NewItem
from docstore.services.documents import AudienceChoice, NewDocument, Owner
from docstore.services.meetings import MeetingDetails
from docstore.services.renditions import Made
from tests.factories import make_pdf
from tests.integration.pages.browsers import make_link, post
from tests.integration.pages.conftest import Council, Site
from tests.visitor import Visitor

LIST = "/piechowice/moje"


@pytest.fixture
def packet(site: Site, council: Council) -> Packet:
    """Return the first packet of a meeting: one draft of two pages, and its annex."""
    owner = Owner(paper_id=site.paper(council).id)
    site.upload(council, owner, make_pdf(text="projekt", pages=2), name="Projekt uchwały.pdf")
    site.upload(council, owner, make_pdf(text="plan"), name="Załącznik nr 1.pdf", role="annex")
    return site.publish(council)


def page_of(council: Council) -> str:
    return f"{LIST}/{council.meeting.id}"


def member(site: Site, council: Council) -> Visitor:
    return Visitor(site.browser(council.member, by="link"))


def receipts(site: Site) -> list[tuple[str, str, int]]:
    """Return every receipt: its kind, its subject, how often."""
    with site.parts.database.reading() as session:
        # The clock stands still in these tests, so moments alone would leave the order to chance.
        in_order = (Receipt.first_at, Receipt.kind, Receipt.subject)
        rows = session.scalars(select(Receipt).order_by(*in_order))
        return [(row.kind, row.subject, row.count) for row in rows]


def narrow(site: Site, council: Council, *, kind: AudienceKind, title: str) -> Version:
    """Store a document that not everyone of the meeting gets."""
    version = site.parts.intake.add_document(
        None,
        body_id=council.body.id,
        new=NewDocument(
            Owner(paper_id=site.paper(council).id),
            role="opinion",
            title=title,
            is_public=False,
            audience=AudienceChoice(kind, ground="privacy"),
        ),
        file_name="poufne.pdf",
        source=BytesIO(make_pdf(text="poufne")),
    )
    site.work()
    return version


class TestMyMeetings:
    def test_before_a_packet_there_is_nothing(self, site: Site, council: Council) -> None:
        page = member(site, council).open(LIST)
        assert "Nie ma nadchodzących posiedzeń." in page.text

    def test_each_says_whether_there_is_something_to_look_at(
        self, site: Site, council: Council, packet: Packet
    ) -> None:
        visitor = member(site, council)
        assert "nieotwarte" in visitor.open(LIST).text
        visitor.open(page_of(council))
        assert "otwarte" in visitor.open(LIST).text
        visitor.open(page_of(council)).send("/potwierdzenie")
        assert "odbiór potwierdzony" in visitor.open(LIST).text
        site.upload(council, Owner(meeting_id=council.meeting.id), "Zmiana.", role="invitation")
        site.publish(council)
        assert "zmienione od ostatniej wizyty" in visitor.open(LIST).text
        assert packet.number == 1

    def test_past_ones_stand_apart(self, site: Site, council: Council, packet: Packet) -> None:
        assert "Wcześniejsze" not in member(site, council).open(LIST).text
        site.clock.move(council.meeting.starts_at - packet.published_at)
        assert "Wcześniejsze" not in member(site, council).open(LIST).text, "today is not past"
        site.clock.move(site.clock.now() - packet.published_at)
        assert "Wcześniejsze" in member(site, council).open(LIST).text

    def test_a_committees_meeting_is_its_members_and_the_guests(
        self, site: Site, council: Council
    ) -> None:
        meeting = committee_meeting(site, council)
        assert site.browser(council.member, by="link").get(f"{LIST}/{meeting}").status_code == 404
        assert site.browser(council.guest, by="link").get(f"{LIST}/{meeting}").status_code == 200


def add_items(site: Site, council: Council, items: list[NewItem]) -> None:
    """Put items at the end of the meeting's agenda."""
    with site.parts.database.transaction() as session:
        meeting = session.get_one(Meeting, council.meeting.id)
        agendas.add_items(
            session,
            site.acting,
            body_id=council.body.id,
            meeting_id=meeting.id,
            revision=meeting.revision,
            items=items,
        )


def committee_meeting(site: Site, council: Council) -> str:
    """Publish a sitting of a committee that nobody but Ewa sits in; return its id."""
    with site.parts.database.transaction() as session:
        committee = organizations.add_organization(
            session, site.acting, body_id=council.body.id, name="Komisja Rewizyjna"
        )
        ewa = people.add_person(session, site.acting, body_id=council.body.id, name="Ewa Rewident")
        seats.seat(session, site.acting, person=ewa, organization=committee)
        meeting = meetings.create(
            session,
            site.acting,
            body_id=council.body.id,
            details=MeetingDetails(committee.id, council.meeting.starts_at, kind="sitting"),
        )
        agendas.add_items(
            session,
            site.acting,
            body_id=council.body.id,
            meeting_id=meeting.id,
            revision=meeting.revision,
            items=[NewItem("Kontrola")],
        )
    other = Council(council.body, committee, ewa, council.guest, meeting)
    site.upload(other, Owner(meeting_id=meeting.id), make_pdf(text="plan"), name="plan.pdf")
    site.publish(other)
    return meeting.id


class TestOneMeeting:
    def test_it_shows_the_agenda_with_its_papers(
        self, site: Site, council: Council, packet: Packet
    ) -> None:
        page = member(site, council).open(page_of(council))
        for said in (
            "LIII sesja",
            "Pakiet 1 z 20.11.2026 10:00",
            "czwartek, 26 listopada 2026, godz. 10:00",
            "Otwórz materiały (3 strony)",
            "Potwierdzam odbiór",
            "druk 12 · 3 strony · 1 załącznik",
            "Projekt uchwały",
        ):
            assert said in page.text, said
        assert packet.number == 1

    @pytest.mark.usefixtures("packet")
    def test_what_a_title_says_is_not_said_again(self, site: Site, council: Council) -> None:
        owner = Owner(paper_id=site.paper(council).id)
        for name in ("Opinia komisji.pdf", "Pismo sołtysa.pdf"):
            site.upload(council, owner, make_pdf(text=name), name=name, role="opinion")
        site.publish(council)
        page = member(site, council).open(page_of(council)).page
        assert page is not None
        facts = {
            row.xpath("string(.//*[@class='file-name'])").strip(): row.xpath(
                "string(.//*[@class='file-facts'])"
            )
            for row in page.xpath("//li[@class='file-row']")
        }
        assert [title for title, told in facts.items() if "opinia" in told] == ["Pismo sołtysa"]
        assert not any("tekst główny" in told for told in facts.values())

    def test_a_file_opens_and_can_be_saved(
        self, site: Site, council: Council, packet: Packet
    ) -> None:
        visitor = member(site, council).open(page_of(council))
        opened = visitor.client.get(visitor.link("/strony/1"), headers={"Accept": "text/html"})
        assert "Projekt uchwały" in opened.text
        saved = visitor.client.get(visitor.link("?zapisz=1"))
        assert saved.headers["content-disposition"].startswith("attachment")
        assert packet.number == 1

    def test_a_word_file_opens_as_the_pdf_that_was_made_of_it(
        self, site: Site, council: Council
    ) -> None:
        version = site.upload(
            council, Owner(paper_id=site.paper(council).id), "tekst", name="projekt.txt"
        )
        with site.parts.database.transaction() as session:
            renditions.put(
                session,
                body_id=council.body.id,
                version_id=version.id,
                made=Made("pdf", "application/pdf", sha256=version.sha256, size=1, pages=1),
                at=site.clock.now(),
            )
        site.publish(council)
        page = member(site, council).open(page_of(council))
        assert page.link(f"/pliki/{version.id}/strony/1")
        assert page.link(f"/pliki/{version.id}/projekt.txt?zapisz=1")

    @pytest.mark.usefixtures("packet")
    def test_the_whole_comes_as_one_pdf_and_one_zip(self, site: Site, council: Council) -> None:
        client = site.browser(council.member, by="link")
        pdf = client.get(f"{page_of(council)}/1/pakiet.pdf")
        assert pdf.content.startswith(b"%PDF")
        assert "LIII%20sesja%20-%20pakiet%201.pdf" in pdf.headers["content-disposition"]
        assert client.get(f"{page_of(council)}/1/pakiet.zip").content.startswith(b"PK")
        for wrong in ("1/pakiet.exe", "2/pakiet.pdf", "0/pakiet.pdf"):
            assert client.get(f"{page_of(council)}/{wrong}").status_code == 404
        assert client.get(f"{page_of(council)}/nic/pakiet.pdf").status_code == 422

    def test_before_the_bundle_is_made_the_page_says_so(self, site: Site, council: Council) -> None:
        site.upload(council, Owner(paper_id=site.paper(council).id), "Projekt.")
        site.publish(council, works=False)
        visitor = member(site, council).open(page_of(council))
        assert "Jeden plik ze wszystkim jest właśnie składany." in visitor.text
        assert "Otwórz materiały" not in visitor.text
        early = visitor.client.get(f"{page_of(council)}/1/pakiet.pdf", follow_redirects=False)
        assert early.headers["location"] == page_of(council)

    def test_a_bundle_that_failed_is_told_calmly(
        self, site: Site, council: Council, packet: Packet
    ) -> None:
        with site.parts.database.transaction() as session:
            renditions.put(
                session,
                body_id=council.body.id,
                packet_id=packet.id,
                made=Made("packet_pdf", "application/pdf", problem="render_broken"),
                at=site.clock.now(),
            )
        page = member(site, council).open(page_of(council))
        assert "Jednego pliku PDF nie udało się złożyć." in page.text
        assert "Pobierz ZIP" in page.text
        assert "Projekt uchwały" in page.text

    @pytest.mark.usefixtures("packet")
    def test_a_strangers_meeting_is_none(self, site: Site, council: Council) -> None:
        mirsk = site.found("mirsk")
        client = site.browser(mirsk.member, by="link")
        assert client.get(f"/mirsk/moje/{council.meeting.id}").status_code == 404
        assert client.get(page_of(council)).status_code == 303
        assert client.get(f"/mirsk/moje/{council.meeting.id}/1/pakiet.pdf").status_code == 404


class TestNarrowed:
    def test_who_gets_it_sees_it_marked_and_who_does_not_sees_a_ground(
        self, site: Site, council: Council
    ) -> None:
        owner = Owner(paper_id=site.paper(council).id)
        site.upload(council, owner, make_pdf(text="projekt"), name="projekt.pdf")
        version = narrow(site, council, kind=AudienceKind.MEMBERS, title="Sprawa osobowa")
        site.publish(council)
        mine = member(site, council).open(page_of(council))
        assert "Sprawa osobowa" in mine.text
        assert "tylko dla wybranych" in mine.text
        assert "udostępniony odrębnie" not in mine.text
        theirs = Visitor(site.browser(council.guest, by="link")).open(page_of(council))
        assert "Dokument udostępniony odrębnie. Podstawa: prywatność osoby" in theirs.text
        raw = site.browser(council.guest, by="link").get(page_of(council)).text
        for secret in ("Sprawa osobowa", "poufne", version.id, version.document_id, version.sha256):
            assert secret not in raw


class TestChanges:
    def test_what_is_new_since_the_last_visit_leads_to_its_place(
        self, site: Site, council: Council, packet: Packet
    ) -> None:
        visitor = member(site, council).open(page_of(council))
        assert "Nowe od Twojej ostatniej wizyty" not in visitor.text
        site.upload(
            council,
            Owner(paper_id=site.paper(council).id),
            make_pdf(text="opinia"),
            name="Opinia komisji.pdf",
            role="opinion",
        )
        site.publish(council)
        visitor.open(page_of(council))
        assert "Nowe od Twojej ostatniej wizyty (1)" in visitor.text
        assert "Punkt 2: nowy dokument „Opinia komisji”" in visitor.text
        assert "Pakiet 1 oglądano ostatnio 20.11.2026 10:00." in visitor.text
        anchor = visitor.link("#punkt-").rpartition("#")[2]
        assert visitor.page is not None
        (place,) = visitor.page.xpath(f"//*[@id='{anchor}']")
        assert "Opinia komisji" in place.text_content()
        assert "nowe" in place.text_content()
        assert packet.number == 1

    def test_a_sub_item_is_told_with_its_whole_number_which_stands_on_the_page_too(
        self, site: Site, council: Council, packet: Packet
    ) -> None:
        visitor = member(site, council).open(page_of(council))
        add_items(site, council, [NewItem("Podatki"), NewItem("Od psów", depth=1)])
        add_items(site, council, [NewItem("Wnioski"), NewItem("Wniosek o drogę", depth=1)])
        site.publish(council)
        page = visitor.open(page_of(council))
        for number, title in (("4.1", "Od psów"), ("5.1", "Wniosek o drogę")):
            sentence = f"Dodano punkt {number}: {title}"
            assert visitor.page is not None
            (link,) = visitor.page.xpath(f"//a[normalize-space()='{sentence}']")
            (place,) = visitor.page.xpath(f"//*[@id='{link.get('href')[1:]}']")
            assert place.text_content().split()[0] == number
            assert title in place.text_content()
            assert "depth-1" in place.get("class")
        assert packet.number == 1, page.text

    @pytest.mark.usefixtures("packet")
    def test_after_that_visit_the_changes_stay_under_another_name(
        self, site: Site, council: Council
    ) -> None:
        visitor = member(site, council).open(page_of(council))
        site.upload(council, Owner(meeting_id=council.meeting.id), "Zmiana.", role="invitation")
        site.publish(council)
        visitor.open(page_of(council))
        visitor.open(page_of(council))
        assert "Nowe od Twojej ostatniej wizyty" not in visitor.text
        assert "Zmiany od pakietu 1 (1)" in visitor.text
        assert visitor.link("#dokumenty")

    @pytest.mark.usefixtures("packet")
    def test_who_never_looked_is_told_of_no_changes(self, site: Site, council: Council) -> None:
        site.upload(council, Owner(meeting_id=council.meeting.id), "Zmiana.", role="invitation")
        site.publish(council)
        page = member(site, council).open(page_of(council))
        assert "Nowe od" not in page.text
        assert "Zmiany od" not in page.text

    @pytest.mark.usefixtures("packet")
    def test_another_readers_visit_is_not_mine(self, site: Site, council: Council) -> None:
        Visitor(site.browser(council.guest, by="link")).open(page_of(council))
        site.upload(council, Owner(meeting_id=council.meeting.id), "Zmiana.", role="invitation")
        site.publish(council)
        assert "Nowe od" not in member(site, council).open(page_of(council)).text

    @pytest.mark.usefixtures("packet")
    def test_a_narrowed_document_is_new_for_those_who_get_it_alone(
        self, site: Site, council: Council
    ) -> None:
        mine, guest = member(site, council), Visitor(site.browser(council.guest, by="link"))
        for visitor in (mine, guest):
            visitor.open(page_of(council))
        narrow(site, council, kind=AudienceKind.MEMBERS, title="Sprawa osobowa")
        site.publish(council)
        assert "Nowy dokument „Sprawa osobowa”" in mine.open(page_of(council)).text
        assert "Sprawa osobowa" not in guest.open(page_of(council)).text


@pytest.mark.usefixtures("packet")
class TestOpened:
    def test_it_is_recorded_when_the_page_was_shown_to_its_recipient(
        self, site: Site, council: Council
    ) -> None:
        visitor = member(site, council).open(page_of(council))
        assert receipts(site) == [("opened", "", 1)]
        visitor.open(page_of(council))
        assert receipts(site) == [("opened", "", 2)]

    def test_nothing_else_counts_as_looking(
        self, site: Site, council: Council, office: Person
    ) -> None:
        link = make_link(site, council.member, meeting=council.meeting)
        reader = site.browser(council.member, by="link")
        site.client.get(link)
        site.client.get(page_of(council))
        reader.get(LIST)
        reader.head(page_of(council))
        reader.options(page_of(council))
        site.browser(office).get(page_of(council))
        assert receipts(site) == []

    @pytest.mark.parametrize("header", ["Sec-Purpose", "Purpose"])
    @pytest.mark.parametrize("value", ["prefetch", "prefetch;prerender"])
    def test_a_browser_that_fetches_ahead_has_shown_nothing(
        self, site: Site, council: Council, header: str, value: str
    ) -> None:
        reader = site.browser(council.member, by="link")
        assert reader.get(page_of(council), headers={header: value}).status_code == 503
        assert receipts(site) == []

    def test_an_office_that_also_receives_does_so_as_a_recipient(
        self, site: Site, council: Council, office: Person
    ) -> None:
        with site.parts.database.transaction() as session:
            people.invite_guest(session, site.acting, person=office, function="sekretarz")
        site.browser(office).get(page_of(council))
        assert receipts(site) == [("opened", "", 1)]

    def test_a_clerk_who_looks_at_a_committee_of_others_leaves_no_trace(
        self, site: Site, council: Council, office: Person
    ) -> None:
        with site.parts.database.transaction() as session:
            seats.seat(session, site.acting, person=office, organization=council.organization)
        meeting = committee_meeting(site, council)
        client = site.browser(office)
        assert client.get(f"{LIST}/{meeting}").status_code == 200
        client.get(f"{LIST}/{meeting}/1/pakiet.pdf")
        assert receipts(site) == []


@pytest.mark.usefixtures("packet")
class TestDownloaded:
    def test_the_whole_packet_is_noted_by_its_form(self, site: Site, council: Council) -> None:
        client = site.browser(council.member, by="link")
        client.get(f"{page_of(council)}/1/pakiet.pdf")
        client.get(f"{page_of(council)}/1/pakiet.zip")
        assert receipts(site) == [("downloaded", "pdf", 1), ("downloaded", "zip", 1)]

    def test_parts_of_one_reading_are_noted_once(self, site: Site, council: Council) -> None:
        client, pdf = site.browser(council.member, by="link"), f"{page_of(council)}/1/pakiet.pdf"
        for part in ("bytes=0-", "bytes=100-200", "bytes=-50", "bytes=9999999-"):
            client.get(pdf, headers={"Range": part})
        assert receipts(site) == [("downloaded", "pdf", 1)]

    def test_a_look_at_the_headers_or_at_a_kept_copy_is_none(
        self, site: Site, council: Council
    ) -> None:
        client, pdf = site.browser(council.member, by="link"), f"{page_of(council)}/1/pakiet.pdf"
        tag = client.head(pdf).headers["etag"]
        assert client.get(pdf, headers={"If-None-Match": tag}).status_code == 304
        assert receipts(site) == []

    def test_the_offices_own_is_none(self, site: Site, council: Council, office: Person) -> None:
        assert site.browser(office).get(f"{page_of(council)}/1/pakiet.pdf").status_code == 200
        assert receipts(site) == []


class TestAcknowledged:
    def test_it_is_given_once_with_its_time(
        self, site: Site, council: Council, packet: Packet
    ) -> None:
        visitor = member(site, council).open(page_of(council))
        visitor.send("/potwierdzenie")
        assert "Odbiór potwierdzony. Dziękujemy." in visitor.text
        assert "odbiór potwierdzony 20.11.2026 10:00" in visitor.text
        assert "Potwierdzam odbiór" not in visitor.text
        _send(site, council, packet.id)
        assert ("acknowledged", "", 1) in receipts(site)

    def test_it_is_bound_to_the_packet_that_was_looked_at(
        self, site: Site, council: Council, packet: Packet
    ) -> None:
        visitor = member(site, council).open(page_of(council))
        site.upload(council, Owner(meeting_id=council.meeting.id), "Zmiana.", role="invitation")
        newer = site.publish(council)
        visitor.send("/potwierdzenie")
        assert "W międzyczasie przyszedł nowy pakiet. Obejrzyj go i potwierdź." in visitor.text
        assert "Pakiet 2" in visitor.text
        with site.parts.database.reading() as session:
            given = select(Receipt.packet_id).where(Receipt.kind == "acknowledged")
            assert session.scalars(given).all() == []
        visitor.send("/potwierdzenie")
        with site.parts.database.reading() as session:
            assert session.scalars(given).one() == newer.id
        assert packet.id != newer.id

    @pytest.mark.parametrize("said", ["", "nothing", "foreign"])
    @pytest.mark.usefixtures("packet")
    def test_any_other_packet_is_none(self, site: Site, council: Council, said: str) -> None:
        if said == "foreign":
            mirsk = site.found("mirsk")
            site.upload(mirsk, Owner(paper_id=site.paper(mirsk).id), "Projekt.")
            said = site.publish(mirsk).id
        _send(site, council, said)
        assert receipts(site) == []

    def test_the_office_confirms_nothing_for_others(
        self, site: Site, council: Council, packet: Packet, office: Person
    ) -> None:
        client = site.browser(office)
        assert "Potwierdzam odbiór" not in client.get(page_of(council)).text
        answer = post(client, f"{page_of(council)}/potwierdzenie", pakiet=packet.id)
        assert answer.status_code == 404
        assert receipts(site) == []


def _send(site: Site, council: Council, packet_id: str) -> None:
    client = site.browser(council.member, by="link")
    post(client, f"{page_of(council)}/potwierdzenie", pakiet=packet_id)


class TestOwnRecord:
    @pytest.fixture
    def other(self, site: Site, council: Council) -> Person:
        """Return a second member, who has an address and habits of their own."""
        with site.parts.database.transaction() as session:
            person = people.add_person(
                session,
                site.acting,
                body_id=council.body.id,
                name="Zenon Inny",
                email="zenon@piechowice.example",
            )
            seats.seat(session, site.acting, person=person, organization=council.organization)
        return person

    def test_it_shows_everything_of_ones_own(
        self, site: Site, council: Council, packet: Packet
    ) -> None:
        visitor = member(site, council)
        visitor.open(page_of(council)).send("/potwierdzenie")
        visitor.client.get(f"{page_of(council)}/1/pakiet.pdf")
        visitor.client.get(visitor.link("Projekt%20uchwa%C5%82y.pdf"))
        page = visitor.open(f"{LIST}/zapisy")
        for said in (
            "Anna Żółć",
            "anna@piechowice.example",
            "członkostwo, od 07.05.2024 (nadal)",
            "otwarto materiały",
            "potwierdzono odbiór",
            "cały pakiet, PDF",
            "Projekt uchwały",
            "przyjęte przez serwer poczty",
            "Firefox, Linux",
            "nieużyty",
        ):
            assert said in page.text, said
        assert packet.number == 1

    def test_it_shows_nothing_of_anybody_elses(
        self, site: Site, council: Council, other: Person
    ) -> None:
        owner = Owner(paper_id=site.paper(council).id)
        site.upload(council, owner, make_pdf(text="projekt"), name="projekt.pdf")
        site.publish(council)
        theirs = Visitor(site.browser(other, by="link"))
        theirs.client.headers["user-agent"] = "Mozilla/5.0 (iPad) Safari/604.1"
        theirs.open(page_of(council)).send("/potwierdzenie")
        theirs.client.get(f"{page_of(council)}/1/pakiet.zip")
        page = member(site, council).open(f"{LIST}/zapisy")
        for secret in ("Zenon", "zenon@", "potwierdzono odbiór", "cały pakiet, ZIP", "iPad"):
            assert secret not in page.text, secret
        assert "Jeszcze nic nie zapisano." in page.text
        assert page.text.count("przyjęte przez serwer poczty") == 1

    def test_the_entries_of_the_ledger_are_counted(self, site: Site, council: Council) -> None:
        page = member(site, council).open(f"{LIST}/zapisy")
        found = re.search(r"w tylu wpisach: (\d+)", page.text)
        assert found
        assert int(found[1]) == 2, "added, and seated"

    def test_a_clerk_has_the_page_too(self, site: Site, office: Person) -> None:
        page = Visitor(site.browser(office)).open(f"{LIST}/zapisy")
        assert "Ewa Biurowa" in page.text
        assert "tylko jego skrót; ustawione 20.11.2026 10:00" in page.text

    def test_nobody_has_none(self, site: Site, council: Council) -> None:
        assert council.body.slug == "piechowice"
        assert site.client.get(f"{LIST}/zapisy").status_code == 303


@pytest.mark.usefixtures("packet")
def test_a_signed_in_page_is_kept_by_no_cache(site: Site, council: Council) -> None:
    client: TestClient = site.browser(council.member, by="link")
    for page in (LIST, page_of(council), f"{LIST}/zapisy", "/piechowice/konto"):
        assert client.get(page).headers["cache-control"] == "no-store", page
    pdf = client.get(f"{page_of(council)}/1/pakiet.pdf")
    assert pdf.headers["cache-control"] == "private, no-cache"


def test_the_longest_title_is_shown_whole(site: Site, council: Council) -> None:
    title = "Podjęcie uchwały w sprawie " + "miejscowego planu zagospodarowania " * 13
    add_items(site, council, [NewItem(title.strip())])
    site.upload(council, Owner(meeting_id=council.meeting.id), "Zawiadomienie.", role="invitation")
    site.publish(council)
    assert title.strip() in member(site, council).open(page_of(council)).text
