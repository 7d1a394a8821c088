"""Templates of agendas."""

from typing import get_args

import pytest

from docstore.rules.agenda_template import BodyKind, MeetingKind, agenda_template


@pytest.mark.parametrize("body_kind", get_args(BodyKind))
@pytest.mark.parametrize("meeting_kind", get_args(MeetingKind))
def test_every_template_opens_closes_and_has_one_place_for_papers(
    body_kind: BodyKind, meeting_kind: MeetingKind
) -> None:
    items = agenda_template(body_kind, meeting_kind)
    assert items[0].title.startswith("Otwarcie")
    assert items[-1].title.startswith("Zamknięcie")
    assert sum(item.is_slot for item in items) == 1
    assert all(item.title == item.title.strip(" .") for item in items)


def test_an_ordinary_session_has_the_usual_items() -> None:
    said = " ".join(item.title for item in agenda_template("miasto", "ordinary"))
    for usual in ("quorum", "porządku obrad", "protokołu", "Burmistrza", "Interpelacje", "Wolne"):
        assert usual in said


def test_the_officer_and_the_last_meeting_can_be_named() -> None:
    items = agenda_template(
        "miasto", "ordinary", executive="Prezydenta Miasta", previous="LII sesji"
    )
    assert "Przyjęcie protokołu z LII sesji" in [item.title for item in items]
    assert any("Prezydenta Miasta o pracy" in item.title for item in items)
