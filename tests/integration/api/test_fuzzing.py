"""Whatever anybody sends, the interface answers as its description says.

`pytest tests/integration/api/test_fuzzing.py --scenarios 2000` asks for longer than CI does.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.security.limits import Bucket
from docstore.services.documents import Owner
from tests.fuzzing import World, ask_each, walk
from tests.integration.pages.conftest import Site, make_installation

DEEP = (
    ("create_meeting", 201),
    ("add_items", 201),
    ("add_document", 201),
    ("add_version", 201),
    ("publish", 201),
    ("download", 200),
)
"""What a walk must have reached, or it asked nothing worth the while."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Return an installation that answers searches however many there are."""
    made = make_installation(tmp_path / "data")
    made.app.state.search_limit = Bucket(rate=10**6, burst=10**6)
    yield made
    made.parts.close()


@pytest.mark.parametrize("role", ["office", "member", "public"])
def test_every_answer_is_one_that_is_described(
    site: Site, role: str, request: pytest.FixtureRequest
) -> None:
    council = site.found()
    version = site.upload(council, Owner(paper_id=site.paper(council).id), "projekt o podatku")
    packet, paper = site.publish(council), site.adopt(council)
    consideration = site.consideration(council)
    token = None
    if role != "public":
        is_office = role == "office"
        person = site.clerk(council) if is_office else council.member
        token = site.token(person, by="password" if is_office else "link")
    made = {
        "item_id": consideration.item_id,
        "paper_id": paper.id,
        "act_id": paper.id,
        "version_id": version.id,
        "document_id": version.document_id,
        "packet_id": packet.id,
        "consideration_id": consideration.id,
    }
    world = World(site, council, token, made)
    if role == "office":
        scenarios = request.config.getoption("--scenarios")
        walk(world, scenarios=scenarios, steps=12, missing=lambda: _missing(world))
        assert _missing(world) == set()
        return
    ask_each(world, examples=max(4, request.config.getoption("--scenarios") // 10))
    asked = {name for name, _ in world.answered}
    assert asked == {name for path in _paths(site) for name in path}
    assert {status for _, status in world.answered} <= {200, 400, 401, 403, 404, 405, 415, 422}


def _missing(world: World) -> set[str]:
    return {name for name, status in DEEP if not world.answered[name, status]}


def _paths(site: Site) -> Iterator[list[str]]:
    for verbs in site.app.openapi()["paths"].values():
        yield [operation["operationId"] for operation in verbs.values()]
