"""Sums up a file in one word: what a clerk has to know before it goes out."""

from collections.abc import Collection
from enum import StrEnum

from docstore.files.problems import Problem


class Verdict(StrEnum):
    """What became of a file; whatever it is, its bytes are kept and delivered."""

    OK = "ok"  # read, nothing to look at
    REPAIRED = "ok-repaired"  # damaged, and read all the same
    NO_TEXT = "no-text"  # some of its pages show something and have no text
    NEEDS_PASSWORD = "needs-password"  # noqa: S105 - a word, no secret
    OWNER_RESTRICTED = "owner-restricted"  # opens, and says what may not be done with it
    XFA = "xfa"  # a form that most programs show as "please wait"
    CONTAINER = "container"  # a bundle of other files, found by what can be read in them
    REFUSED = "refused"  # its content could not be read


# The first that applies is the one to tell: what keeps a reader from the content comes first.
_RULES: tuple[tuple[Problem, Verdict], ...] = (
    (Problem.ENCRYPTED, Verdict.NEEDS_PASSWORD),
    (Problem.EMPTY_FILE, Verdict.REFUSED),
    (Problem.BROKEN, Verdict.REFUSED),
    (Problem.UNSUPPORTED, Verdict.REFUSED),
    (Problem.XFA, Verdict.XFA),
    (Problem.CONTAINER, Verdict.CONTAINER),
    (Problem.PROTECTED, Verdict.OWNER_RESTRICTED),
    (Problem.REPAIRED, Verdict.REPAIRED),
    (Problem.NO_TEXT, Verdict.NO_TEXT),
)


def verdict_of(text_state: str, problems: Collection[str]) -> Verdict:
    """Return the verdict on a file by what its facts say.

    A file that was not read, whatever stood in the way (time, memory, a missing program), and that
    no other word fits, is refused.
    """
    for problem, verdict in _RULES:
        if problem in problems:
            return verdict
    return Verdict.REFUSED if text_state == "unread" else Verdict.OK
