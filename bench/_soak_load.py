"""The people of a soak: clerks, councillors and the public, each a thread that goes on and on."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from typing import Any

import httpx2

from api.security.cookies import sign_in_cookie
from bench._soak_book import Journal, Request
from docstore.models import Body, Meeting
from docstore.services import signins
from docstore.services.acting import Acting
from tests.crash_house import CrashHouse
from tests.factories import make_pdf, make_person

_API = "/api/v1/bodies/piechowice"
_SURNAMES = ("Adamska", "Bielska", "Cisowa", "Dobra", "Ergiel")
_THINKS = 0.7  # seconds between two things one person does, on average
_PATIENCE = 60.0  # seconds for one request; longer is one that hangs
_FILES = 3  # put on an item before a packet goes out
_LETTERS = 0.1  # of the files are for LibreOffice
_QUESTIONS = ("uchwala", "projekt", "w sprawie", "podatek od nieruchomości", "znacznik1x")


class _GaveUp(Exception):
    """A step got no good answer: whoever took it thinks for a moment and begins anew."""


class People:
    """Who they are and what they do; everything is asked over HTTP."""

    def __init__(self, house: CrashHouse, journal: Journal) -> None:
        self._house, self._journal = house, journal
        self._numbers = count(1)
        self._packets: list[tuple[str, int]] = []
        parts, now = house.parts, house.parts.clock.now()
        with parts.database.transaction() as session:
            meeting = session.get_one(Meeting, house.meeting_id)
            body = session.get_one(Body, meeting.body_id)
            members = [make_person(session=session, body=body, name=n) for n in _SURNAMES]
            token, _ = signins.open_sign_in(
                session, Acting(None, now), person=members[0], by="link", device="tablet"
            )
        self._cookies = {sign_in_cookie(body.id): token}

    def threads(self, over: threading.Event, *, seed: int) -> list[threading.Thread]:
        """Return everybody, ready to begin."""
        clerk = {"headers": {"authorization": f"Bearer {self._house.token}"}}
        who: list[tuple[Any, dict[str, Any]]] = [
            *[(self._clerk, clerk)] * 2,
            *[(self._councillor, {"cookies": self._cookies})] * 2,
            *[(self._public, {})] * 2,
        ]
        return [
            threading.Thread(target=self._goes_on, args=(over, does, known_by, f"{seed} {number}"))
            for number, (does, known_by) in enumerate(who)
        ]

    def _goes_on(
        self, over: threading.Event, does: Any, known_by: dict[str, Any], seed: str
    ) -> None:
        chance = random.Random(seed)  # noqa: S311 - chosen to be said again
        client = httpx2.Client(
            base_url=self._house.parts.settings.public_url, timeout=_PATIENCE, **known_by
        )
        with client:
            while not over.wait(chance.uniform(0, 2 * _THINKS)):
                try:
                    does(client, chance)
                except _GaveUp:
                    continue

    def _ask(
        self, client: httpx2.Client, kind: str, method: str, address: str, **more: Any
    ) -> httpx2.Response:
        """Ask, and note how it ended."""
        began = time.monotonic()
        outcome, answer = "", None
        try:
            answer = client.request(method, address, **more)
            outcome = str(answer.status_code)
        except httpx2.TransportError as error:
            outcome = type(error).__name__
        taken = Request(kind, began, time.monotonic() - began, outcome)
        self._journal.asked(taken)
        if answer is None or not taken.is_good:
            raise _GaveUp
        return answer

    # --- the office ---

    def _clerk(self, client: httpx2.Client, chance: random.Random) -> None:
        """Prepare a meeting from nothing, publish it, and correct it once."""
        number = next(self._numbers)
        starts_at = self._house.parts.clock.now() + timedelta(days=7, minutes=number)
        # No council has a thousand sessions in a term, but this one may have in an hour.
        new = {"starts_at": starts_at.isoformat(), "number": number % 999 + 1}
        made = self._insist(client, chance, "a meeting", f"{_API}/meetings", json=new).json()
        self._journal.book.meetings.append(made["id"])
        address = f"{_API}/meetings/{made['id']}"
        item = {"title": f"Podjęcie uchwały {number}", "druk": str(number)}
        items = {"revision": made["revision"], "items": [item]}
        self._insist(client, chance, "an item", f"{address}/items", json=items)
        # It may have been there already, had the answer been lost: what counts is what is there.
        draft = self._ask(client, "the draft", "GET", f"{address}/draft").json()
        paper = draft["items"][0]["papers"][0]["id"]
        for files in (_FILES, 1):
            for _ in range(files):
                self._file(client, chance, paper)
            self._publish(client, chance, address, made["id"])

    def _insist(
        self, client: httpx2.Client, chance: random.Random, kind: str, address: str, **more: Any
    ) -> httpx2.Response:
        """Send a change again until it is acknowledged."""
        while True:
            try:
                return self._ask(client, kind, "POST", address, **more)
            except _GaveUp:
                time.sleep(chance.uniform(0.2, 1))

    def _file(self, client: httpx2.Client, chance: random.Random, paper: str) -> None:
        """Upload a file; each try is another one, since the one before may have arrived."""
        while True:
            word = f"znacznik{next(self._numbers)}x"
            is_letter = chance.random() < _LETTERS
            name = f"{word}.rtf" if is_letter else f"{word}.pdf"
            text = f"Projekt w sprawie: {word}"
            data = (
                rf"{{\rtf1\ansi {text}.}}".encode() if is_letter else make_pdf(text=text, pages=2)
            )
            said = {"file_name": name, "paper_id": paper, "title": word}
            try:
                kind, address = "an upload", f"{_API}/documents"
                answer = self._ask(client, kind, "POST", address, params=said, content=data)
            except _GaveUp:
                time.sleep(chance.uniform(0.2, 1))
                continue
            self._journal.book.uploaded(answer.json()["id"], data, word)
            return

    def _publish(
        self, client: httpx2.Client, chance: random.Random, address: str, meeting: str
    ) -> None:
        """Publish as soon as every file is read."""
        while True:
            try:
                draft = self._ask(client, "the draft", "GET", f"{address}/draft").json()
                ask = {"revision": draft["revision"], "personal_data_reason": "próba"}
                answer = self._ask(client, "a packet", "POST", f"{address}/packets", json=ask)
            except _GaveUp:
                time.sleep(chance.uniform(0.2, 1))
                continue
            if answer.status_code == httpx2.codes.CREATED:
                self._journal.book.published(answer.json()["id"])
                self._packets.append((meeting, answer.json()["number"]))
                return
            if answer.json()["code"] == "packet_unchanged":  # it was, and nobody told us
                return
            time.sleep(chance.uniform(0.2, 1))

    # --- who reads ---

    def _councillor(self, client: httpx2.Client, chance: random.Random) -> None:
        """Open one of the last packets and download what it holds."""
        if not self._packets:
            return
        meeting, number = chance.choice(self._packets[-20:])
        address = f"/piechowice/moje/{meeting}"
        self._ask(client, "a councillor's page", "GET", address)
        name = chance.choice(("pakiet.pdf", "pakiet.zip"))
        self._ask(client, "a packet's file", "GET", f"{address}/{number}/{name}")

    def _public(self, client: httpx2.Client, chance: random.Random) -> None:
        """Search, as anybody may."""
        page = chance.choice(("szukaj", "uchwaly"))
        question = {"q": chance.choice(_QUESTIONS)}
        self._ask(client, "the public's search", "GET", f"/piechowice/{page}", params=question)


@contextmanager
def at_work(people: People, *, seed: int) -> Iterator[None]:
    """Let everybody work within the block; who is in the middle of something finishes it."""
    over = threading.Event()
    threads = people.threads(over, seed=seed)
    for each in threads:
        each.start()
    try:
        yield
    finally:
        over.set()
        for each in threads:
            each.join(10 * _PATIENCE)
