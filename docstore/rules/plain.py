"""Turns text as Word, spreadsheets and PDF readers leave it into plain text."""

import re
import unicodedata
from collections.abc import Callable, Iterable

# Hyphens that were only a place to break a line; U+FFFE and U+0002 are pypdfium2's marks for them.
_SOFT_HYPHENS = "\N{SOFT HYPHEN}\ufffe\x02"
_SOFT_BREAK = re.compile(f"[{_SOFT_HYPHENS}][ \t]*\r?\n?")
_SPACES = re.compile(r"[^\S\t\n\f\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}\v\x85]")
_LINE_ENDS = re.compile("\r\n?|[\v\x85\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}]")
_BROKEN_WORD = re.compile(r"(?<![^\W\d_])([^\W\d_]{3,})-\n(?=([^\W\d_]{2,}))")
# The first part of a compound is an adjective's stem with o (`społeczno-`, `biało-`); the second is
# an adjective, longer than an ending.
_COMPOUND = re.compile(r"\w{3}(?:n|ni|w|k|ł|r|t|z|ch|c|dni)o$")
_LEAST_OF_COMPOUND = 5
_NOUN_END = re.compile(r"(?:ość|ości|ością|ni[aeu]|niem|cj[aięą]|[bcmpwz]ie)$")
_BROKEN_NUMBER = re.compile(r"(?<=\w[/–-])\n(?=\d)")
# The dot of these stays at the end of a title.
_SHORT = re.compile(
    r"(?:\.\.|\b(?:r|ul|im|zł|gr|nr|ust|art|poz|pkt|itp|itd|tzw|m\.in|s\.c|o\.o|S\.A)\.)$"
)
_BLANKS = re.compile(r"\s+")

# Characters below are looked up, the rest worked out each time: Latin letters with their marks.
_COMMON = range(0x250)
# Letters that Unicode does not see as a letter with a mark.
_UNMARKED = str.maketrans({"ł": "l", "Ł": "L", "đ": "d", "ø": "o", "ß": "s", "æ": "a", "ı": "i"})


def plain(text: str) -> str:
    """Return the text in NFC with ordinary spaces and line ends; keeps tabs and form feeds.

    Soft hyphens go, with the line end behind them; so do zero-width and control characters.
    """
    text = _SOFT_BREAK.sub("", unicodedata.normalize("NFC", text))
    text = _SPACES.sub(" ", _LINE_ENDS.sub("\n", text))
    return text.translate(_VISIBLE)


def one_line(text: str) -> str:
    """Return plain text on one line with single spaces and none at the ends."""
    return _BLANKS.sub(" ", plain(text)).strip()


def join_lines(lines: Iterable[str]) -> str:
    """Return lines as one, words broken by a hyphen at a line's end made whole.

    The hyphen stays where it belongs to a compound: `społeczno-` + `gospodarczy`, `Bielsko-` +
    `Biała`.
    """
    joined = "\n".join(line for line in map(one_line, lines) if line)
    return rejoined(joined).replace("\n", " ")


def rejoined(text: str) -> str:
    """Return lines in which no word and no number is broken at a line's end; the rest stays."""
    return _BROKEN_NUMBER.sub("", _BROKEN_WORD.sub(_mended, text))


def _mended(match: re.Match[str]) -> str:
    first, second = match[1], match[2]
    is_compound = (
        _COMPOUND.search(first)
        and len(second) >= _LEAST_OF_COMPOUND
        and not _NOUN_END.search(second)
    )
    return f"{first}-" if is_compound or second[0].isupper() else first


def tidy_title(title: str) -> str:
    """Return a title without the comma, semicolon or full stop that ended it in a list."""
    title = title.rstrip(" ;,\t")
    return title if _SHORT.search(title) else title.removesuffix(".").rstrip()


def fold(text: str) -> str:
    """Return the text in lower case without diacritics, each character in its old place."""
    return text.lower() if text.isascii() else text.translate(_FOLDED)


def _fold_char(char: str) -> str:
    if char.isascii():
        return char.lower()
    base = unicodedata.normalize("NFKD", char)[0].translate(_UNMARKED).lower()
    return base if len(base) == 1 else char


def _is_invisible(char: str) -> bool:
    """Tell whether a character shows nothing: controls, zero-width and direction marks."""
    return unicodedata.category(char) in {"Cc", "Cf", "Cs"}


def _visible_char(char: str) -> str | None:
    return None if char not in "\t\n\f" and _is_invisible(char) else char


class _Table(dict[int, str | None]):
    """A table for `str.translate` that works out what it does not hold."""

    def __init__(self, of: Callable[[str], str | None]) -> None:
        super().__init__((code, of(chr(code))) for code in _COMMON)
        self._of = of

    def __missing__(self, code: int) -> str | None:
        return self._of(chr(code))


_FOLDED, _VISIBLE = _Table(_fold_char), _Table(_visible_char)
