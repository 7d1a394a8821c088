"""Many at once: councillors who open one packet, and a folder of documents dropped on an item."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from docstore.models import LedgerEntry, Person, Receipt, Version
from docstore.services import organizations, people, seats
from docstore.services.documents import Owner
from tests.integration.conftest import TODAY
from tests.integration.pages.conftest import Council, Site
from tests.integration.pages.office import Clerk

COUNCILLORS = 25


@pytest.fixture
def councillors(site: Site, council: Council) -> list[Person]:
    """Return so many members of the council."""
    with site.parts.database.transaction() as session:
        members = []
        for number in range(COUNCILLORS):
            person = people.add_person(
                session, site.acting, body_id=council.body.id, name=f"Radna {number}", email=""
            )
            seats.seat(
                session,
                site.acting,
                person=person,
                organization=organizations.council(session, council.body.id),
                role="member",
                starts_on=TODAY.date(),
            )
            members.append(person)
    return members


def test_everybody_who_opens_the_packet_at_once_gets_it_and_leaves_a_receipt(
    site: Site, council: Council, councillors: list[Person]
) -> None:
    """More readers than there are connections to the record: none waits for another's to write."""
    site.upload(council, Owner(paper_id=site.paper(council).id), "projekt uchwały")
    site.publish(council)
    browsers = [site.browser(each, by="link") for each in councillors]
    together = threading.Barrier(COUNCILLORS)

    def opened(number: int) -> bytes:
        together.wait(30)
        path = f"/piechowice/moje/{council.meeting.id}/1/pakiet.pdf"
        answer = browsers[number].get(path)
        assert answer.status_code == 200, answer.text
        return answer.content

    with ThreadPoolExecutor(COUNCILLORS) as pool:
        files = list(pool.map(opened, range(COUNCILLORS)))
    assert len(set(files)) == 1
    with site.parts.database.reading() as session:
        receipts = session.scalars(select(Receipt.person_id).where(Receipt.kind == "downloaded"))
        assert set(receipts) == {each.id for each in councillors}
        heads = session.scalars(select(LedgerEntry.seq).order_by(LedgerEntry.seq)).all()
        assert heads == list(range(heads[0], heads[0] + len(heads)))


def test_a_folder_dropped_at_once_is_all_there(clerk: Clerk) -> None:
    """Two requests at a time, as upload.js sends them."""
    count = 60

    def dropped(number: int) -> int:
        answer = clerk.browser.post(
            f"{clerk.item(1)}/pliki",
            files=[("files", (f"zalacznik {number}.txt", f"tekst {number}".encode()))],
            headers={"accept": "application/json", "x-csrf-token": clerk.csrf},
        )
        return answer.status_code

    assert clerk.csrf
    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(dropped, range(count)))
    assert statuses == [200] * count
    with clerk.site.parts.database.reading() as session:
        assert session.scalar(select(func.count(Version.sha256.distinct()))) == count
    page = clerk.get(f"{clerk.desk}?punkt={clerk.items[1].id}")
    assert len(set(re.findall(r'id="plik-(\w+)"', page.text))) == count
