"""Files that nobody here wrote go through the main job: upload, packet, act, public search."""

import csv
import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

from api.searching import public_search
from docstore import visibility
from docstore.errors import FileEmpty
from docstore.files import media
from docstore.files.office import find_libreoffice
from docstore.models import OutboxMessage, Paper
from docstore.services import adoption, agendas, upkeep
from docstore.services.adoption import Counts, Outcome
from docstore.services.documents import Owner
from docstore.visibility import Visibility
from indexer.catching_up import drift
from indexer.documents import Page, SearchQuery
from tests.conftest import missing
from tests.integration.held import Session, add_item, open_session, squeezed

pytestmark = pytest.mark.data

VOTES = (
    "council-votes-katowice/sesja-05/glosowanie-001.pdf",
    "council-votes-katowice/sesja-05/glosowanie-017.pdf",
    "council-votes-katowice/sesja-14/glosowanie-002.pdf",
    "council-votes-bydgoszcz/434f3c3147b629756076e46414abe339.pdf",
    "council-votes-bydgoszcz/8fe24c79cbffff18fcd228facc73600d.pdf",
    "council-votes-bydgoszcz/158e71e34fe119e9a383c64ffce1c82a.pdf",
    "council-votes-lodz/BRM_wyniki_glosowania_VIII_20241030.pdf",
    "council-votes-lodz/BRM_wyniki_glosowania_XVIII_20250604.pdf",
    "council-votes-lodz/BRM_wyniki_glosowani_XXII_20251023.pdf",
)
"""Of three councils, 1 to 200 pages, made by three programs."""
STATUTES = (
    "statutes-ustawy-1993-2004/1994_195.txt",
    "statutes-ustawy-1993-2004/1996_465.txt",
    "derived-office/2001_1380.docx",
    "derived-office/2002_1089.odt",
    "derived-office/1997_498.rtf",
)
CIRCULAR = "hard/pyHanko/circular-page-tree.pdf"
"""One reader counts three pages in it, the other never comes to an end."""
# Too many to go through in a minute; tests of docstore/files see each of them.
LEFT_OUT = {"resource-bomb", "image-heavy", "bad-metadata", "truth"}


def hard_files(data: Path) -> list[str]:
    """Return the smallest file of each kind of trouble that there is."""
    with (data / "hard" / "MANIFEST.tsv").open(encoding="utf-8") as source:
        rows = sorted(csv.DictReader(source, delimiter="\t"), key=lambda row: row["category"])
    found = []
    for category, some in groupby(rows, key=lambda row: row["category"]):
        known = [row for row in some if int(row["bytes"] or 0)]
        if category not in LEFT_OUT and known:
            smallest = min(known, key=lambda row: int(row["bytes"]))
            found.append(smallest["file"].removeprefix("data/"))
    return found


@pytest.fixture(scope="module")
def held(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Return a session whose files are read, published, bundled and indexed."""
    session = open_session(tmp_path_factory.mktemp("real"))
    groups = {
        "Wyniki głosowań": VOTES,
        "Ustawy": STATUTES,
        "Trudne pliki": hard_files(shared_data),
    }
    for title, names in groups.items():
        owner = Owner(item_id=add_item(session, title).id)
        for name in names:
            session.upload(owner, shared_data / name, name)
    session.work()
    session.publish()
    yield session
    session.parts.close()


class TestReading:
    def test_every_file_is_read_or_says_why_not(self, held: Session) -> None:
        for name in held.versions:
            facts = held.facts(name)
            assert facts.text_state == "text" or facts.problems or facts.pages, name
        with held.parts.database.reading() as session:
            undone = session.query(OutboxMessage).filter_by(done_at=None).all()
        assert [(each.topic, each.last_error) for each in undone] == []

    @pytest.mark.parametrize("name", VOTES)
    def test_a_vote_report_is_read_page_by_page(self, held: Session, name: str) -> None:
        facts = held.facts(name)
        assert (facts.media_type, facts.text_state, facts.problems) == (media.PDF, "text", [])
        assert facts.mergeable

    def test_names_on_a_vote_report_keep_their_letters(
        self, held: Session, shared_data: Path
    ) -> None:
        name = VOTES[0]
        known = json.loads((shared_data / name).with_suffix(".json").read_text())
        seen = Visibility.of(held.council.body.id, {visibility.member(held.council.body.id)})
        for words in (*known["named_votes"]["za"], known["topic"][3:]):
            answer = held.parts.engine.search(
                SearchQuery(text=words), visible_to=seen, page=Page(limit=50)
            )
            assert held.versions[name].id in {hit.id for hit in answer.hits}, words

    def test_an_empty_file_is_refused_at_the_door(self, held: Session, tmp_path: Path) -> None:
        empty = tmp_path / "pusty.pdf"
        empty.touch()
        owner = Owner(meeting_id=held.council.meeting.id)
        with pytest.raises(FileEmpty):
            held.upload(owner, empty, "pusty")


class TestPacket:
    def test_its_pages_are_those_of_its_files_behind_the_cover(self, held: Session) -> None:
        merged = [file for file in held.entries() if file["first_page"] is not None]
        pages = sum(int(str(file["pages"])) for file in merged)
        labels = held.pdf.page_labels
        assert len(held.pdf.pages) == len(labels)
        assert labels[-1] == str(pages)
        # One page tells of the three that a broken file promised; no other number moves.
        assert sum(label.isdecimal() for label in labels) == pages - 2 >= 400
        assert int(str(merged[0]["first_page"])) == 1

    def test_a_file_that_breaks_at_merging_leaves_a_page_that_says_so(self, held: Session) -> None:
        (file,) = (f for f in held.entries() if f["title"] == CIRCULAR)
        place = held.pdf.page_labels.index(str(file["first_page"]))
        said = squeezed(held.pdf.pages[place].extract_text())
        assert "circular-page-tree.pdf" in said
        assert squeezed("nie udało się dołączyć") in said
        assert held.pdf.page_labels[place + 1] == str(int(str(file["first_page"])) + 3)

    def test_a_document_begins_at_the_page_that_the_manifest_says(self, held: Session) -> None:
        place = held.pdf.page_labels.index("1") - 1
        first = {file["title"]: int(str(file["first_page"] or 0)) for file in held.entries()}
        for name, words in (
            (VOTES[0], "Powołanie sekretarzy sesji"),
            (VOTES[6], "VIII Sesja Rady Miejskiej"),
            (VOTES[8], "XXII"),
        ):
            text = held.pdf.pages[place + first[name]].extract_text()
            assert squeezed(words) in squeezed(text), name

    def test_what_cannot_be_merged_is_named_on_the_cover(self, held: Session) -> None:
        unmerged = [file for file in held.entries() if file["first_page"] is None]
        assert unmerged
        for file in unmerged:
            assert squeezed(str(file["title"])) in held.cover, file["title"]

    def test_nothing_is_missing_from_the_zip(self, held: Session) -> None:
        sizes = sorted(info.file_size for info in held.zip.infolist())
        for file in held.entries():
            assert int(str(file["size"])) in sizes, file["title"]
        assert "manifest.json" in held.zip.namelist()
        assert held.zip.testzip() is None

    def test_statutes_of_word_processors_are_merged(self, held: Session) -> None:
        if not find_libreoffice():
            missing("LibreOffice")
        first = {file["title"]: file["first_page"] for file in held.entries()}
        for name in STATUTES:
            if not name.endswith(".txt"):
                assert first[name], name

    def test_the_store_and_the_index_agree_with_the_record(self, held: Session) -> None:
        assert list(upkeep.damages(held.parts.database, held.parts.store)) == []
        assert drift(held.parts.reader).is_none


class TestAct:
    def test_the_public_finds_a_phrase_of_the_adopted_act(
        self, held: Session, shared_data: Path
    ) -> None:
        body_id = held.council.body.id
        paper = _adopted(held)
        act = shared_data / "derived-office" / "2002_1089.odt"
        phrase = "o działach administracji rządowej"
        assert phrase in act.with_suffix(".truth.txt").read_text()
        held.upload(Owner(paper_id=paper.id), act, "akt podpisany", role="signed_act")
        votes = shared_data / VOTES[0]
        held.upload(Owner(paper_id=paper.id), votes, "wykaz głosów", role="roll_call")
        held.work()
        assert public_search(held.parts, held.council.body, phrase, limit=5)["total"] == 0
        with held.parts.database.transaction() as session:
            adoption.publish_act(
                session,
                held.acting,
                body_id=body_id,
                paper_id=paper.id,
                personal_data_reason="próba na prawdziwych plikach",
            )
        held.work()
        found = public_search(held.parts, held.council.body, f'"{phrase}"', limit=5)
        assert found["total"] == 1
        (hit,) = found["hits"]
        assert (hit["number"], hit["file_name"]) == ("LIII/7/2026", act.name)
        assert "administracji" in hit["snippet"]
        (hit,) = public_search(held.parts, held.council.body, "Bala Beata", limit=5)["hits"]
        assert hit["file_name"] == votes.name


def _adopted(held: Session) -> Paper:
    """Adopt the draft of the session's second item."""
    with held.parts.database.transaction() as session:
        row = agendas.agenda(session, held.council.meeting.id)[1].considerations[0]
        return adoption.record_outcome(
            session,
            held.acting,
            body_id=held.council.body.id,
            consideration_id=row.id,
            outcome=Outcome("adopted", "LIII/7/2026", None, Counts(27, 0, 0, 0, 1)),
        )
