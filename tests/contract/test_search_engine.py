"""Every engine keeps the contract written on `indexer.seam.SearchEngine`."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Container, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh.filedb.filestore import FileStorage  # type: ignore[import-untyped]  # no stubs

from docstore.visibility import Visibility
from indexer.documents import Hit, IndexDocument, Page, SearchPage, SearchQuery, ticked_values
from indexer.engines.intact import Intact
from indexer.engines.tantivy import TantivySearchEngine
from indexer.engines.whoosh import MemorySearchEngine, WhooshSearchEngine
from indexer.errors import IndexDamaged, SearchUnavailable
from indexer.polish import PolishAnalyser, Token
from indexer.seam import SearchEngine

PUBLIC = Visibility.public("body")
OFFICE = Visibility.of("body", {"body:body:office", "body:body:member"})
ALL = Page(0, 1_000)
Open = Callable[..., SearchEngine]


def make_document(id_: str = "v1", **changes: Any) -> IndexDocument:
    """Return a public resolution of 2018."""
    facts: dict[str, Any] = {
        "body_id": "body",
        "document_id": f"document of {id_}",
        "revision": 1,
        "visible_to": frozenset({"public"}),
        "title": "Uchwała w sprawie budżetu",
        "stage": "adopted",
        "kind": "resolution",
        "status": "in_force",
        "year": 2018,
        "dated_on": date(2018, 5, 17),
    }
    return IndexDocument(id=id_, **(facts | changes))


@pytest.fixture(params=["tantivy", "whoosh", "memory"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def open_engine(kind: str, tmp_path: Path) -> Iterator[Open]:
    """Return what opens the engine on one folder; the one in memory is opened once."""
    opened: list[SearchEngine] = []

    def again(**options: Any) -> SearchEngine:
        if kind == "memory" and opened:
            return opened[0]
        folder = tmp_path / "index"
        match kind:
            case "tantivy":
                opened.append(TantivySearchEngine(folder, **options))
            case "whoosh":
                opened.append(WhooshSearchEngine(folder, **options))
            case _:
                opened.append(MemorySearchEngine(**options))
        return opened[-1]

    yield again
    for engine in opened:
        engine.close()


@pytest.fixture
def engine(open_engine: Open) -> SearchEngine:
    return open_engine()


# Where a fact is about files, the twin in memory is left out.
on_disk = pytest.mark.parametrize("kind", ["tantivy", "whoosh"], indirect=True)


def put(engine: SearchEngine, *documents: IndexDocument) -> None:
    with engine.batch() as batch:
        for document in documents:
            batch.put(document)
    engine.refresh()


def ask(
    engine: SearchEngine, text: str = "", visible_to: Visibility = PUBLIC, **ticked: Any
) -> SearchPage:
    return engine.search(SearchQuery(text=text, **ticked), visible_to=visible_to, page=ALL)


def ids(answer: SearchPage) -> list[str]:
    return [hit.id for hit in answer.hits]


class TestBatch:
    def test_a_change_is_found_after_refresh(self, engine: SearchEngine) -> None:
        put(engine, make_document())
        assert ask(engine, "budżet").hits == (
            Hit("v1", "document of v1", ask(engine, "budżet").hits[0].score),
        )

    def test_an_empty_batch_changes_nothing(self, engine: SearchEngine) -> None:
        put(engine)
        assert ask(engine).total == 0

    def test_a_block_that_fails_applies_nothing(self, engine: SearchEngine) -> None:
        put(engine, make_document("old"))

        def change() -> None:
            with engine.batch() as batch:
                batch.put(make_document("new"))
                batch.remove("old")
                raise RuntimeError("half way")

        with pytest.raises(RuntimeError, match="half way"):
            change()
        assert ids(ask(engine)) == ["old"]

    def test_a_document_that_fails_takes_the_whole_batch_with_it(self, open_engine: Open) -> None:
        engine = open_engine(analyser=BrittleAnalyser())
        put(engine, make_document("old"))
        with pytest.raises(RuntimeError, match="analysis"):
            put(engine, make_document("new"), make_document("broken", title="wybuch"))
        assert ids(ask(engine)) == ["old"]
        put(engine, make_document("new"))
        assert ids(ask(engine)) == ["new", "old"]

    def test_putting_again_replaces(self, engine: SearchEngine) -> None:
        put(engine, make_document(title="plan"))
        put(engine, make_document(title="statut", revision=2))
        assert (ids(ask(engine, "plan")), ids(ask(engine, "statut"))) == ([], ["v1"])

    def test_an_older_revision_is_ignored(self, engine: SearchEngine) -> None:
        put(engine, make_document(title="statut", revision=2))
        put(engine, make_document(title="plan", revision=1))
        assert ids(ask(engine, "statut")) == ["v1"]
        assert list(engine.revisions()) == [("v1", 2)]

    def test_an_older_revision_is_ignored_within_a_batch(self, engine: SearchEngine) -> None:
        put(engine, make_document(title="statut", revision=2), make_document(title="plan"))
        assert ids(ask(engine, "statut")) == ["v1"]

    def test_the_same_revision_may_be_put_again(self, engine: SearchEngine) -> None:
        put(engine, make_document())
        put(engine, make_document())
        assert ask(engine).total == 1

    def test_removing_forgets(self, engine: SearchEngine) -> None:
        put(engine, make_document("a"), make_document("b"))
        with engine.batch() as batch:
            batch.remove("a")
            batch.remove("never there")
        engine.refresh()
        assert ids(ask(engine)) == ["b"]

    def test_what_is_gone_when_it_may_write_is_removed_instead(self, open_engine: Open) -> None:
        """Asked after the block, and after an index was built anew that it had to wait for."""
        engine, seen = open_engine(analyser=BrittleAnalyser()), []
        put(engine, make_document("known"))

        def gone(given: Collection[str]) -> Collection[str]:
            seen.append(set(given))
            return {"known", "late"} & set(given)

        with engine.batch(gone=gone) as batch:
            batch.put(make_document("known", revision=2))
            batch.put(make_document("late", title="wybuch"))  # which it could not even analyse
            batch.put(make_document("kept"))
            batch.remove("other")
            engine.rebuild([make_document("known")])
            assert not seen
        engine.refresh()
        assert (ids(ask(engine)), seen) == (["kept"], [{"known", "late", "kept"}])

    def test_the_last_word_in_a_batch_counts(self, engine: SearchEngine) -> None:
        with engine.batch() as batch:
            batch.put(make_document("a"))
            batch.remove("a")
            batch.remove("b")
            batch.put(make_document("b"))
        engine.refresh()
        assert ids(ask(engine)) == ["b"]


class BrittleAnalyser(PolishAnalyser):
    """Fails on one word, as a bug would."""

    def tokens(self, text: str, *, only: Container[str] | None = None) -> Iterator[Token]:
        if text == "wybuch":
            raise RuntimeError("analysis")
        return super().tokens(text, only=only)


class TestVisibility:
    def test_only_what_shares_a_token_is_found_counted_and_faceted(
        self, engine: SearchEngine
    ) -> None:
        put(
            engine,
            make_document("open"),
            make_document("closed", visible_to=frozenset({"body:body:office"}), year=2019),
        )
        answer = ask(engine, "budżet")
        assert (ids(answer), answer.total, answer.facets["year"]) == (["open"], 1, {"2018": 1})
        assert engine.count(PUBLIC) == 1
        assert ask(engine, "budżet", OFFICE).facets["year"] == {"2018": 1, "2019": 1}
        assert engine.count(OFFICE) == 2

    def test_strangers_see_nothing_of_another_body(self, engine: SearchEngine) -> None:
        put(engine, make_document())
        answer = ask(engine, "budżet", Visibility.public("elsewhere"))
        assert (answer.total, dict(answer.facets["kind"])) == (0, {})
        assert engine.count(Visibility.public("elsewhere")) == 0

    def test_an_older_version_hides_from_those_who_see_the_newer(
        self, engine: SearchEngine
    ) -> None:
        put(
            engine,
            make_document("v1", superseded_for=frozenset({"body:body:office"})),
            make_document("v2", visible_to=frozenset({"body:body:office"})),
        )
        assert ids(ask(engine, "budżet")) == ["v1"]
        assert ids(ask(engine, "budżet", OFFICE)) == ["v2"]

    def test_documents_named_as_withdrawn_are_left_out_at_once(self, engine: SearchEngine) -> None:
        put(engine, make_document("a"), make_document("b"))
        answer = ask(engine, "budżet", without=frozenset({"document of a"}))
        assert (ids(answer), answer.total, answer.facets["year"]) == (["b"], 1, {"2018": 1})

    def test_excluding_a_word_never_widens_what_one_sees(self, engine: SearchEngine) -> None:
        put(engine, make_document("a", visible_to=frozenset({"person:p"}), title="tajne"))
        for text in ("-jawne", "NIE jawne", "tajne LUB NIE jawne", "(-jawne)", ""):
            assert ask(engine, text).total == 0


class TestAnswers:
    def test_facets_ignore_what_is_ticked_in_themselves(self, engine: SearchEngine) -> None:
        put(
            engine,
            make_document("a", year=2018, kind="resolution"),
            make_document("b", year=2019, kind="resolution"),
            make_document("c", year=2019, kind="report"),
        )
        answer = ask(engine, years=frozenset({2019}), kinds=frozenset({"resolution"}))
        assert ids(answer) == ["b"]
        assert answer.facets["year"] == {"2018": 1, "2019": 1}
        assert answer.facets["kind"] == {"resolution": 1, "report": 1}
        assert answer.facets["status"] == {"in_force": 1}

    def test_every_list_of_ticks_narrows(self, engine: SearchEngine) -> None:
        put(engine, make_document("a"), make_document("b", stage="draft", status="repealed"))
        assert ids(ask(engine, stages=frozenset({"draft"}))) == ["b"]
        assert ids(ask(engine, statuses=frozenset({"in_force"}))) == ["a"]
        assert ids(ask(engine, years=frozenset({1999}))) == []

    def test_what_has_no_value_is_in_no_facet(self, engine: SearchEngine) -> None:
        put(engine, make_document("a", year=None, kind="", status="", dated_on=None))
        put(engine, make_document("b"))
        answer = ask(engine)
        assert answer.total == 2
        assert answer.facets == {
            "year": {"2018": 1},
            "kind": {"resolution": 1},
            "status": {"in_force": 1},
        }

    def test_no_text_lists_everything_newest_first(self, engine: SearchEngine) -> None:
        put(
            engine,
            make_document("a", dated_on=date(2001, 1, 1)),
            make_document("none", dated_on=None),
            make_document("c", dated_on=date(2020, 1, 1)),
            make_document("b", dated_on=date(2020, 1, 1)),
        )
        assert ids(ask(engine)) == ["b", "c", "a", "none"]
        assert ids(ask(engine, "budżet", sort="date")) == ["b", "c", "a", "none"]

    def test_numbers_sort_as_an_office_files_them(self, engine: SearchEngine) -> None:
        numbers = ["XLV/312/2018", "II/10/2018", "IX/9/2018", "9.X.2017", "II/9/18", "druk 2", ""]
        put(engine, *(make_document(str(i), number=n) for i, n in enumerate(numbers)))
        assert ids(ask(engine, sort="number")) == ["3", "4", "1", "2", "0", "5", "6"]

    @pytest.mark.parametrize("text", ["budżet", "budż*"])
    @pytest.mark.parametrize("better", [0, 3])
    def test_equal_scores_order_newest_first_and_pages_neither_repeat_nor_skip(
        self, engine: SearchEngine, text: str, better: int
    ) -> None:
        days = {f"v{number:02}": date(2018, 3, 30 - number // 2) for number in range(40)}
        names = [*days]
        shuffled = Random(1).sample(names, len(names))  # noqa: S311 - a fixed lot, not a secret
        for start in range(0, 40, 7):  # several commits lie in several segments
            lot = shuffled[start : start + 7]
            put(engine, *(make_document(name, dated_on=days[name]) for name in lot))
        best = [f"best{number}" for number in range(better)]
        put(engine, *(make_document(name, title=text.rstrip("*")) for name in best))
        query = SearchQuery(text=text)
        pages = [
            engine.search(query, visible_to=PUBLIC, page=Page(offset, 6)).hits
            for offset in range(0, 48, 6)
        ]
        found = [hit.id for page in pages for hit in page]
        ties = [name for name in found if name not in best]
        assert ties == names
        assert len(found) == len(set(found)) == len(names) + better

    def test_a_page_of_no_hits_still_counts(self, engine: SearchEngine) -> None:
        put(engine, make_document())
        answer = engine.search(SearchQuery(text="budżet"), visible_to=PUBLIC, page=Page(0, 0))
        assert (answer.total, answer.hits, answer.facets["year"]) == (1, (), {"2018": 1})
        beyond = engine.search(SearchQuery(text="budżet"), visible_to=PUBLIC, page=Page(10, 5))
        assert (beyond.total, beyond.hits) == (1, ())

    def test_number_and_title_weigh_more_than_text(self, engine: SearchEngine) -> None:
        put(
            engine,
            make_document("text", title="Plan", pages=("o uchwale nr XLV/312/2018 i statucie",)),
            make_document("named", title="Statut gminy", pages=("treść bez tych słów",)),
            make_document("numbered", title="Plan", number="XLV/312/2018"),
        )
        assert ids(ask(engine, "statut")) == ["named", "text"]
        assert ids(ask(engine, "XLV/312/2018")) == ["numbered", "text"]

    def test_notes_tell_what_was_not_understood(self, engine: SearchEngine) -> None:
        put(engine, make_document())
        answer = ask(engine, "rok:abc budżet")
        assert [(n.code, n.what, n.mended) for n in answer.notes] == [
            ("bad_year", "abc", "abc budżet")
        ]


class TestPolish:
    @pytest.mark.parametrize(
        "text", ["uchwała", "uchwałę", "UCHWAŁA", "uchwałami", "uchwala", "uchwale", "Uchwalami"]
    )
    def test_a_word_is_found_in_any_form_case_and_without_diacritics(
        self, engine: SearchEngine, text: str
    ) -> None:
        put(engine, make_document(title="", pages=("Rada podjęła uchwałę o statucie.",)))
        put(engine, make_document("other", title="", pages=("Rada podjęła starania.",)))
        assert ids(ask(engine, text)) == ["v1"]

    def test_words_the_dictionary_reads_otherwise_are_found_without_diacritics(
        self, engine: SearchEngine
    ) -> None:
        put(engine, make_document("path", title="", pages=("remont ścieżkami rowerowymi",)))
        put(engine, make_document("source", title="", pages=("ścieżka",)))
        assert sorted(ids(ask(engine, "sciezki"))) == ["path", "source"]
        assert sorted(ids(ask(engine, "SCIEZKA"))) == ["path", "source"]

    @pytest.mark.parametrize(
        "typed", ["XLV/312/2018", "xlv/312/2018", "XLV.312.2018", "XLV/312/18", "nr XLV / 312/2018"]
    )
    def test_an_acts_number_is_found_however_it_is_written(
        self, engine: SearchEngine, typed: str
    ) -> None:
        put(
            engine,
            make_document("act", number="XLV/312/2018"),
            make_document("quoting", pages=("zmienia się uchwałę Nr XLV\\312\\18 Rady",)),
            make_document("near", number="XLV/313/2018", pages=("312",)),
        )
        assert ids(ask(engine, typed)) == ["act", "quoting"]
        assert ids(ask(engine, f'numer:"{typed.removeprefix("nr ")}"')) == ["act"]

    def test_a_number_is_found_without_its_year_and_by_its_parts(
        self, engine: SearchEngine
    ) -> None:
        put(engine, make_document(number="249.XXVI.2012"))
        for typed in ("249/XXVI", "249", "xxvi", "249.XXVI.12", "XXVI/249/2012"):
            assert ids(ask(engine, typed)) == ["v1"]

    def test_phrases_run_over_page_ends_but_not_from_title_to_text(
        self, engine: SearchEngine
    ) -> None:
        put(engine, make_document(title="statut gminy", pages=("plan miejscowy", "wsi Mirsk")))
        assert ids(ask(engine, '"plany miejscowe wsi"')) == ["v1"]
        assert ids(ask(engine, '"gminy plan"')) == []


class TestFolder:
    """What concerns an index on disk; the twin keeps what is left of it in memory."""

    @on_disk
    def test_an_index_outlives_the_engine(self, open_engine: Open) -> None:
        first = open_engine()
        put(first, make_document())
        first.close()
        assert ids(ask(open_engine(), "budżet")) == ["v1"]

    def test_nothing_is_written_before_the_first_change(
        self, engine: SearchEngine, tmp_path: Path
    ) -> None:
        assert engine.needs_rebuild()
        assert ask(engine, "budżet").total == 0
        assert engine.count(PUBLIC) == 0
        assert list(engine.revisions()) == []
        engine.ping()
        assert list(tmp_path.iterdir()) == []

    @on_disk
    def test_a_reader_in_another_process_sees_each_commit(
        self, engine: SearchEngine, kind: str, tmp_path: Path
    ) -> None:
        put(engine, make_document("a"))
        with _reader(kind, tmp_path / "index") as (read_total,):
            assert read_total() == 1
            put(engine, make_document("b"))
            assert read_total() == 2
            engine.rebuild([make_document(name) for name in "abc"])
            assert read_total() == 3

    @on_disk
    def test_a_writer_that_dies_lets_the_next_one_in(
        self, open_engine: Open, kind: str, tmp_path: Path
    ) -> None:
        code = (
            f"{_opening(kind, tmp_path / 'index')}\n"
            "engine.rebuild([])\n"
            "def dying():\n"
            "    os._exit(9)\n"
            "    yield\n"
            "engine.rebuild(dying())\n"
        )
        died = subprocess.run([sys.executable, "-c", code], check=False)
        assert died.returncode == 9
        engine = open_engine(lock_wait=5)
        put(engine, make_document())
        assert ids(ask(engine)) == ["v1"]
        engine.rebuild([make_document()])
        left = [each.name for each in (tmp_path / "index").iterdir() if each.is_dir()]
        assert len(left) == 1

    def test_waiting_for_another_writer_ends(self, open_engine: Open) -> None:
        engine = open_engine(lock_wait=0.05)

        def documents() -> Iterator[IndexDocument]:
            with (
                pytest.raises(SearchUnavailable) as refused,
                open_engine(lock_wait=0.05).batch() as batch,
            ):
                batch.put(make_document("late"))
            assert refused.value.fields == {"reason": "locked"}
            yield make_document("early")

        engine.rebuild(documents())
        assert ids(ask(engine)) == ["early"]

    def test_a_writer_with_nothing_more_to_write_lets_others_in(self, tmp_path: Path) -> None:
        first = TantivySearchEngine(tmp_path, rest_after=0)
        second = TantivySearchEngine(tmp_path, lock_wait=30)
        put(first, make_document("a"))
        put(second, make_document("b"))
        assert ids(ask(first)) == ["a", "b"]
        first.close()
        second.close()

    @on_disk
    def test_a_broken_pointer_asks_for_a_rebuild_which_mends_it(
        self, open_engine: Open, tmp_path: Path
    ) -> None:
        put(open_engine(), make_document())
        open_engine().close()
        (tmp_path / "index" / "current.json").write_text("{")
        self._mends(open_engine(), reason="broken")

    @on_disk
    def test_an_index_of_another_version_asks_for_a_rebuild(
        self, open_engine: Open, tmp_path: Path
    ) -> None:
        first = open_engine()
        put(first, make_document())
        first.close()
        pointer = tmp_path / "index" / "current.json"
        pointer.write_text(pointer.read_text().replace('"version": "', '"version": "older '))
        self._mends(open_engine(), reason="version")

    @on_disk
    def test_a_change_is_on_disk_before_the_batch_is_over(
        self, kind: str, open_engine: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Tantivy writes its files by itself, and only the folder of their names is left to us."""
        engine = open_engine()
        put(engine, make_document("v1"))
        synced: set[Path] = set()
        real = os.fsync

        def spy(handle: int) -> None:
            synced.add(Path(f"/proc/self/fd/{handle}").readlink())
            real(handle)

        monkeypatch.setattr(os, "fsync", spy)
        put(engine, make_document("v2"))
        (generation,) = (tmp_path / "index").glob("generation-*")
        files = set(generation.iterdir()) if kind == "whoosh" else set()
        assert synced == {generation} | files

    @pytest.mark.parametrize("kind", ["whoosh"], indirect=True)
    def test_a_file_that_a_writer_just_replaced_is_looked_for_again(
        self, open_engine: Open, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put(open_engine(), make_document("v1"))
        really_open, missed = FileStorage.open_index, list[int]()

        def gone_at_first(*asked: Any, **more: Any) -> Any:
            missed.append(1)
            if len(missed) < 3:
                raise FileNotFoundError
            return really_open(*asked, **more)

        monkeypatch.setattr(FileStorage, "open_index", gone_at_first)
        assert ids(ask(open_engine(), "budżet")) == ["v1"]

    @on_disk
    def test_what_a_killed_rebuild_left_goes_with_the_next_change(
        self, open_engine: Open, tmp_path: Path
    ) -> None:
        first = open_engine()
        put(first, make_document("v1"))
        first.close()
        dead = tmp_path / "index" / "generation-dead"
        dead.mkdir()
        (dead / "half.store").write_bytes(b"half")
        second = open_engine()
        put(second, make_document("v2"))
        assert not dead.exists()
        assert ids(ask(second, "budżet")) == ["v1", "v2"]

    @on_disk
    def test_missing_files_ask_for_a_rebuild(self, open_engine: Open, tmp_path: Path) -> None:
        first = open_engine()
        put(first, make_document())
        first.close()
        for file in (tmp_path / "index").glob("generation-*/*"):
            if not file.name.endswith((".json", ".lock")) and not file.name.startswith("_MAIN"):
                file.unlink()
        self._mends(open_engine(), reason="broken")

    def _mends(self, engine: SearchEngine, *, reason: str) -> None:
        assert engine.needs_rebuild()
        for use in (
            lambda: ask(engine, "budżet"),
            engine.ping,
            lambda: put(engine, make_document()),
        ):
            with pytest.raises(IndexDamaged) as refused:
                use()
            assert refused.value.fields == {"reason": reason}
        engine.rebuild([make_document()])
        assert not engine.needs_rebuild()
        assert ids(ask(engine, "budżet")) == ["v1"]


def _threads() -> set[str]:
    """Return the threads of this process, those of libraries too."""
    return {each.name for each in Path("/proc/self/task").iterdir()}


class TestDamage:
    """Files of an index that change under an engine that has them open."""

    @staticmethod
    def _damage(folder: Path, how: str) -> None:
        """Do to the files what failing disks, and people who tidy up, do."""
        if how == "folder":
            shutil.rmtree(folder)
            return
        for file in folder.glob("generation-*/*"):
            size = file.stat().st_size
            if how == "noise" and not file.name.endswith((".json", ".toc")):
                with file.open("r+b") as target:  # never shorter in between
                    target.write(Random(1).randbytes(size))  # noqa: S311 - noise, no secret
            elif how == "cut":
                os.truncate(file, size // 2)
            elif how == "removed":
                file.unlink()

    @staticmethod
    def _filled(open_engine: Open) -> tuple[SearchEngine, list[IndexDocument]]:
        """Return an engine that has read what another one wrote, who is gone with its threads."""
        documents = [make_document(f"v{n}", pages=("budżet gminy " * 40,)) for n in range(80)]
        writer = open_engine()
        put(writer, *documents)
        writer.close()
        before = _threads()
        engine = open_engine()
        assert ask(engine, "budżet").total == 80
        # Tantivy looks once more at what it opened, in a thread of its own beside the one that
        # stays: what is cut in that moment ends the process (decision 0076).
        deadline = time.monotonic() + 20.0
        while len(_threads() - before) > 1:
            assert time.monotonic() < deadline
            time.sleep(0.005)
        return engine, documents

    @staticmethod
    def _read(engine: SearchEngine) -> None:
        ask(engine, "budżet")
        list(engine.revisions())

    @on_disk
    @pytest.mark.parametrize("how", ["noise", "cut", "removed", "folder"])
    def test_it_is_noticed_before_an_answer_and_mended_beside(
        self, open_engine: Open, tmp_path: Path, how: str
    ) -> None:
        engine, documents = self._filled(open_engine)
        self._damage(tmp_path / "index", how)
        assert engine.needs_rebuild()
        for use in (lambda: ask(engine, "budżet"), lambda: list(engine.revisions())):
            if how == "folder":  # nothing is there, which is no damage: it is built anew as well
                use()
            else:
                with pytest.raises(IndexDamaged):
                    use()
        assert open_engine().needs_rebuild(), "whoever opens it later learns of it, too"
        engine.rebuild(documents)
        assert not engine.needs_rebuild()
        assert ask(engine, "budżet").total == 80
        put(engine, make_document("later"))
        assert ask(open_engine(), "budżet").total == 81

    @on_disk
    def test_an_error_while_reading_is_damage_and_no_surprise(
        self, open_engine: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Noise that came between the look and the reading: whatever the library makes of it."""
        engine, _ = self._filled(open_engine)
        self._damage(tmp_path / "index", "noise")
        monkeypatch.setattr(Intact, "__bool__", lambda _: True)
        with pytest.raises(IndexDamaged):  # one of the two meets the noise, each in its own way
            self._read(engine)
        assert open_engine().needs_rebuild()

    @on_disk
    def test_commits_and_merges_are_no_damage(self, open_engine: Open) -> None:
        engine, reader = open_engine(), open_engine()
        for number in range(30):  # more than the segments that either engine merges
            put(engine, make_document(f"v{number}"))
            assert ask(reader, "budżet").total == number + 1
        put(engine, *(make_document(f"v{number}", revision=9) for number in range(0, 30, 3)))
        assert ask(reader, "budżet").total == 30
        assert not reader.needs_rebuild()


class TestRebuild:
    def test_searches_during_a_rebuild_see_the_old_index_and_then_the_new(
        self, engine: SearchEngine
    ) -> None:
        put(engine, *(make_document(name) for name in "abc"))
        seen: list[int] = []

        def documents() -> Iterator[IndexDocument]:
            for name in "vwxyz":
                seen.append(ask(engine, "budżet").total)
                yield make_document(name)

        engine.rebuild(documents())
        assert seen == [3] * 5
        assert ids(ask(engine, "budżet")) == list("vwxyz")

    def test_many_searches_beside_a_rebuild_never_come_back_empty(
        self, engine: SearchEngine
    ) -> None:
        documents = [make_document(f"v{number}") for number in range(20)]
        put(engine, *documents)

        def rebuild_often() -> None:
            for _ in range(5):
                engine.rebuild(documents)

        with ThreadPoolExecutor(4) as pool:
            building = pool.submit(rebuild_often)
            totals: set[int] = set()
            while not building.done():
                totals.update(pool.map(lambda _: ask(engine, "budżet").total, range(6)))
            building.result()
        assert totals <= {20}

    def test_a_rebuild_that_fails_leaves_the_old_index(self, engine: SearchEngine) -> None:
        put(engine, make_document())

        def documents() -> Iterator[IndexDocument]:
            yield make_document("new")
            raise RuntimeError("half way")

        with pytest.raises(RuntimeError, match="half way"):
            engine.rebuild(documents())
        assert ids(ask(engine)) == ["v1"]
        put(engine, make_document("v2"))
        assert ids(ask(engine)) == ["v1", "v2"]

    def test_changes_after_a_rebuild_go_to_the_new_index(self, engine: SearchEngine) -> None:
        put(engine, make_document("a"))
        engine.rebuild([make_document("b")])
        put(engine, make_document("c"))
        assert ids(ask(engine)) == ["b", "c"]

    def test_a_rebuild_from_nothing_is_an_empty_index(self, engine: SearchEngine) -> None:
        engine.rebuild([])
        assert not engine.needs_rebuild()
        assert ask(engine).total == 0


def test_many_threads_search_while_one_writes(engine: SearchEngine) -> None:
    put(engine, make_document("v0"))
    with ThreadPoolExecutor(6) as pool:
        answers = [pool.submit(lambda: ask(engine, "budżet")) for _ in range(40)]
        for number in range(1, 9):
            put(engine, make_document(f"v{number}"))
        totals = {answer.result().total for answer in answers}
    assert totals <= set(range(1, 10))
    assert ask(engine, "budżet").total == 9


# --- against a model --------------------------------------------------------------------------

TOKENS = ["public", "body:b:member", "body:b:office", "org:o", "person:p"]
some_tokens = st.frozensets(st.sampled_from(TOKENS), max_size=3)
documents_of_a_model = st.builds(
    make_document,
    st.sampled_from([f"v{number}" for number in range(8)]),
    body_id=st.sampled_from(["b", "c"]),
    document_id=st.sampled_from(["d1", "d2", "d3"]),
    visible_to=some_tokens,
    superseded_for=some_tokens,
    title=st.sampled_from(["plan", "statut", "plan statutu"]),
    year=st.sampled_from([2018, 2019, None]),
    kind=st.sampled_from(["resolution", "report"]),
    status=st.sampled_from(["in_force", "repealed", ""]),
    stage=st.sampled_from(["adopted", "draft", "material"]),
)
queries_of_a_model = st.builds(
    SearchQuery,
    text=st.sampled_from(["", "plan", "plany", "statut", "-plan", "plan LUB statut", "pla*"]),
    years=st.frozensets(st.sampled_from([2018, 2019]), max_size=1),
    kinds=st.frozensets(st.sampled_from(["resolution", "report"]), max_size=1),
    statuses=st.frozensets(st.sampled_from(["in_force", "repealed"]), max_size=1),
    stages=st.frozensets(st.sampled_from(["adopted", "draft"]), max_size=1),
    without=st.frozensets(st.sampled_from(["d1", "d2"]), max_size=1),
)


def _sees(document: IndexDocument, visible_to: Visibility) -> bool:
    return (
        document.body_id == visible_to.body_id
        and visible_to.allows(document.visible_to)
        and not visible_to.allows(document.superseded_for)
    )


def _answers(document: IndexDocument, query: SearchQuery, *, but: str = "") -> bool:
    """Tell by brute force whether a document answers, one facet's ticks left aside."""
    facts = {"year": str(document.year), "kind": document.kind, "status": document.status}
    has_plan, has_statut = "plan" in document.title, "statut" in document.title
    says = {
        "": True,
        "statut": has_statut,
        "-plan": not has_plan,
        "plan LUB statut": has_plan or has_statut,
    }.get(query.text, has_plan)
    return (
        says
        and document.document_id not in query.without
        and (not query.stages or document.stage in query.stages)
        and all(
            facts[name] in values
            for name, values in ticked_values(query).items()
            if values and name != but
        )
    )


def _counted(documents: list[IndexDocument], query: SearchQuery, name: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for document in documents:
        value = {"year": document.year, "kind": document.kind, "status": document.status}[name]
        if value and _answers(document, query, but=name):
            counts[str(value)] = counts.get(str(value), 0) + 1
    return counts


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    documents=st.lists(documents_of_a_model, max_size=8, unique_by=lambda document: document.id),
    tokens=some_tokens,
    query=queries_of_a_model,
)
def test_nobody_sees_counts_or_facets_more_or_less_than_the_model_says(
    engine: SearchEngine,
    documents: list[IndexDocument],
    tokens: frozenset[str],
    query: SearchQuery,
) -> None:
    engine.rebuild(documents)
    visible_to = Visibility.of("b", tokens)
    seen = [document for document in documents if _sees(document, visible_to)]
    expected = {document.id for document in seen if _answers(document, query)}
    answer = engine.search(query, visible_to=visible_to, page=ALL)
    assert set(ids(answer)) == expected
    assert answer.total == len(expected)
    assert engine.count(visible_to) == len(seen)
    for name in ("year", "kind", "status"):
        assert answer.facets[name] == _counted(seen, query, name)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=80) | st.text('()[]"*~-:ab /NIELUB\u0142', max_size=40))
def test_any_text_gives_a_page(engine: SearchEngine, text: str) -> None:
    if engine.needs_rebuild():
        engine.rebuild([make_document(pages=("a b ab ł",))])
    assert ask(engine, text).total in {0, 1}


# --- every engine finds the same --------------------------------------------------------------

VOCABULARY = re.findall(
    r"\S+",
    "uchwała uchwałę uchwałami rada radny Rady budżet budżetu plan planu planowanie miejscowy "
    "miejscowego ścieżka ścieżki ścieżkami nieruchomość nieruchomości podatek od psów psa gmina "
    "gminie Piechowice Piechowicach statut w sprawie zmiany XLV/312/2018 249.XXVI.2012",
)


def _library() -> list[IndexDocument]:
    """Return sixty documents of words drawn by a fixed lot."""
    lot = Random(7)  # noqa: S311 - a fixed lot, not a secret
    return [
        make_document(
            f"v{number:02}",
            title=" ".join(lot.choices(VOCABULARY, k=4)),
            number=lot.choice(["", "XLV/312/2018", f"II/{number}/19", "249.XXVI.2012"]),
            pages=tuple(" ".join(lot.choices(VOCABULARY, k=12)) for _ in range(2)),
            year=lot.choice([None, 2017, 2018, 2019]),
            dated_on=lot.choice([None, date(2018, 2, 3), date(2018, 7, 1), date(2019, 1, 1)]),
            kind=lot.choice(["resolution", "report"]),
            status=lot.choice(["in_force", "repealed"]),
        )
        for number in range(60)
    ]


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[SearchEngine]]:
    """Return all engines with the same documents, put in other orders and commits."""
    folder = tmp_path_factory.mktemp("engines")
    every: list[SearchEngine] = [
        TantivySearchEngine(folder / "tantivy"),
        WhooshSearchEngine(folder / "whoosh"),
        MemorySearchEngine(),
    ]
    library = _library()
    every[0].rebuild(library)
    for start in range(0, 60, 20):
        put(every[1], *library[start : start + 20])
    put(every[2], *reversed(library))
    yield every
    for engine in every:
        engine.close()


words = st.sampled_from([*VOCABULARY, "uchwala", "sciezki", "psy", "PLAN", "kot"])
phrases = st.builds(
    lambda phrase, gap: f'"{" ".join(phrase)}"{gap}',
    st.lists(words, min_size=2, max_size=3),
    st.sampled_from(["", "", "~1", "~3", "~9"]),
)
leaves = st.one_of(
    words,
    phrases,
    words.map(lambda word: f"tytuł:{word}"),
    st.sampled_from(["plan*", "uch*", "sci*", "wrod~", "plna~", "budzte~2", "radny~2", "statu~"]),
    st.sampled_from(["rok:2018", "rok:[2018 TO]", "data:2018-02", "data:[2018-07 TO 2019]"]),
    st.sampled_from(["rodzaj:report", "status:repealed", 'numer:"XLV/312/18"', "numer:II"]),
)
query_texts = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds("{} {}".format, inner, inner),
        st.builds("{} LUB {}".format, inner, inner),
        st.builds("NIE ({})".format, inner),
        st.builds("{} -({})".format, inner, inner),
        st.builds("({})".format, inner),
    ),
    max_leaves=4,
)


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=query_texts)
def test_every_engine_finds_and_counts_the_same(engines: list[SearchEngine], text: str) -> None:
    first, *others = [ask(engine, text) for engine in engines]
    for other in others:
        assert sorted(ids(other)) == sorted(ids(first))
        assert (other.total, other.facets, other.notes) == (first.total, first.facets, first.notes)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=words | st.just(""), sort=st.sampled_from(["date", "number"]))
def test_every_engine_sorts_by_date_and_number_the_same(
    engines: list[SearchEngine], text: str, sort: str
) -> None:
    first, *others = [ids(ask(engine, text, sort=sort)) for engine in engines]
    assert others == [first, first]


# --- real texts -------------------------------------------------------------------------------


@pytest.mark.data
def test_a_known_statute_is_among_the_first_three(engine: SearchEngine, shared_data: Path) -> None:
    """Titles are typed as queries over the beginnings of real statutes, indexed without titles."""
    folder = shared_data / "statutes-ustawy-1993-2004"
    texts = sorted(folder.glob("*.txt"))[:200]
    names = {text.name for text in texts}
    put(
        engine,
        *(
            make_document(text.name, title="", pages=(text.read_text(encoding="utf-8")[:2_500],))
            for text in texts
        ),
    )
    rows = (folder / "QUERIES-titles.tsv").read_text(encoding="utf-8").splitlines()[1:]
    known = [row.rpartition("\t")[::2] for row in rows]
    asked = [(query, wanted) for query, wanted in known if wanted in names]
    assert len(asked) > 100
    missed = [
        query
        for query, wanted in asked
        if wanted not in [hit.id for hit in _first_three(engine, query)]
    ]
    assert missed == []


def _first_three(engine: SearchEngine, text: str) -> tuple[Hit, ...]:
    return engine.search(SearchQuery(text=text), visible_to=PUBLIC, page=Page(0, 3)).hits


def _opening(kind: str, folder: Path) -> str:
    """Return code that opens an engine in another process."""
    name = {"tantivy": "TantivySearchEngine", "whoosh": "WhooshSearchEngine"}[kind]
    return (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from docstore.visibility import Visibility\n"
        "from indexer.documents import Page, SearchQuery\n"
        f"from indexer.engines.{kind} import {name}\n"
        f"engine = {name}(Path({str(folder)!r}))\n"
    )


class _reader:  # noqa: N801 - read as a word of the test that uses it
    """A reader in another process; each call asks it how many documents it finds."""

    def __init__(self, kind: str, folder: Path) -> None:
        code = (
            f"{_opening(kind, folder)}\n"
            "for line in sys.stdin:\n"
            "    answer = engine.search(SearchQuery(text=line.strip()),\n"
            "        visible_to=Visibility.public('body'), page=Page())\n"
            "    print(answer.total, flush=True)\n"
        )
        self._process = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> tuple[Callable[[], int]]:
        return (self._read,)

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=30)

    def _read(self) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("budżet\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())
