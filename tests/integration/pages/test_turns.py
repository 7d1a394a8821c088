"""What waits for the store or the disk stands apart: bytes go out first, and pages go on."""

import threading
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx2
import pytest
from anyio.abc import TaskGroup
from sqlalchemy import select
from starlette.types import Message

from api import dependencies, downloads, turns
from docstore.models import Receipt
from docstore.services import receipts
from docstore.services.documents import Owner
from tests.integration.pages.conftest import Council, Site
from tests.integration.pages.office import Clerk

MANY = 45  # more than the framework has threads


@pytest.fixture
def packet(site: Site, council: Council) -> str:
    """Publish a packet and return the path of its one file."""
    site.upload(council, Owner(paper_id=site.paper(council).id), "projekt uchwały")
    site.publish(council)
    return f"/piechowice/moje/{council.meeting.id}/1/pakiet.pdf"


def noted(site: Site) -> list[str]:
    with site.parts.database.reading() as session:
        return list(session.scalars(select(Receipt.kind)))


async def _ask(
    site: Site, path: str, cookie: str, send: Callable[[Message], Awaitable[None]]
) -> None:
    """Ask the application itself, so that each part of its answer is seen when it leaves."""
    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1",
        "method": "GET", "scheme": "http", "path": path, "raw_path": path.encode(),
        "query_string": b"", "root_path": "", "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
        "headers": [(b"host", b"testserver"), (b"cookie", cookie.encode())],
    }  # fmt: skip

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    await site.app(scope, receive, send)


def _cookie(site: Site, council: Council) -> str:
    jar = site.browser(council.member, by="link").cookies.jar
    return "; ".join(f"{each.name}={each.value}" for each in jar)


def test_the_first_block_leaves_before_its_receipt_is_written(
    site: Site, council: Council, packet: str
) -> None:
    seen: list[tuple[str, int, list[str]]] = []

    async def send(message: Message) -> None:
        length = len(message.get("body", b""))
        seen.append((message["type"], length, await anyio.to_thread.run_sync(noted, site)))

    anyio.run(_ask, site, packet, _cookie(site, council), send)
    start, first, *_, last = seen
    assert (start[0], start[2]) == ("http.response.start", [])
    assert (first[1] > 0, first[2]) == (True, [])
    assert last[1:] == (0, ["downloaded"])


def test_a_receipt_that_cannot_be_written_cuts_no_file(
    site: Site, council: Council, packet: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(receipts, "record", broken)
    answer = site.browser(council.member, by="link").get(packet)
    assert answer.status_code == 200
    assert len(answer.content) == int(answer.headers["content-length"])
    assert noted(site) == []


def test_a_reading_ends_while_every_thread_waits_for_its_connection(site: Site) -> None:
    """Else those who hold the record's connections would wait for those who want one."""

    async def read_and_end() -> None:
        reading = asynccontextmanager(dependencies._read)(site.parts)
        session = await reading.__aenter__()
        session.execute(select(Receipt))
        threads = anyio.to_thread.current_default_thread_limiter()
        others = [object() for _ in range(int(threads.total_tokens))]
        for other in others:
            await threads.acquire_on_behalf_of(other)
        with anyio.fail_after(20):
            await reading.__aexit__(None, None, None)
        assert not session.in_transaction()

    anyio.run(read_and_end)


class Hanging:
    """A part that says nothing until it is let go; `calls` tells how many wait for it."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, site: Site, verb: str, *, of: object = None
    ) -> None:
        self._free = threading.Event()
        self.calls = 0
        kind = type(of or site.parts.store)
        does = getattr(kind, verb)

        def hang(*args: object, **kwargs: object) -> object:
            self.calls += 1
            assert self._free.wait(120)
            return does(*args, **kwargs)

        monkeypatch.setattr(kind, verb, hang)

    def let_go(self) -> None:
        self._free.set()


def _beside_a_page(
    site: Site, ask: Callable[[httpx2.AsyncClient, int], Awaitable[httpx2.Response]], page: str,
    cookies: dict[str, str], store: Hanging, turns_there_are: int,
) -> list[httpx2.Response]:  # fmt: skip
    """Ask many times of a store that hangs, look at a page meanwhile, and return the answers."""
    answers: list[httpx2.Response] = []

    async def one(client: httpx2.AsyncClient, number: int, told: anyio.Event) -> None:
        answers.append(await ask(client, number))
        if len(answers) == MANY - turns_there_are:  # those without a turn
            told.set()

    async def everybody() -> None:
        transport = httpx2.ASGITransport(app=site.app)
        async with (
            httpx2.AsyncClient(
                transport=transport, base_url="http://testserver", cookies=cookies, timeout=None
            ) as client,
            anyio.create_task_group() as group,
        ):
            await go_on(client, group)

    async def go_on(client: httpx2.AsyncClient, group: TaskGroup) -> None:
        told = anyio.Event()
        try:
            for number in range(MANY):
                group.start_soon(one, client, number, told)
            with anyio.fail_after(90):
                await told.wait()
                assert (await client.get(page)).status_code == 200
        finally:
            store.let_go()

    anyio.run(everybody)
    return answers


def _told(answers: list[httpx2.Response]) -> list[tuple[int, str | None]]:
    return [(each.status_code, each.headers.get("retry-after")) for each in answers]


def test_pages_answer_while_every_download_hangs(
    site: Site, council: Council, packet: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "PATIENCE", 0.1)
    store = Hanging(monkeypatch, site, "open")
    cookies = dict(site.browser(council.member, by="link").cookies)
    answers = _beside_a_page(
        site, lambda client, _: client.get(packet), "/piechowice/moje", cookies, store, 20
    )
    assert _told(answers[: MANY - 20]) == [(503, "5")] * (MANY - 20)
    assert {each.status_code for each in answers[MANY - 20 :]} == {200}
    assert store.calls == 1, "one reads the block for all who want it"


def test_pages_answer_while_every_upload_hangs(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.1)
    path, proof = f"{clerk.item(1)}/pliki", {"x-csrf-token": clerk.csrf}
    store = Hanging(monkeypatch, clerk.site, "put")

    def ask(client: httpx2.AsyncClient, number: int) -> Awaitable[httpx2.Response]:
        file = ("files", (f"zalacznik {number}.txt", f"tekst {number}".encode()))
        return client.post(path, files=[file], headers={**proof, "accept": "application/json"})

    cookies = dict(clerk.browser.cookies)
    answers = _beside_a_page(clerk.site, ask, "/piechowice/biuro", cookies, store, 10)
    assert _told(answers[: MANY - 10]) == [(503, "5")] * (MANY - 10)
    assert {each.status_code for each in answers[MANY - 10 :]} == {200}


@pytest.mark.usefixtures("council")
def test_pages_answer_while_every_search_hangs(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """As while the record is silent; those in vain are told to try again, lists go on.

    Who had to wait comes back by another connection, perhaps to a process with less to do.
    """
    monkeypatch.setattr(turns, "SEARCHER", 0.1)
    index = Hanging(monkeypatch, site, "search", of=site.parts.engine)
    answers = _beside_a_page(
        site,
        lambda client, _: client.get("/piechowice/uchwaly?q=budżet"),
        "/piechowice/uchwaly",
        {},
        index,
        2,
    )
    assert _told(answers[: MANY - 2]) == [(503, "5")] * (MANY - 2)
    assert {each.headers.get("connection") for each in answers[: MANY - 2]} == {"close"}
    assert [(each.status_code, each.headers.get("connection")) for each in answers[MANY - 2 :]] == [
        (200, None)
    ] * 2
