"""Every hard file goes the whole way: upload, facts, rendition, packet, and one verdict each."""

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from hashlib import file_digest
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest

from docstore.errors import FileEmpty
from docstore.files.office import find_libreoffice
from docstore.files.problems import Problem
from docstore.files.recognising import (
    MemoryRecogniser,
    Recognised,
    Recogniser,
    find_tesseract,
)
from docstore.files.verdict import Verdict, verdict_of
from docstore.models import OutboxMessage
from docstore.services.documents import Owner
from tests import hard
from tests.conftest import missing
from tests.integration.held import Session, add_item, open_session, squeezed

pytestmark = pytest.mark.data

AT_THE_DOOR = "qpdf/fuzz/qpdf_extra/70245.fuzz"
"""Not a single byte: it is refused before it is a document."""

_EVERY_SCAN = "TECZKA_EVERY_SCAN"
"""Set, it has the real program recognise every scan; that takes minutes."""


def is_sampled(sha256: str) -> bool:
    """Tell whether the real program recognises a file."""
    return sha256[0] in "0123" or _EVERY_SCAN in os.environ


@dataclass
class Sampled:
    """A recogniser that is real for a quarter of the files, always the same."""

    real: Recogniser
    twin: Recogniser
    tool: str

    def recognise(
        self, source: Path, target: Path, *, media_type: str, pages: Collection[int], is_last: bool
    ) -> Recognised:
        """Let one of the two recognise; which, the bytes of the source say."""
        with source.open("rb") as data:
            one = self.real if is_sampled(file_digest(data, "sha256").hexdigest()) else self.twin
        return one.recognise(source, target, media_type=media_type, pages=pages, is_last=is_last)


def sampled(session: Session) -> Session:
    """Have a session recognise by sample."""
    real = session.parts.recogniser
    assert real is not None
    recogniser = Sampled(real, MemoryRecogniser(lambda _: ""), real.tool)
    reader = replace(session.parts.reader, recogniser=recogniser)
    session.parts = replace(session.parts, recogniser=recogniser, reader=reader)
    return session


@pytest.fixture(scope="module")
def held(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Return a session with every hard file on one item, read, published and bundled."""
    if find_libreoffice() is None:
        missing("LibreOffice")
    if find_tesseract() is None:
        missing("Tesseract")
    session = sampled(open_session(tmp_path_factory.mktemp("hard")))
    owner = Owner(item_id=add_item(session, "Trudne pliki").id)
    for row in hard.rows(shared_data):
        name = hard.name_of(row)
        if name != AT_THE_DOOR:
            path = shared_data.parent / row["file"]
            session.upload(owner, path, name, file_name=hard.upload_name(row))
    session.work()
    session.publish()
    yield session
    session.parts.close()


def test_the_verdicts_are_those_of_the_manifest(shared_data: Path) -> None:
    assert hard.written(shared_data) == hard.EXPECTED.read_text()
    assert len(hard.known()) == 218


class TestVerdicts:
    def test_every_file_gets_the_verdict_that_is_expected(self, held: Session) -> None:
        wrong = {}
        for name, expected in hard.known().items():
            if name == AT_THE_DOOR:
                continue
            facts = held.facts(name)
            verdict = str(verdict_of(facts.text_state, facts.problems))
            if Problem.RECOGNISED in facts.problems and verdict == Verdict.OK:
                verdict = str(Verdict.NO_TEXT)  # of the file itself
            allowed = hard.EITHER if expected == "either" else {expected}
            if verdict not in allowed:
                wrong[name] = (verdict, expected, facts.problems)
        assert wrong == {}

    def test_most_scans_are_recognised(self, held: Session) -> None:
        no_text = [name for name, expected in hard.known().items() if expected == "no-text"]
        scans = [name for name in no_text if is_sampled(held.versions[name].sha256)]
        read = [name for name in scans if Problem.RECOGNISED in held.facts(name).problems]
        assert len(scans) > 5
        assert len(read) > len(scans) / 2

    def test_a_file_of_no_bytes_is_refused_at_the_door(
        self, held: Session, shared_data: Path
    ) -> None:
        owner = Owner(meeting_id=held.council.meeting.id)
        with pytest.raises(FileEmpty):
            held.upload(owner, shared_data / "hard" / AT_THE_DOOR, "pusty")

    def test_nothing_is_left_undone_or_given_up(self, held: Session) -> None:
        with held.parts.database.reading() as session:
            undone = session.query(OutboxMessage).filter_by(done_at=None).all()
        assert [(each.topic, each.last_error) for each in undone if each.topic != "upkeep"] == []


class TestPacket:
    def test_the_merged_pdf_opens_in_both_readers(self, held: Session) -> None:
        promised = sum(int(str(f["pages"])) for f in held.entries() if f["merged"])
        assert promised > 300
        with held.rendition("packet_pdf") as data:
            document = pypdfium2.PdfDocument(data.read())
        assert len(document) == len(held.pdf.pages)
        for number in range(len(document)):
            assert document[number].get_width() > 0, number
        for page in held.pdf.pages:
            assert page.mediabox.width > 0

    def test_every_file_is_in_the_zip_as_it_came(self, held: Session) -> None:
        sizes = sorted(info.file_size for info in held.zip.infolist())
        for file in held.entries():
            assert int(str(file["size"])) in sizes, file["title"]
        assert len(held.zip.infolist()) >= len(held.entries()) == 217
        assert held.zip.testzip() is None

    def test_every_file_that_is_not_merged_is_on_the_cover_with_its_reason(
        self, held: Session
    ) -> None:
        unmerged = [str(file["title"]) for file in held.entries() if not file["merged"]]
        assert len(unmerged) > 30
        for title in unmerged:
            _, _, after = held.cover.partition(squeezed(f"{title}:"))
            assert after, title
            assert after.startswith(REASONS), title

    def test_a_file_with_a_verdict_that_forbids_it_is_not_merged(self, held: Session) -> None:
        merged = {str(file["title"]) for file in held.entries() if file["merged"]}
        for name, expected in hard.known().items():
            if expected in {"needs-password", "xfa", "container", "refused"}:
                assert name not in merged, name
            if expected == "owner-restricted":
                assert name in merged, name


REASONS = tuple(
    map(
        squeezed,
        (
            "zabezpieczony hasłem",
            "uszkodzony, nie da się go",
            "zbyt duży do łączenia",
            "formularz, który działa tylko",
            "paczka z innymi plikami",
            "tego rodzaju plik nie łączy się w PDF",
        ),
    )
)
