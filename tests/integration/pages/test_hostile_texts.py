"""Whatever people type, and call their files, runs nowhere and begins no line of its own."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from email import message_from_bytes, policy
from urllib.parse import quote

import pytest
from httpx2 import Response
from lxml import etree, html
from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from delivery.channels.mailbox import MailboxMailer
from docstore.models import Body, Exclusion, Meeting, OutboxMessage, Paper, Version
from docstore.services import organizations, people, seats, signins
from docstore.services.documents import NewDocument, Owner
from tests.factories import make_items, make_paper, make_pdf
from tests.integration.pages import matrix
from tests.integration.pages.conftest import Site, make_installation
from tests.integration.pages.matrix import World

MARK = "4711"
COMPUTED = str(7 * 7191)
SHELL = "=cmd|' /C calc'!A0"
EVIL = (
    f'{SHELL}"><script>alert({MARK})</script><img src=x onerror=alert({MARK})>'
    "{{7*7191}}${7*7191}{%raw%}#{7*7191}' javascript:alert(1)"
    "\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe\r\nBcc: wrog@evil.example\r\n\x1b]0;tytul\x07\x1b[31m\x9b"
)
"""Markup, templates, a formula, a turned reading order, line ends, orders to a terminal."""
# Where a browser follows an address, or runs what stands there.
_ATTRIBUTES = ("href", "src", "action", "formaction", "data", "poster", "srcdoc")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = make_installation(tmp_path_factory.mktemp("hostile") / "data")
    yield made
    made.parts.close()


@pytest.fixture(scope="module")
def other(site: Site) -> World:
    return matrix.made(site, "mirsk")


@pytest.fixture(scope="module")
def world(site: Site) -> World:
    """Return a council where every text that anybody may give is hostile, and is published."""
    world = matrix.made(site, "piechowice")
    council = world.council
    with site.parts.database.transaction() as session:
        evil = people.add_person(
            session, site.acting, body_id=council.body.id, name=EVIL, email="wrog@rada.example"
        )
        organization = organizations.add_organization(
            session, site.acting, body_id=council.body.id, name=f"Komisja {EVIL}"
        )
        for each in (organization, organizations.council(session, council.body.id)):
            seats.seat(session, site.acting, person=evil, organization=each)
        guest = people.add_person(
            session, site.acting, body_id=council.body.id, name=f"Jan {EVIL}", email="jan@r.example"
        )
        people.invite_guest(session, site.acting, person=guest, function=EVIL)
        meeting = session.get_one(Meeting, council.meeting.id)
        (item,) = make_items(session=session, meeting=meeting, titles=[f"Skarga {EVIL}"])
        paper = make_paper(session=session, item=item, title=EVIL, druk=SHELL)
        _spoil(session, world)
        signins.open_sign_in(
            session, site.acting, person=world.people["admin"][0], by="password", device=EVIL
        )
    for number, name in enumerate((f"{EVIL}.pdf", f"../../{EVIL}.svg", f"{EVIL}.html")):
        content = make_pdf(text="tekst") if name.endswith("pdf") else b"<svg onload=alert(4711)/>"
        version = site.parts.intake.add_document(
            None,
            body_id=council.body.id,
            new=NewDocument(
                Owner(paper_id=paper.id),
                role="main" if number == 0 else "annex",
                title=EVIL,
                is_public=True,
            ),
            file_name=name,
            source=io.BytesIO(content + str(number).encode()),
            note=EVIL,
        )
    site.work()
    site.publish(council)
    world.known |= {"version_id": version.id, "document_id": version.document_id}
    world.known |= {"person_id": evil.id, "number": "2"}
    return world


def _spoil(session: Session, world: World) -> None:
    """Put the text into rows as they are, past what forms would have made of it."""
    council = world.council
    body = session.get_one(Body, council.body.id)
    body.name = body.address = body.phone = EVIL
    meeting = session.get_one(Meeting, council.meeting.id)
    meeting.title = meeting.place = EVIL
    session.get_one(Paper, world.known["paper_id"]).title = EVIL
    for row in session.scalars(select(Exclusion).where(Exclusion.body_id == body.id)):
        row.scope = row.excluded_by = row.reason = EVIL
    for message in session.scalars(select(OutboxMessage)):
        message.last_error = EVIL


def _asked(world: World, other: World) -> Iterator[tuple[str, Response]]:
    """Yield every GET of the application as the administrator and the public see it."""
    for who in ("admin", "councillor", "public"):
        headers = matrix.browser(world, who, other)
        for method, route in matrix.routes(world.site):
            if method == "GET":
                answer = matrix.ask(world.site, method, world.address(route), headers)
                yield f"{who} {route}", answer
    headers = matrix.browser(world, "admin", other)
    for page in ("szukaj?q", "wejscie?dalej", "uchwaly?q", "biuro?jezyk"):
        yield page, matrix.ask(world.site, "GET", f"/piechowice/{page}={quote(EVIL)}", headers)


def _is_harmless_page(text: str) -> None:
    """Check that a page holds nothing that a browser or a template engine would carry out."""
    assert COMPUTED not in text
    for element in html.document_fromstring(text).iter():
        if element.tag == "script" and element.get("type") == "application/ld+json":
            json.loads(element.text or "")  # facts for search engines: whole, and no program
        elif element.tag == "script":
            assert element.get("src")
        for name, value in element.attrib.items():
            said = str(value).strip().casefold()
            assert not str(name).startswith("on"), (element.tag, name)
            assert not (name in _ATTRIBUTES and re.match(r"(java|vb)script:|data:", said)), said
            assert name != "srcdoc"


def test_nothing_of_it_is_carried_out_by_a_browser(world: World, other: World) -> None:
    shown = 0
    for where, answer in _asked(world, other):
        kind = answer.headers.get("content-type", "")
        for name, value in answer.headers.items():
            assert not re.search(r"[\x00-\x1f\x7f]", value), (where, name)
            assert name.casefold() != "bcc", where
        assert answer.status_code < 500, where
        if "text/html" in kind:
            shown += MARK in answer.text
            _is_harmless_page(answer.text)
        elif "json" in kind:
            json.loads(answer.text)
        elif "atom" in kind:
            assert not etree.fromstring(answer.content).xpath("//*[local-name()='script']")
        elif "image/svg" in kind or "xhtml" in kind:
            raise AssertionError(f"{where} is shown as {kind}")
    assert shown > 40, "the text was on the pages that were searched"


def test_a_drawing_with_a_script_is_only_saved(world: World, other: World) -> None:
    headers = matrix.browser(world, "admin", other)
    with world.site.parts.database.reading() as session:
        rows = session.execute(
            select(Version.id, Version.file_name).where(Version.body_id == world.council.body.id)
        ).all()
    assert len(rows) >= 6
    for version_id, name in rows:
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202e/]", name)
        answer = matrix.ask(
            world.site, "GET", f"/piechowice/pliki/{version_id}/{quote(name, safe='')}", headers
        )
        said = answer.headers
        assert answer.status_code in {200, 410}
        assert said["content-type"].partition(";")[0] not in {
            "text/html",
            "image/svg+xml",
            "application/xhtml+xml",
            "text/xml",
        }
        if answer.status_code == 200 and "pdf" not in said["content-type"]:
            assert said["content-disposition"].startswith("attachment;")
            assert "sandbox" in said["content-security-policy"]


def test_no_cell_of_the_deliveries_is_computed(world: World, other: World) -> None:
    headers = matrix.browser(world, "admin", other)
    address = world.address("/{slug}/biuro/posiedzenia/{meeting_id}/doreczenia.csv")
    answer = matrix.ask(world.site, "GET", address, headers)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    cells = [cell for row in rows for cell in row]
    assert any(cell.startswith("'=cmd|") for cell in cells), "it is there, and only read"
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert {len(row) for row in rows} == {len(rows[0])}


def test_nothing_in_the_zip_leaves_its_folder_or_is_a_program(world: World, other: World) -> None:
    headers = matrix.browser(world, "councillor", other)
    address = world.address("/{slug}/moje/{meeting_id}/{number}/{name}", name="pakiet.zip")
    answer = matrix.ask(world.site, "GET", address, headers)
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        names = packed.namelist()
    assert any("cmd" in name for name in names)
    for name in names:
        assert not re.search(r'[\x00-\x1f\x7f-\x9f\u202a-\u202e<>:"|?*\\]', name), name
        assert not name.startswith("/")
        assert ".." not in name.split("/")


def test_no_mail_gains_a_header_or_a_recipient(world: World) -> None:
    mailer = world.site.parts.mailer
    assert isinstance(mailer, MailboxMailer)
    folder = world.site.parts.settings.data_dir / "mailbox"
    mails = [
        message_from_bytes(file.read_bytes(), policy=policy.default)
        for file in folder.glob("*.eml")
    ]
    evil = [mail for mail in mails if MARK in str(mail["Subject"]) + str(mail["To"])]
    assert evil
    for mail in mails:
        assert mail["Bcc"] is None
        assert "wrog@evil.example" not in [a.addr_spec for a in mail["To"].addresses]
        assert len(mail["To"].addresses) == 1
        assert len(mail["From"].addresses) == 1
        body = mail.get_body(("html",))
        assert body is not None
        _is_harmless_page(body.get_content())


def test_no_line_of_the_log_is_theirs(world: World, other: World) -> None:
    headers = matrix.browser(world, "public", other) | {
        "User-Agent": EVIL.replace("\r\n", " ")[:80]
    }
    with capture_logs() as logged:
        for page in (
            "/{}",
            "/piechowice/szukaj?q={}",
            "/api/v1/bodies/{}",
            "/piechowice/pliki/x/{}",
        ):
            matrix.ask(world.site, "GET", page.format(quote(EVIL, safe="")), headers)
    assert len(logged) == 4
    assert MARK not in str(logged)
