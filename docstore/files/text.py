"""Makes the text that readers find in files fit to be searched and shown."""

import re
import unicodedata

# PDFium writes one of these for a hyphen at the end of a line, whether the hyphen is the word's own
# or was put there by the typesetter; U+00AD is a hyphen that shows only at the end of a line.
# Longer runs of letters are no words, and to look through one from each letter takes minutes.
_LINE_END = re.compile(r"(\w{0,60})[\ufffe\x02][ \t]*\n?[ \t]*(\w*)")
_SOFT_HYPHEN = re.compile(r"\u00ad[ \t]*\n?")
# Controls, lone surrogates, private use, non-characters: nobody sees them, indexes choke on them.
_UNSEEN = (
    r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufff9-\uffff"
    r"\u200b\u2060\ufeff\U000f0000-\U0010ffff"
)
_UNSEEN_RUN = re.compile(f"[{_UNSEEN}]+")
_GARBAGE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x80-\x84\x86-\x9f\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]"
)
_LINE_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[ \t]{2,}")
_LINE_TAIL = re.compile(r"[ \t]+\n")
_EMPTY_LINES = re.compile(r"\n{3,}")
# First half of a compound adjective ("społeczno-", "rolno-") and an ending of its second half.
_COMPOUND = re.compile(r"\w{2,}(?:[cjlnrtwzż]n|[cs]k|cz|ow)o")
_ADJECTIVE = re.compile(r"(?!ś[cć])\w{3,}(?:[yiąae]|ego|emu|ej|ych|ich|ym|im|ymi|imi)")
_WORD = re.compile(r"[^\W_]{2}")
# Above this share of characters that mean nothing, a text layer is a font without a map to Unicode.
_MOST_GARBAGE = 0.3


def tidy(text: str) -> str:
    """Return the text in NFC, with words rejoined and without what nobody sees."""
    text = _LINE_BREAKS.sub("\n", text)
    text = _SOFT_HYPHEN.sub("", _LINE_END.sub(_rejoin, text))
    text = unicodedata.normalize("NFC", _UNSEEN_RUN.sub("", text))
    text = _LINE_TAIL.sub("\n", _SPACES.sub(" ", text))
    return _EMPTY_LINES.sub("\n\n", text).strip()


def is_legible(text: str) -> bool:
    """Tell a text from the rubbish that a font without a map to Unicode gives."""
    seen = len(text) - text.count(" ") - text.count("\n") - text.count("\r")
    return bool(_WORD.search(text)) and len(_GARBAGE.findall(text)) < seen * _MOST_GARBAGE


def _rejoin(found: re.Match[str]) -> str:
    """Join the halves of a word, with the hyphen where it is the word's own.

    "Opiekuńczo-Wychowawczej", "2024-2028" and "społeczno-gospodarczego" keep it; "nieruchomo-ści"
    does not.
    """
    before, after = found.groups()
    own = (
        not before
        or not after
        or after[0].isupper()
        or not (before + after).isalpha()
        or (_COMPOUND.fullmatch(before.lower()) and _ADJECTIVE.fullmatch(after.lower()))
    )
    return f"{before}-{after}" if own else before + after
