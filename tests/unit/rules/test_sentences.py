"""What rules found, said in two languages."""

from collections.abc import Callable
from typing import get_args

import pytest

from docstore.language import Words
from docstore.rules.document_role import DocumentRole
from docstore.rules.personal_data import FindingKind
from docstore.rules.roster import RosterCode, RosterProblem
from docstore.rules.roster_roles import RosterRole
from docstore.rules.sentences import finding_name, role_name, roster_problem, seat_name

SAYINGS: list[Callable[[Words], str]] = [
    *(lambda words, role=role: role_name(words, role) for role in DocumentRole),
    *(lambda words, role=role: seat_name(words, role) for role in RosterRole),
    *(lambda words, kind=kind: finding_name(words, kind) for kind in get_args(FindingKind)),
    *(
        lambda words, code=code: roster_problem(words, RosterProblem(3, code, "{Anna}"))
        for code in RosterCode
    ),
]


@pytest.mark.parametrize("say", SAYINGS)
def test_everything_is_said_in_polish_and_english(say: Callable[[Words], str]) -> None:
    polish, english = say(Words("pl")), say(Words("en"))
    assert polish
    assert english
    assert polish != english


def test_a_problem_names_its_row_and_its_text() -> None:
    problem = RosterProblem(12, RosterCode.INVALID_EMAIL, "jan@x")
    assert roster_problem(Words("pl"), problem).startswith("Wiersz 12: „jan@x” nie jest adresem")
    assert roster_problem(Words("en"), problem).startswith("Row 12: “jan@x” is not")
