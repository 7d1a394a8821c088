"""Tells what changed in a text from what a program read otherwise on a scan."""

import re

from docstore.rules.plain import fold

# Shapes that programs take for each other. Either these or lost marks of letters are forgiven, not
# both at once, and nothing more: two letters are another verb ("ustala", "uchyla"), a negation
# ("ważna", "nieważna"), another person ("podlegała", "podlegają").
_SHAPES = (("rn", "m"), ("cl", "d"), ("vv", "w"), ("q", "ą"), ("l", "i"))
_NOT_LETTERS = re.compile(r"[\W_]+")
_SPECKS = re.compile(r"[\s.,;:'`\"„”\-–—_·•|~*=]*")
_DIGIT = re.compile(r"\d")


def is_noise(old: str, new: str) -> bool:
    """Tell whether two stretches are one, read in two ways: the same letters but for their marks.

    Never where a digit is: a point more is another amount.
    """
    if _DIGIT.search(old) or _DIGIT.search(new):
        return False
    was, now = (_NOT_LETTERS.sub("", each.replace("|", "l").lower()) for each in (old, new))
    if (not was and not now) or _SPECKS.fullmatch(old + new):
        return all(_SPECKS.fullmatch(each) for each in (old, new))
    return fold(was) == fold(now) or _shape(was) == _shape(now)


def _shape(letters: str) -> str:
    for seen, other in _SHAPES:
        letters = letters.replace(seen, other)
    return letters
