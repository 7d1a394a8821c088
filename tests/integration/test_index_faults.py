"""An index deleted or damaged under a running installation: said, mended, nobody restarts."""

import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.integration.pages.conftest import Council, Site, make_installation
from tests.integration.pages.office import text_of
from tests.serving import served

SAID = "Wyszukiwarka jest właśnie odbudowywana."


@pytest.fixture(params=["tantivy:", "whoosh:"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """Return an installation whose index is in its folder."""
    made = make_installation(tmp_path / "data", search=request.param)
    yield made
    made.parts.close()


@pytest.fixture(autouse=True)
def council(site: Site) -> Council:
    """Return a council with one act that is found."""
    council = site.found()
    site.act(council, number="I/1/24", title="Budżet gminy", text="dochody", day=date(2024, 5, 7))
    return council


def damage(site: Site, how: str) -> None:
    """Delete the index, or cut its files short."""
    index = site.parts.settings.data_dir / "index"
    if how == "deleted":
        shutil.rmtree(index)
    else:
        for file in index.glob("*/generation-*/*"):
            os.truncate(file, file.stat().st_size // 2)


@pytest.mark.parametrize("how", ["deleted", "cut"])
def test_pages_and_interface_say_so_and_the_next_work_mends_it(site: Site, how: str) -> None:
    found = "/piechowice/uchwaly?q=dochody"
    assert "Znaleziono: 1" in text_of(site.client.get(found))
    damage(site, how)
    for path in (found, "/piechowice/szukaj?q=dochody"):
        page = site.client.get(path)
        assert (page.status_code, page.headers["retry-after"]) == (503, "30")
        assert SAID in text_of(page)
        assert "Lista uchwał" in text_of(page)
    assert "Budżet gminy" in text_of(site.client.get("/piechowice/uchwaly")), (
        "a list needs no index"
    )
    told = site.client.get("/api/v1/bodies/piechowice/search?q=dochody")
    assert (told.status_code, told.json()["code"]) == (503, "index_damaged")
    assert told.json()["detail"].startswith(SAID)
    assert told.headers["retry-after"]
    ready = site.client.get("/readyz")
    assert (ready.status_code, ready.json()["parts"]["index"]["code"]) == (200, "index_damaged")
    assert ready.json()["waiting"] == 1, "many searches ask for one rebuild"
    site.work()
    assert "Znaleziono: 1" in text_of(site.client.get(found))
    assert site.client.get("/readyz").json()["parts"]["index"]["code"] == "ok"


def test_it_is_said_in_english(site: Site) -> None:
    damage(site, "cut")
    page = site.client.get("/piechowice/szukaj?q=dochody&jezyk=en")
    assert "Search is just being rebuilt." in text_of(page)


def test_before_the_first_document_nothing_is_being_rebuilt(tmp_path: Path) -> None:
    site = make_installation(tmp_path / "empty", search="tantivy:")
    site.found()
    page = site.client.get("/piechowice/szukaj?q=dochody")
    assert page.status_code == 200
    assert SAID not in text_of(page)
    site.parts.close()


def test_a_server_goes_on_and_finds_again_by_itself(site: Site) -> None:
    """A real process: a mapped file that is cut short ends one that reads it."""
    with served(site) as server, server.browser() as browser:
        found, seen = "/piechowice/uchwaly?q=dochody", set[int]()

        def is_found() -> bool:
            answer = browser.get(found)
            seen.add(answer.status_code)
            return "Budżet gminy" in answer.text

        assert is_found()
        for how in ("cut", "deleted"):
            damage(site, how)
            assert not is_found(), how
            server.until(f"the act is found again after the index was {how}", is_found)
        assert seen == {200, 503}
        assert server.process.poll() is None
