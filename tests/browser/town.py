"""Councils in every state that a page can be in: full, with names that are too long, and new."""

from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO, StringIO
from pathlib import Path

from rich.console import Console
from sqlalchemy import select, update

from api.importing import import_folder
from docstore.files.recognising import MemoryRecogniser
from docstore.models import Body, Document, Meeting, Organization, Paper, Person, Version
from docstore.rules.audience import AudienceKind
from docstore.services import (
    act_deciding,
    act_facts,
    adoption,
    agendas,
    archive,
    archive_judging,
    bodies,
    cancelling,
    clerks,
    destruction,
    documents,
    exclusions,
    people,
    tokens,
)
from docstore.services.adoption import STATUSES
from docstore.services.agendas import NewItem
from docstore.services.bodies import BodyDetails
from docstore.services.destruction import Destroy
from docstore.services.documents import AudienceChoice, DocumentChange, Owner
from docstore.services.exclusions import TakeDown
from docstore.services.standings import standing
from tests.factories import make_meeting, make_pdf, make_person
from tests.integration.pages.conftest import TODAY, Council, Site, equipped

# A title as long as a clerk may paste, with one word that no line can hold.
LONG = (
    "w sprawie szczegółowych zasad ponoszenia odpłatności za pobyt w ośrodkach wsparcia oraz "
    "trybu ich pobierania przez Konstantynopolitańczykowianeczkównianowskiepogotowiekulturalne "
    "w Piechowicach, ul. Żymierskiego 49, z uwzględnieniem uwag zgłoszonych przez mieszkańców"
)
LONG_NAME = "Wszebora Świętosława Brzęczyszczykiewicz-Konstantynopolitańczykowianeczkówna"
LONG_FILE = "projekt-uchwaly-w-sprawie-" + "bardzo-dlugiej-nazwy-" * 6 + "ostateczny.pdf"
NEW = "lubomierz"
"""The address of the council that nobody has written anything for."""


@dataclass(frozen=True)
class People:
    """Who looks at a council's pages."""

    administrator: Person
    clerk: Person
    councillor: Person
    guest: Person


def found_full(site: Site, slug: str) -> tuple[Council, People]:
    """Found a council in which there is one of everything, under names that are too long."""
    site = equipped(site, MemoryRecogniser(lambda number: f"opłata targowa, kartka {number}"))
    council = site.found(slug)
    who = _people(site, council)
    paper = site.paper(council)
    for number, (name, content) in enumerate(
        (
            (LONG_FILE, make_pdf(text="projekt", pages=3)),
            ("uzasadnienie.txt", f"Uzasadnienie. {LONG}. PESEL 44051401359.".encode()),
            ("zepsuty.pdf", b"%PDF-1.7\nnic dalej"),
            ("mapa.dwg", b"AC1032" + bytes(200)),
            ("skan.pdf", make_pdf(text="", pages=2)),
        )
    ):
        version = site.upload(
            council,
            Owner(paper_id=paper.id),
            content,
            name=name,
            role="main" if number == 0 else "annex",
        )
        if number == 0:
            draft = version
        if number == 1:
            _narrow(site, council, version)
    meeting = Owner(meeting_id=council.meeting.id)
    dropped = site.upload(council, meeting, "Do zdjęcia", name="a.txt")
    gone = site.upload(council, meeting, "Do zniszczenia", name="skarga.txt", is_public=True)
    changed = site.upload(council, meeting, "Z nazwiskami", name="lista.txt", is_public=True)
    _renew(site, council, changed, "lista.txt", b"Bez nazwisk")
    site.publish(council)
    _renew(site, council, draft, LONG_FILE, make_pdf(text="projekt po poprawkach", pages=4))
    _take_down(site, council, dropped)
    destroy(site, council, gone, basis="court")
    destroy(site, council, changed, is_one=True)
    _change_the_agenda(site, council)
    site.publish(council)
    _past_meetings(site, council)
    _acts(site, council)
    _read_acts(site, council)
    _archive(site, council, site.parts.settings.data_dir.parent / f"stare-{slug}")
    _tokens(site, who)
    with site.parts.database.transaction() as session:
        session.execute(
            update(Body).where(Body.id == council.body.id).values(name=f"Rada Gminy {LONG_NAME}")
        )
    return council, who


def found_new(site: Site) -> tuple[Body, People]:
    """Found a council with an administrator, and nothing else."""
    with site.parts.database.transaction() as session:
        body = bodies.add_body(
            session, site.acting, BodyDetails(name="Rada Gminy", slug=NEW, kind="gmina")
        )
        nobody = make_person(session=session, body=body, name="Nikt Jeszcze")
    empty = Council(body, Organization(), nobody, nobody, Meeting())
    return body, _people(site, empty)


def _people(site: Site, council: Council) -> People:
    administrator = site.clerk(council, "office", "administrator")
    with site.parts.database.transaction() as session:
        clerk = people.add_person(
            session,
            site.acting,
            body_id=council.body.id,
            name=LONG_NAME,
            email=f"{'dlugi' * 10}@{council.body.slug}.example",
        )
        clerks.give_duty(session, site.acting, person=clerk, role="office")
    return People(administrator, clerk, council.member, council.guest)


def _narrow(site: Site, council: Council, version: Version) -> None:
    audience = AudienceChoice(AudienceKind.MEMBERS, (), "personal_data")
    with site.parts.database.transaction() as session:
        documents.change_document(
            session,
            site.acting,
            body_id=council.body.id,
            document_id=version.document_id,
            to=DocumentChange("annex", "Uzasadnienie", False, audience),
        )


def _take_down(site: Site, council: Council, version: Version) -> None:
    said = TakeDown("cały dokument", "personal_data", "Burmistrz", from_members=True)
    with site.parts.database.transaction() as session:
        exclusions.take_down(
            session,
            site.acting,
            body_id=council.body.id,
            document_id=version.document_id,
            said=said,
        )
    site.work()


def destroy(
    site: Site,
    council: Council,
    version: Version,
    *,
    basis: str = LONG,
    is_one: bool = False,
    works: bool = True,
) -> None:
    """Destroy a document, or one of its versions; do what follows unless told not."""
    said = Destroy(
        basis,
        LONG_NAME,
        "wersja 1" if is_one else "cały dokument",
        version_id=version.id if is_one else None,
        reason=LONG,
    )
    with site.parts.database.transaction() as session:
        destruction.destroy(
            session,
            site.acting,
            body_id=council.body.id,
            document_id=version.document_id,
            said=said,
        )
    if works:
        site.work()


def _renew(site: Site, council: Council, version: Version, name: str, content: bytes) -> None:
    site.parts.intake.add_version(
        None,
        body_id=council.body.id,
        document_id=version.document_id,
        file_name=name,
        source=BytesIO(content),
    )
    site.work()


def _tokens(site: Site, who: People) -> None:
    """Give tokens that work, that have ended, and that are the council's."""
    made = (
        (who.administrator, LONG[:120], ["read", "upload", "prepare", "publish"], 365, True),
        (who.administrator, "eksport do BIP", ["read"], 90, False),
        (who.councillor, "kalendarz", ["read"], 30, False),
    )
    with site.parts.database.transaction() as session:
        for person, label, scopes, days, is_for_body in made:
            tokens.make(
                session,
                site.acting,
                its=standing(session, person, at=site.clock.now()),
                by="password",
                label=label,
                scopes=scopes,
                days=days,
                is_for_body=is_for_body,
            )


def _change_the_agenda(site: Site, council: Council) -> None:
    with site.parts.database.transaction() as session:
        agendas.add_items(
            session,
            site.acting,
            body_id=council.body.id,
            meeting_id=council.meeting.id,
            revision=session.get_one(Meeting, council.meeting.id).revision,
            items=[NewItem(f"Podjęcie uchwały {LONG}", druk="117/A")],
            after=None,
        )


def _past_meetings(site: Site, council: Council) -> None:
    """Hold one meeting whose drafts all had an outcome, and call another one off."""
    with site.parts.database.transaction() as session:
        held = make_meeting(
            session=session,
            body=council.body,
            number=52,
            starts_at=TODAY - timedelta(days=30),
            items=["Otwarcie", "Podjęcie uchwały w sprawie dróg", "Zamknięcie"],
        )
        off = make_meeting(
            session=session,
            body=council.body,
            number=54,
            kind="extraordinary",
            starts_at=TODAY + timedelta(days=12),
            items=["Otwarcie"],
        )
    then = Council(council.body, council.organization, council.member, council.guest, held)
    site.upload(then, Owner(meeting_id=held.id), "Protokół", name="protokol.txt", role="minutes")
    site.publish(then)
    with site.parts.database.transaction() as session:
        cancelling.cancel(
            session,
            site.acting,
            body_id=council.body.id,
            meeting_id=off.id,
            revision=off.revision,
            reason=LONG,
        )
    site.work()


def _acts(site: Site, council: Council) -> None:
    site.adopt(council)
    lost = site.act(
        council,
        number="XX/99/25",
        title="w sprawie, której już nie ma",
        text="Uchwała nr XX/99/25",
        day=date(2025, 5, 9),
        name="zniszczona.txt",
    )
    with site.parts.database.reading() as session:
        its = select(Document.id).where(Document.paper_id == lost.id)
        version = session.scalars(select(Version).where(Version.document_id.in_(its))).one()
    destroy(site, council, version, basis="retention")
    statuses = STATUSES
    for number, status in enumerate(statuses, start=1):
        paper: Paper = site.act(
            council,
            number=f"XX/{number}/25",
            title=LONG if number == 1 else f"w sprawie dróg nr {number}",
            text=f"Uchwała nr XX/{number}/25 w sprawie dróg. {LONG}",
            day=date(2025, 6, number),
        )
        if status != "unknown":
            with site.parts.database.transaction() as session:
                adoption.set_status(
                    session,
                    site.acting,
                    body_id=council.body.id,
                    paper_id=paper.id,
                    status=status,
                    basis=LONG,
                )


_HEADING = """UCHWAŁA NR {number}
RADY GMINY PIECHOWICE
z dnia 8 czerwca 2025 r.
w sprawie dróg gminnych i ich numerów

Na podstawie art. 18 ust. 2 pkt 15 ustawy o samorządzie gminnym uchwala się, co następuje:
§ 1. Ustala się wykaz dróg, stanowiący załącznik nr 1 do uchwały.
§ 2. Traci moc uchwała nr XX/2/25 z dnia 2 czerwca 2025 r. w sprawie dróg nr 2.
§ 3. W uchwale nr XX/3/25 wprowadza się zmiany: {more}
"""


def _read_acts(site: Site, council: Council) -> None:
    """Publish an act whose text says much of itself: some of it confirmed, some dismissed."""
    paper = site.act(
        council,
        number="XX/50/25",
        title="w sprawie dróg",
        text=_HEADING.format(number="XX/50/25", more=LONG),
        day=date(2025, 6, 8),
    )
    with site.parts.database.transaction() as session:
        said = act_facts.read(session, session.get_one(Paper, paper.id)).said
        for kinds, confirm in ((("basis", "repeals", "amends"), True), (("organ",), False)):
            chosen = {(each.kind, each.key) for each in said if each.kind in kinds}
            act_deciding.decide(
                session,
                site.acting,
                body_id=council.body.id,
                paper_id=paper.id,
                chosen=chosen,
                confirm=confirm,
            )


def _archive(site: Site, council: Council, folder: Path) -> None:
    """Take in old acts: a twin, one confirmed, one set aside, minutes, and what has no heading."""
    files = {
        "2025/drogi.txt": _HEADING.format(number="XX/60/25", more=LONG),
        "2025/drogi (kopia).txt": _HEADING.format(number="XX/60/25", more="żadnych"),
        "zatwierdzona.txt": _HEADING.format(number="XX/61/25", more="innych"),
        "odlozona.txt": _HEADING.format(number="XX/62/25", more="nowych"),
        "Protokół XX sesji.txt": "Protokół z XX sesji.",
        f"{LONG[:80]}.txt": LONG,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    quiet = Console(file=StringIO())
    import_folder(site.parts, council.body, folder, console=quiet, publishes=False)
    site.work()
    whose = {"body_id": council.body.id}
    with site.parts.database.transaction() as session:
        entries = {
            row.entry.path: row.entry.id
            for row in archive.listed(session, council.body.id, "waiting", limit=20)
        }
        archive_judging.confirm(
            session,
            site.acting,
            **whose,
            entry_id=entries["zatwierdzona.txt"],
            number="XX/61/25",
            adopted_on=date(2025, 6, 9),
            title="w sprawie dróg polnych",
        )
        archive_judging.set_aside(session, site.acting, **whose, entry_id=entries["odlozona.txt"])
