"""Readiness, figures and the administrator's page tell what is wrong in words, whatever is down."""

import re
import shutil
import threading
import time
from collections import namedtuple
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from api.state.conditions import PARTS, Doctor
from api.state.told import SAYINGS
from api.state.watch import NoAnswer, Question, Watch
from docstore import outbox
from docstore.models import StoredObject
from docstore.outbox import UPKEEP
from docstore.services.documents import Owner
from tests.integration.pages.conftest import Council, Site, make_installation

DOCS = Path(__file__).resolve().parents[2] / "docs" / "metrics.md"
_Disk = namedtuple("_Disk", "total used free")  # noqa: PYI024 - as shutil returns it


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Return an installation."""
    made = make_installation(tmp_path / "data")
    yield made
    made.parts.close()


@pytest.fixture(autouse=True)
def council(site: Site) -> Council:
    """Return its one council, which has a document."""
    council = site.found()
    site.upload(council, Owner(paper_id=site.paper(council).id), "Projekt uchwały.")
    return council


def readiness(site: Site) -> tuple[int, dict[str, str]]:
    """Return the status of `/readyz` and each part's code."""
    answer = site.client.get("/readyz")
    return answer.status_code, {name: p["code"] for name, p in answer.json()["parts"].items()}


def figures(site: Site) -> dict[str, dict[str, float]]:
    """Return the samples of `/metrics`: name, then labels as text, then the value."""
    found: dict[str, dict[str, float]] = {}
    for family in text_string_to_metric_families(site.client.get("/metrics").text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found.setdefault(sample.name, {})[labels] = sample.value
    return found


def fill(monkeypatch: pytest.MonkeyPatch, *, free_mb: float) -> None:
    """Let every disk have so much room left."""
    free = int(free_mb * (1 << 20))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: _Disk(10**12, 10**12 - free, free))


class TestReadiness:
    def test_all_is_well(self, site: Site) -> None:
        answer = site.client.get("/readyz").json()
        assert (answer["ready"], answer["well"]) == (True, True)
        assert set(answer["parts"]) == set(PARTS)
        codes = {name: part["code"] for name, part in answer["parts"].items()}
        assert codes == dict.fromkeys(PARTS, "ok") | {"upkeep": "upkeep_never"}
        assert answer["parts"]["record"]["sentence"] == (
            "Baza danych: działa. Odpowiada i przyjmuje zapisy."
        )

    def test_it_speaks_english_where_that_is_asked_for(self, site: Site) -> None:
        said = site.client.get("/readyz?jezyk=en").json()["parts"]["record"]["sentence"]
        assert said == "Database: works. It answers and takes changes."

    def test_a_part_is_so_since_it_was_first_seen_so(self, site: Site) -> None:
        began = site.client.get("/readyz").json()["parts"]["objects"]["since"]
        site.clock.move(timedelta(minutes=5))
        assert site.client.get("/readyz").json()["parts"]["objects"]["since"] == began
        objects = site.parts.settings.data_dir / "objects"
        objects.rename(objects.with_name("unmounted"))
        at = site.clock.now().isoformat()
        site.client.get("/readyz")
        site.clock.move(timedelta(minutes=5))
        told = site.client.get("/readyz").json()
        assert told["parts"]["objects"]["since"] == at
        assert told["parts"]["objects"]["code"] == "storage_unavailable"
        assert told["ready"] is False

    def test_a_disk_is_told_before_it_is_full(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for free_mb, status, code in ((2000, 200, "ok"), (700, 200, "disk_low"),
                                      (500, 503, "disk_full"), (0, 503, "disk_full")):  # fmt: skip
            fill(monkeypatch, free_mb=free_mb)
            found, codes = readiness(site)
            assert (found, codes["disk"]) == (status, code), free_mb
        said = site.client.get("/readyz").json()["parts"]["disk"]["sentence"]
        assert said.startswith("Miejsce na dysku: dysk pełny. Zostało 0")
        assert "512" in said

    def test_work_upkeep_and_damage_are_told(self, site: Site) -> None:
        with site.parts.database.transaction() as session:
            outbox.enqueue(session, UPKEEP, UPKEEP, at=site.clock.now())
        site.work()
        assert readiness(site)[1]["upkeep"] == "ok"
        with site.parts.database.transaction() as session:
            outbox.enqueue(session, "nobody.does.this", "x", at=site.clock.now())
            session.execute(update(StoredObject).values(state="damaged"))
        site.clock.move(timedelta(hours=4))
        status, codes = readiness(site)
        assert (status, codes["work"], codes["upkeep"], codes["damage"]) == (
            200, "work_late", "upkeep_late", "objects_damaged",
        )  # fmt: skip
        answer = site.client.get("/readyz").json()
        assert (answer["waiting"], answer["damaged_objects"], answer["well"]) == (1, 1, False)

    def test_what_holds_work_back_is_no_work_that_is_late(self, site: Site) -> None:
        with site.parts.database.transaction() as session:
            outbox.hold(session, {"delivery.send"}, at=site.clock.now())
        site.clock.move(timedelta(hours=4))
        assert readiness(site)[1]["work"] == "work_held"  # told as it is, and not as late
        assert site.client.get("/readyz").json()["waiting"] == 0

    def test_every_code_is_documented_and_no_other(self) -> None:
        told = set(re.findall(r"^\| [\w, ]+ \| `(\w+)`", DOCS.read_text(), re.MULTILINE))
        assert told == {"ok", *SAYINGS}


class TestWhateverIsDown:
    def test_a_part_that_hangs_is_left_behind_and_asked_once(self) -> None:
        asked, go_on = list[int](), threading.Event()

        def hang() -> None:
            asked.append(1)
            go_on.wait(30)

        watch = Watch({"slow": Question(hang), "quick": Question(lambda: 7)}, patience=0.05)
        for _ in range(3):
            told = watch.look()
            assert isinstance(told["slow"], NoAnswer)
            assert told["quick"] == 7
        assert asked == [1]
        go_on.set()

    def test_everything_down_at_once_is_told_in_time(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        go_on = threading.Event()

        def hang(*_: object, **__: object) -> None:
            go_on.wait(60)

        parts = site.parts
        for part in (parts.database, parts.store, parts.engine, parts.mail_probe):
            monkeypatch.setattr(type(part), "ping", hang)
        monkeypatch.setattr(type(parts.database), "reading", hang)
        monkeypatch.setattr(shutil, "disk_usage", hang)
        site.app.state.doctor = Doctor(parts)
        began = time.monotonic()
        status, codes = readiness(site)
        up = figures(site)["teczka_part_up"]
        assert time.monotonic() - began < 10  # twice two seconds, on a busy machine
        go_on.set()
        assert status == 503
        assert codes == dict.fromkeys(PARTS, "no_answer") | dict.fromkeys(
            ("work", "upkeep", "damage"), "unknown"
        )
        assert up == {
            f"part={name}": 0.0 for name in ("record", "objects", "disk", "index", "mail")
        }

    def test_they_answer_while_every_thread_of_the_requests_hangs(self, site: Site) -> None:
        """Requests that wait for a frozen part must not hide that it is frozen."""
        go_on, begun = threading.Event(), threading.Semaphore(0)

        def hang() -> None:
            begun.release()
            go_on.wait(60)

        site.app.add_api_route("/hang", hang)
        site.app.router.routes.insert(0, site.app.router.routes.pop())  # before `/{slug}`
        with site.client:  # one loop, so one set of threads for all
            requests = [
                threading.Thread(target=lambda: site.client.get("/hang"), daemon=True)
                for _ in range(60)
            ]
            for each in requests:
                each.start()
            for _ in range(40):  # anyio's own limit
                assert begun.acquire(timeout=30)
            assert not begun.acquire(timeout=0.1)
            assert readiness(site)[0] == 200
            assert site.client.get("/healthz").status_code == 200
            assert all(each.is_alive() for each in requests), "they were not waited for"
            go_on.set()
            for each in requests:
                each.join(30)


class TestMetrics:
    def test_every_metric_is_documented_and_no_other(self, site: Site, council: Council) -> None:
        with site.parts.database.transaction() as session:
            outbox.enqueue(session, UPKEEP, UPKEEP, at=site.clock.now())
        site.work()
        site.publish(council)
        with site.parts.database.transaction() as session:
            outbox.enqueue(session, "nobody.does.this", "x", at=site.clock.now())
        documented = dict(
            re.findall(r"^\| `(teczka_\w+)[{`].*?\| (\w+) \|", DOCS.read_text(), re.MULTILINE)
        )
        site.client.get("/healthz")
        page = site.client.get("/metrics").text
        declared = dict(re.findall(r"^# TYPE (\w+) (\w+)", page, re.MULTILINE))
        declared = {n: t for n, t in declared.items() if not n.endswith("_created")}
        assert declared == {
            name: kind for name, kind in documented.items() if "_check_" not in name
        }
        labelled = re.findall(r"^\| `(teczka_\w+)\{([\w,]+)\}", DOCS.read_text(), re.MULTILINE)
        for name, labels in labelled:
            sample = re.search(rf"^{name}(?:_count)?\{{(.+?)\}} ", page, re.MULTILINE)
            assert sample, name
            assert set(re.findall(r'(\w+)="', sample[1])) == set(labels.split(",")), name

    def test_they_say_what_the_record_holds(self, site: Site) -> None:
        told = figures(site)
        assert told["teczka_versions"] == {"": 1.0}
        assert told["teczka_version_bytes"] == {"": float(len("Projekt uchwały.".encode()))}
        assert told["teczka_index_lag_versions"] == {"": 0.0}
        assert told["teczka_part_up"] == {f"part={name}": 1.0 for name in PARTS}
        assert told["teczka_disk_floor_bytes"] == {"": float(512 << 20)}

    def test_requests_are_told_by_their_route_and_never_by_their_path(self, site: Site) -> None:
        site.client.get("/piechowice/uchwaly/tajne-pytanie")
        site.client.get("/tajny/adres/ktorego/nie/ma")
        site.client.request("SEKRET", "/healthz")
        form = {"content-type": "application/x-www-form-urlencoded"}
        site.client.post("/piechowice/wejscie", content=b"x" * 1000, headers=form)
        told = figures(site)
        requests = told["teczka_http_requests_total"]
        assert requests["method=GET,route=/{slug}/uchwaly/{paper_id},status=404"] == 1.0
        assert requests["method=GET,route=none,status=404"] == 1.0
        assert told["teczka_http_received_bytes_total"][""] == 1000.0
        assert not re.search(r"tajn|SEKRET", site.client.get("/metrics").text)
