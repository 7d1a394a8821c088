"""Tells what changed in a text from what a program read otherwise on a scan."""

import re

from docstore.rules.plain import fold

# Shapes that programs take for each other. Nothing more is forgiven: in Polish a letter or two are
# a negation ("ważna", "nieważna"), another case, another verb ("uchyla", "uchwala").
_SHAPES = (("rn", "m"), ("cl", "d"), ("vv", "w"), ("q", "a"), ("j", "i"), ("l", "i"), ("|", "i"))
_NOT_LETTERS = re.compile(r"[\W_]+")
_SPECKS = re.compile(r"[\s.,;:'`\"„”\-–—_·•|~*=]*")
_DIGIT = re.compile(r"\d")


def is_noise(old: str, new: str) -> bool:
    """Tell whether two stretches are one, read in two ways: the same letters but for their marks.

    Never where a digit is: a point more is another amount.
    """
    if _DIGIT.search(old) or _DIGIT.search(new):
        return False
    was, now = _shape(old), _shape(new)
    if not was and not now:
        return all(_SPECKS.fullmatch(each) for each in (old, new))
    return was == now


def _shape(text: str) -> str:
    shape = _NOT_LETTERS.sub("", fold(text))
    for seen, other in _SHAPES:
        shape = shape.replace(seen, other)
    return shape
