"""One word for a file: what keeps a reader from it comes first."""

import pytest

from docstore.files.problems import Problem
from docstore.files.verdict import Verdict, verdict_of


@pytest.mark.parametrize(
    ("state", "problems", "verdict"),
    [
        ("text", [], Verdict.OK),
        ("text", [Problem.SIGNED, Problem.ATTACHMENTS, Problem.ACTIVE_CONTENT], Verdict.OK),
        ("none", [Problem.NO_TEXT], Verdict.NO_TEXT),
        ("partial", [Problem.REPAIRED, Problem.NO_TEXT], Verdict.REPAIRED),
        ("unread", [Problem.CONTAINER, Problem.ENCRYPTED], Verdict.NEEDS_PASSWORD),
        ("text", [Problem.PROTECTED, Problem.SIGNED], Verdict.OWNER_RESTRICTED),
        ("text", [Problem.XFA, Problem.ACTIVE_CONTENT], Verdict.XFA),
        ("text", [Problem.ATTACHMENTS, Problem.CONTAINER], Verdict.CONTAINER),
        ("unread", [Problem.TIMED_OUT], Verdict.REFUSED),
        ("unread", [Problem.NEEDS_RENDITION], Verdict.REFUSED),
        ("unread", [Problem.WRONG_EXTENSION, Problem.BROKEN], Verdict.REFUSED),
        ("text", [Problem.TIMED_OUT], Verdict.OK),
    ],
)
def test_a_file_has_one_verdict(state: str, problems: list[str], verdict: Verdict) -> None:
    assert verdict_of(state, problems) == verdict
