"""What browsers do at the doors: open links, press their button, send forms with their proof."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from httpx2 import Response
from sqlalchemy import func, select
from starlette.testclient import TestClient

from docstore.models import (
    Attempt,
    LedgerEntry,
    Link,
    Meeting,
    OutboxMessage,
    Person,
    Receipt,
    SignIn,
)
from docstore.services import signins

if TYPE_CHECKING:  # conftest makes fixtures with this
    from tests.integration.pages.conftest import Site

PASSWORD = "dwanaście znaków"
DOOR = "/piechowice/wejscie"


def make_link(
    site: "Site", person: Person, *, meeting: Meeting | None = None, hours: float = 24
) -> str:
    """Return the path of a fresh link, as a mail holds it."""
    with site.parts.database.transaction() as session:
        token = signins.make_link(
            session,
            person=person,
            meeting_id=meeting.id if meeting else None,
            at=site.clock.now(),
            expires_at=site.clock.now() + timedelta(hours=hours),
        )
    return f"{DOOR}/link/{token}"


def csrf(client: TestClient) -> str:
    """Return the proof that this browser's forms carry."""
    for page in (DOOR, "/piechowice/konto"):  # the door leads whoever is signed in on
        if "teczka_formularz" not in client.cookies:
            client.get(page)
    return str(client.cookies["teczka_formularz"])


def post(client: TestClient, page: str, **fields: str) -> Response:
    return client.post(page, data={"csrf": csrf(client), **fields})


def press(site: "Site", link: str, client: TestClient | None = None) -> Response:
    """Open a link's page and press its button, as a person does."""
    client = client or site.browser()
    client.get(link)
    return post(client, link)


def rows(site: "Site") -> Mapping[str, int]:
    """Count everything that a way in could write."""
    with site.parts.database.reading() as session:
        return {
            kind.__tablename__: session.scalar(select(func.count()).select_from(kind)) or 0
            for kind in (SignIn, Receipt, LedgerEntry, OutboxMessage, Attempt)
        } | {
            "used": session.scalar(select(func.count()).where(Link.used_at.is_not(None))) or 0,
        }
