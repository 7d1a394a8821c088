"""Every route before every asker, held to a table that people read: who_may_what.txt."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from httpx2 import Response
from sqlalchemy import event

from api.security.headers import ALWAYS
from docstore.models import Meeting
from docstore.services.tokens import SCOPES
from tests.integration.pages import matrix
from tests.integration.pages.conftest import Site, make_installation
from tests.integration.pages.matrix import NOBODY, PEOPLE, World

TABLE = Path(__file__).with_name("who_may_what.txt")
ASKED = matrix.expected(TABLE.read_text())
# What is the same for everybody, though somebody signed in asks for it.
SHOWN_TO_ALL = {"/{slug}/barwy.css", "/{slug}/uchwaly.atom"}
IDS = re.compile(r"\{(\w+_id)\}")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return one installation for the whole walk: nothing that is done there is kept."""
    made = make_installation(tmp_path_factory.mktemp("matrix") / "data")
    yield made
    made.parts.close()


@pytest.fixture(scope="module")
def other(site: Site) -> World:
    """Return another council of the same installation."""
    return matrix.made(site, "mirsk")


@pytest.fixture(scope="module")
def world(site: Site) -> World:
    """Return the council that everybody asks about."""
    return matrix.made(site, "piechowice")


def test_the_table_has_every_route_and_no_other(site: Site) -> None:
    walked = set(matrix.routes(site))
    assert sorted(walked - set(ASKED)) == [], "say in who_may_what.txt who may do it"
    assert sorted(set(ASKED) - walked) == [], "these routes are gone: take them out of the table"


def test_nobody_is_left_out() -> None:
    for (_, route), cells in ASKED.items():
        of_interface = SCOPES if route.startswith("/api/v1/bodies") else ()
        assert tuple(cells) == (*PEOPLE, *of_interface), route


Walked = list[tuple[str, str, Response]]
Walks = Callable[[str], Walked]


@pytest.fixture(scope="module")
def walk(world: World, other: World) -> Walks:
    """Return what walks every route as one asker, once for all the tests that look at it."""
    kept: dict[str, Walked] = {}

    def walked(who: str) -> Walked:
        if who not in kept:
            of_token = who in SCOPES
            headers = matrix.program(world, who) if of_token else matrix.browser(world, who, other)
            with matrix.nothing_kept():
                kept[who] = [
                    (method, route, matrix.ask(world.site, method, world.address(route), headers))
                    for (method, route), cells in ASKED.items()
                    if who in cells
                ]
        return kept[who]

    return walked


@pytest.mark.parametrize("who", [*PEOPLE, *SCOPES])
def test_each_is_let_in_where_the_table_says_so(walk: Walks, who: str) -> None:
    found = {(method, route): matrix.verdict(method, answer) for method, route, answer in walk(who)}
    asked = {what: cells[who] for what, cells in ASKED.items() if who in cells}
    assert {what: told for what, told in found.items() if told != asked[what]} == {}
    assert found.keys() == asked.keys()


def test_a_token_is_nothing_to_a_page(world: World) -> None:
    headers = matrix.program(world, *SCOPES) | {
        "X-CSRF-Token": matrix.PROOF,
        "Cookie": f"teczka_formularz={matrix.PROOF}",
    }
    with matrix.nothing_kept():
        for (method, route), cells in ASKED.items():
            if not route.startswith("/api/v1/bodies"):
                answer = matrix.ask(world.site, method, world.address(route), headers)
                assert matrix.verdict(method, answer) == cells["public"], (method, route)


@pytest.mark.parametrize("who", ["office", "admin"])
def test_who_works_for_one_council_is_a_stranger_to_another(
    world: World, other: World, who: str
) -> None:
    headers = matrix.browser(world, who, other)
    with matrix.nothing_kept():
        for (method, route), cells in ASKED.items():
            if "{slug}" in route:
                answer = matrix.ask(world.site, method, other.address(route), headers)
                assert matrix.verdict(method, answer) == cells["stranger"], (method, route)


def _same(answer: Response, sought: str) -> tuple[int, str, dict[str, str]]:
    """Return an answer without the id that was sought and the number of its request."""
    number = answer.headers["x-request-id"]

    def told(text: str) -> str:
        return text.replace(f"/{sought}", "/ID").replace(number, "NUMBER")

    headers = {name: told(value) for name, value in answer.headers.items()}
    return answer.status_code, told(answer.text), headers


def test_what_another_council_has_is_told_as_what_nobody_has(world: World, other: World) -> None:
    """The same answer to the letter, after the same number of questions to the record."""
    site, asked = world.site, 0
    wrong: list[tuple[str, str, str, int]] = []
    questions: list[str] = []
    event.listen(
        site.parts.database.engine, "before_cursor_execute", lambda *its: questions.append(its[2])
    )
    askers = {
        "page": matrix.browser(world, "admin", other),
        "interface": matrix.program(world, *SCOPES),
    }
    with site.parts.database.reading() as session:
        revision = str(session.get_one(Meeting, world.council.meeting.id).revision)
    with matrix.nothing_kept():
        for method, route in ASKED:
            headers = askers["interface" if route.startswith("/api/v1/bodies/") else "page"]
            for name in IDS.findall(route):
                told = []
                for sought in (other.known[name], "0" if name == "message_id" else NOBODY):
                    questions.clear()
                    address = world.address(route, **{name: sought})
                    typed = {"revision": revision} if "/biuro/" in route else {}
                    answer = matrix.ask(site, method, address, headers, **typed)
                    told.append((_same(answer, sought), len(questions)))
                if told[0] != told[1] or answer.status_code not in {404, 422}:
                    wrong.append((method, route, name, answer.status_code))
                asked += 1
    assert wrong == [], "\n".join(map(str, wrong))
    assert asked > 60


@pytest.mark.parametrize("who", ["public", "admin", *SCOPES])
def test_every_answer_is_guarded_and_nobodys_own_is_kept(walk: Walks, who: str) -> None:
    """Pages, files, refusals, redirects, JSON, feeds: whoever asks, however it is answered."""
    for method, route, answer in walk(who):
        said = answer.headers
        for name in ALWAYS.keys() - {"Content-Security-Policy", "Referrer-Policy"}:
            assert said[name] == ALWAYS[name], (method, route, name)
        policy = said["Content-Security-Policy"]
        assert "default-src 'none'" in policy, (method, route)
        assert "frame-ancestors 'none'" in policy, (method, route)
        assert said["Referrer-Policy"] in {"same-origin", "no-referrer"}, (method, route)
        if "text/html" in said.get("Content-Type", ""):
            assert "unsafe" not in policy, (method, route)
        kept = said["Cache-Control"]
        assert kept in {"no-store", "no-cache", "private, no-cache"}, (method, route)
        is_own = who != "public" and "{slug}" in route and route not in SHOWN_TO_ALL
        if (is_own or method in matrix.CHANGES) and answer.status_code == 200:
            assert kept != "no-cache", (method, route)
