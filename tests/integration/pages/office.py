"""A clerk before the desk: a signed-in browser that fills in the office's forms."""

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from httpx2 import Response
from starlette.testclient import TestClient

from docstore.models import AgendaItem, Meeting, Person
from docstore.services import agendas, clerks, people

if TYPE_CHECKING:  # conftest makes the fixture of this
    from tests.integration.pages.conftest import Council, Site

Upload = tuple[str, tuple[str, bytes]]


@dataclass(frozen=True)
class Clerk:
    """Somebody of the office with a browser and a meeting to prepare."""

    site: "Site"
    council: "Council"
    browser: TestClient

    @property
    def home(self) -> str:
        """Return the address of the office."""
        return f"/{self.council.body.slug}/biuro"

    @property
    def desk(self) -> str:
        """Return the address of the meeting's desk."""
        return f"{self.home}/posiedzenia/{self.council.meeting.id}"

    @property
    def csrf(self) -> str:
        """Return the proof that this browser's forms carry."""
        if "teczka_formularz" not in self.browser.cookies:
            self.browser.get(self.home)
        return str(self.browser.cookies["teczka_formularz"])

    def get(self, path: str) -> Response:
        """Open a page."""
        return self.browser.get(path)

    def page(self, path: str) -> str:
        """Open a page and return what it says, without tags."""
        answer = self.browser.get(path)
        assert answer.status_code == 200, (answer.status_code, text_of(answer)[:300])
        return text_of(answer)

    def post(self, path: str, *uploads: Upload, **fields: Any) -> Response:
        """Send a form."""
        return self.browser.post(
            path, data={"csrf": self.csrf, **fields}, files=list(uploads) or None
        )

    def done(self, path: str, *uploads: Upload, **fields: Any) -> str:
        """Send a form that must be taken, and return what the page after it says."""
        answer = self.post(path, *uploads, **fields)
        assert answer.status_code == 303, (answer.status_code, text_of(answer)[:600])
        return self.page(answer.headers["location"].split("#")[0])

    @property
    def revision(self) -> int:
        """Return the agenda's state now."""
        with self.site.parts.database.reading() as session:
            return session.get_one(Meeting, self.council.meeting.id).revision

    @property
    def items(self) -> list[AgendaItem]:
        """Return the agenda as it is now."""
        with self.site.parts.database.reading() as session:
            items = agendas.agenda(session, self.council.meeting.id)
            papers = [each.paper for item in items for each in item.considerations]
            for document in (each for paper in papers for each in paper.documents):
                session.refresh(document, ["versions"])
            return items

    @property
    def titles(self) -> list[str]:
        """Return the titles of the agenda in order."""
        return [item.title for item in self.items]

    def item(self, place: int) -> str:
        """Return the address of an item's verbs."""
        return f"{self.desk}/punkty/{self.items[place].id}"

    def drop(self, path: str, *names: str, data: bytes = b"Tekst projektu.", **fields: Any) -> str:
        """Send files by the plain form and do what follows."""
        said = self.done(path, *(("files", (name, data)) for name in names), **fields)
        self.site.work()
        return said


def text_of(answer: Response) -> str:
    """Return what a page says, with its dialogs and without tags."""
    body = re.sub(r"(?s)<(script|template|svg).*?</\1>", " ", answer.text)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def fields_of(answer: Response, action: str) -> dict[str, str]:
    """Return the hidden and filled fields of the first form that goes to an action."""
    form = re.search(rf'(?s)<form[^>]*action="{re.escape(action)}".*?</form>', answer.text)
    assert form, action
    return {
        html.unescape(name): html.unescape(value)
        for name, value in re.findall(r'name="([^"]+)"[^>]*? value="([^"]*)"', form[0])
    }


def make_clerk(site: "Site", council: "Council") -> Clerk:
    """Sign a clerk of a council in."""
    return Clerk(site, council, site.browser(site.clerk(council)))


def make_colleague(clerk: Clerk, name: str = "Zofia Druga") -> Clerk:
    """Sign a second clerk of the same office in."""
    site, council = clerk.site, clerk.council
    with site.parts.database.transaction() as session:
        person: Person = people.add_person(
            session,
            site.acting,
            body_id=council.body.id,
            name=name,
            email=f"druga@{council.body.slug}.example",
        )
        clerks.give_duty(session, site.acting, person=person, role="office")
    return Clerk(site, council, site.browser(person))
