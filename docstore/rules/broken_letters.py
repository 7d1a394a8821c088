"""Polish letters that a broken font or a wrong code page turned into others, put right."""

import re

# A font map of PDFs of 2004 to 2010 gives S with circumflex for ż; Polish has no such letter.
# Windows-1250 read as Windows-1252.
_WRONG_PAGE = str.maketrans("¹³¿œŸæêñ¥£¯Œ\x8fÆÊÑ", "ąłżśźćęńĄŁŻŚŹĆĘŃ")
_WRONG_INSIDE_WORD = re.compile(r"[a-zó][¹³¿œŸæêñ][a-zó]")
_RIGHT = re.compile("[ąęłśżźćńĄĘŁŚŻŹĆŃ]")
_ENOUGH = 2


def mend(text: str) -> str:
    """Return the text with its Polish letters restored, every character in its old place."""
    if "Ŝ" in text or "ŝ" in text:
        text = "".join(_mended(text, place) for place in range(len(text)))
    if not _RIGHT.search(text) and len(_WRONG_INSIDE_WORD.findall(text)) >= _ENOUGH:
        text = text.translate(_WRONG_PAGE)
    return text


def _mended(text: str, place: int) -> str:
    char = text[place]
    if char not in "Ŝŝ":
        return char
    near = text[max(place - 1, 0) : place + 2]
    around = [side for side in near if side.isalpha() and side not in "Ŝŝ"]
    return "Ż" if around and all(map(str.isupper, around)) else "ż"
