"""Puts the paragraph sign back: Tesseract's Polish data do not know it, and read "$" or "8"."""

import re
from collections.abc import Sequence

# What a sign is read as. Dollars are "USD" in Polish papers; before a number "$" is no price.
_SIGN = re.compile(r"[S8]?\$[$8]?|\$8|8\$")
_SIGNS = re.compile(r"S?\$\$|88|8\$|\$8")
_BEFORE = re.compile(r"([^\W\d_]{1,4})(\$)")
_STUCK = re.compile(r"S?(\${1,2})(\d{1,4}[a-z]{0,2}[.,]?)")
_NUMBER = re.compile(r"\d{1,4}[a-z]{0,2}[.,;]?(?:[-–]\d{1,4}[a-z]{0,2}[.,;]?)?")
_NUMBERED = re.compile(r"\d{1,3}[a-z]{0,2}\.")
# What stands before a reference to a paragraph, and after its number, where "8" cannot be a number:
# nobody writes "w 8 12 ust. 3" of anything else.
_LEADS = frozenset(["w", "z", "ze", "i", "oraz", "lub", "albo", "do", "od", "na", "po", "o", "a"])
_FOLLOWS = frozenset(
    (
        "ust.", "ust", "pkt", "pkt.", "lit.", "lit", "zd.", "zdanie", "i", "oraz", "lub", "albo",
        "statutu", "regulaminu", "uchwały", "rozporządzenia", "zarządzenia", "załącznika",
    )
)  # fmt: skip


def mend(words: Sequence[str]) -> list[str]:
    """Return the words of one line, as many as there were, with its paragraph signs."""
    return [_mended(words, place) for place in range(len(words))]


def _mended(words: Sequence[str], place: int) -> str:
    word = words[place]
    after = words[place + 1] if place + 1 < len(words) else ""
    if stuck := _STUCK.fullmatch(word):
        return "§" * len(stuck[1]) + stuck[2]
    if not _NUMBER.fullmatch(after):
        return word
    if _SIGN.fullmatch(word):
        return "§§" if _SIGNS.fullmatch(word) else "§"
    if joined := _BEFORE.fullmatch(word):
        return f"{joined[1]} §"
    if word in {"8", "88", "S"} and _stands_for_sign(words, place):
        return "§§" if word == "88" else "§"
    return word


def _stands_for_sign(words: Sequence[str], place: int) -> bool:
    """Tell whether a figure is a sign by what stands around it."""
    after = words[place + 1]
    if place == 0:  # "8 1. Ustala się": nothing else begins a line with two numbers and a word
        return bool(_NUMBERED.fullmatch(after)) and _is_prose(words[place + 2 :])
    then = words[place + 2] if place + 2 < len(words) else ""
    return words[place - 1].lower() in _LEADS and then.rstrip(",;").lower() in _FOLLOWS


def _is_prose(words: Sequence[str]) -> bool:
    """Tell a sentence, or its first numbered part, from a row of a table."""
    told = [word for word in words if not _NUMBERED.fullmatch(word)]
    return len(told) > 1 and all(word[:1].isalpha() for word in told[:2])
