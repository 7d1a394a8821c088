"""Tells what changed in a text from what a program read otherwise on a scan."""

import re
from difflib import SequenceMatcher

from docstore.rules.plain import fold

# Shapes that programs take for each other; digits stand for themselves, for they are amounts.
_SHAPES = (("rn", "m"), ("cl", "d"), ("ii", "n"), ("vv", "w"), ("j", "i"), ("l", "i"), ("|", "i"))
_NOT_WORDS = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d")
# Two words whose letters agree in this share are one that was read in two ways.
_ALIKE = 0.75
_LEAST = 4  # letters; shorter words that differ are other words


def is_noise(old: str, new: str) -> bool:
    """Tell whether two stretches differ as two readings of one do.

    Never where digits differ, and never where whole words came or went.
    """
    if _DIGITS.findall(old) != _DIGITS.findall(new):
        return False
    was, now = _shape(old), _shape(new)
    if was == now:
        return True
    olds, news = (_NOT_WORDS.sub(" ", fold(each)).split() for each in (old, new))
    return len(olds) == len(news) > 0 and all(map(_is_alike, olds, news))


def _is_alike(old: str, new: str) -> bool:
    if _shape(old) == _shape(new):
        return True
    if min(len(old), len(new)) < _LEAST:
        return False
    return SequenceMatcher(None, old, new, autojunk=False).ratio() >= _ALIKE


def _shape(text: str) -> str:
    shape = _NOT_WORDS.sub("", fold(text))
    for seen, other in _SHAPES:
        shape = shape.replace(seen, other)
    return shape
