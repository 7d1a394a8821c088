"""What is read from the resolutions of `tests/acts`, beside the truth about each."""

from pathlib import Path

import pytest

from docstore.files.inspect import inspect
from docstore.files.writer import write_page_sets
from docstore.rules.acts.facts import ActFacts, read_facts
from tests.written_acts import Judged, judged, page_set, precision, written_acts

ACTS = written_acts()
# Of what is proposed so much must be so; titles may be worn.
LEAST = {"number": 0.99, "day": 0.99, "title": 0.97, "organ": 0.97, "basis": 0.97, "druk": 0.97,
         "annexes": 0.97, "amends": 0.97, "repeals": 0.97}  # fmt: skip
# And so much of what is so must be proposed, or nobody would look at the page.
LEAST_FOUND = 0.95


def held(results: list[Judged]) -> None:
    wrongs = [(one.act, one.kind, sorted(one.wrong)) for one in results if one.wrong]
    missed = [(one.act, one.kind, sorted(one.missed)) for one in results if one.missed]
    for kind, (right, proposed, true) in precision(results).items():
        assert proposed, kind
        assert right / proposed >= LEAST[kind], (kind, wrongs)
        assert right / true >= LEAST_FOUND, (kind, missed)


def test_there_are_a_hundred_acts_of_many_councils_and_forms() -> None:
    assert len(ACTS) >= 100
    assert len({organ for act in ACTS for organ in act.truth["organ"]}) >= 20
    assert sum(len(act.pages) > 2 for act in ACTS) >= 10
    assert any(not act.truth["number"] for act in ACTS)


def test_what_their_texts_say_is_read() -> None:
    held([one for act in ACTS for one in judged(act, act.pages)])


def test_it_is_read_from_pages_of_a_pdf_too(tmp_path: Path) -> None:
    """Lines wrap elsewhere there, blanks between spaced letters are lost, footers stand between."""
    paths = [tmp_path / f"{act.name}.pdf" for act in ACTS]
    write_page_sets([page_set(*each) for each in zip(ACTS, paths, strict=True)])
    held(
        [
            one
            for act, path in zip(ACTS, paths, strict=True)
            for one in judged(act, inspect(path, path.name).page_texts)
        ]
    )


@pytest.mark.data
def test_a_vote_report_is_no_resolution(shared_data: Path) -> None:
    reports = sorted(shared_data.glob("council-votes-*/*.pdf"))
    assert reports
    for path in reports:
        assert read_facts(inspect(path, path.name).page_texts) == ActFacts(), path.name
