"""Sets type on A4: lays lines out first, draws them with fpdf2 once all pages are known."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from fpdf import FPDF

Style = Literal["", "B", "I"]
Colour = tuple[int, int, int]
INK: Colour = (0x1B, 0x1F, 0x23)
MUTED: Colour = (0x5A, 0x63, 0x6B)
LINE: Colour = (0xC9, 0xC4, 0xBA)

WIDTH, HEIGHT = 595.28, 841.89  # A4 in points
LEFT = RIGHT = 68.0
TOP = 68.0
BOTTOM = 72.0
MEASURE = WIDTH - LEFT - RIGHT
LEADING = 1.36
_FOOTER_Y = HEIGHT - 40.0
_HEADER_Y = 42.0
_SMALL = 9.0
_DOTS = 4.2  # from one leading dot to the next
_FONTS: Mapping[Style, str] = {"": "Regular", "B": "Semibold", "I": "It"}
# Polish typesetting leaves no one-letter word, and no "nr", at the end of a line.
_LONE_LETTER = re.compile(r"(?<!\S)([aiouwzAIOUWZ]|nr) (?=\S)")
# The packaged font has no glyph for these; their neighbours look the same.
_LOOK_ALIKE = str.maketrans({"\u2011": "-", "\u2010": "-", "\u202f": "\u00a0", "\u2009": " "})
# Where a line may break: only at these, not at a no-break space.
_BREAKS = re.compile(r"[ \t\n]+")


@dataclass(frozen=True, slots=True)
class _Mark:
    """One thing drawn on a page: a text at its baseline, or a rule where `text` is empty."""

    x: float
    y: float
    text: str = ""
    style: Style = ""
    size: float = 11.0
    colour: Colour = INK
    end: float = 0.0  # where a rule ends
    dotted: bool = False


@dataclass(slots=True)
class Sheet:
    """Pages being filled from the top; `y` is the place where the next line begins."""

    title: str
    language: str = "pl"
    author: str = ""
    header: str = ""
    footer: Callable[[int, int], str] | None = None  # of a page, from 1, and all pages
    y: float = TOP
    made_at: str = ""  # an ISO moment; now when empty
    images: list[tuple[int, Path, float, float, float]] = field(default_factory=list)
    _pages: list[list[_Mark]] = field(default_factory=lambda: [[]])
    _pdf: FPDF = field(default_factory=lambda: FPDF(unit="pt", format="A4"))

    def __post_init__(self) -> None:
        self._pdf.set_auto_page_break(auto=False)

    @property
    def page(self) -> int:
        """The page being filled, from 0."""
        return len(self._pages) - 1

    def new_page(self) -> None:
        """Go on at the top of a new page."""
        self._pages.append([])
        self.y = TOP

    def need(self, height: float) -> bool:
        """Begin a new page where less than `height` is left; tell whether it did."""
        if self.y + height <= HEIGHT - BOTTOM or self.y == TOP:
            return False
        self.new_page()
        return True

    def width(self, text: str, style: Style, size: float) -> float:
        """Return the width of a text on one line."""
        return _width_at_1(text, style) * size

    def wrap(self, text: str, style: Style, size: float, width: float) -> list[str]:
        """Return the lines of a text; a word wider than the line is cut."""
        text = text.translate(_LOOK_ALIKE)
        if self.language == "pl":
            text = _LONE_LETTER.sub("\\1\u00a0", text)
        lines: list[str] = []
        for paragraph in text.split("\n"):
            line, room = "", width
            for word in _BREAKS.split(paragraph.strip()):
                for piece in self._pieces(word, style, size, width):
                    taken = self.width(f" {piece}" if line else piece, style, size)
                    if line and taken > room:
                        lines.append(line)
                        line, room = "", width
                        taken = self.width(piece, style, size)
                    line = f"{line} {piece}" if line else piece
                    room -= taken
            lines.append(line)
        return lines

    def _pieces(self, word: str, style: Style, size: float, width: float) -> list[str]:
        if self.width(word, style, size) <= width:
            return [word]
        step = max(1, int(len(word) * width / self.width(word, style, size)) - 1)
        return [word[start : start + step] for start in range(0, len(word), step)]

    def put(
        self, x: float, text: str, style: Style = "", size: float = 11.0, *,
        colour: Colour = INK,
    ) -> None:  # fmt: skip
        """Write one line at `x`, its top at the present place; does not go on to the next."""
        if text:  # a mark without one is a rule
            self._pages[-1].append(_Mark(x, self.y + size, text, style, size, colour))

    def justify(self, x: float, text: str, style: Style, size: float, room: float) -> None:
        """Write one line with `room` shared out among its spaces.

        fpdf2 sets no word spacing for embedded fonts, so each word gets its own place.
        """
        words = text.split(" ")
        extra = room / max(1, len(words) - 1)
        for word in words:
            self.put(x, f"{word} ", style, size)
            x += self.width(f"{word} ", style, size) + extra

    def rule(self, x: float = LEFT, end: float = WIDTH - RIGHT, colour: Colour = LINE) -> None:
        """Draw a hairline across."""
        self._pages[-1].append(_Mark(x, self.y, end=end, colour=colour))

    def dots(self, x: float, end: float, size: float) -> None:
        """Lead the eye from a title to its page number; the dots of all lines stand in columns."""
        y = self.y + size
        self._pages[-1].append(
            _Mark(x + size * 0.4, y, end=end - size * 0.4, colour=MUTED, dotted=True)
        )

    def image(self, source: Path, x: float, size: float) -> None:
        """Place a picture, at most `size` wide and high, its top at the present place."""
        self.images.append((self.page, source, x, self.y, size))

    def output(self) -> bytes:
        """Draw everything and return the PDF."""
        self._pdf.set_title(self.title)
        self._pdf.set_lang(self.language)
        self._pdf.set_author(self.author)
        self._pdf.set_creator("Teczka")
        if self.made_at:
            self._pdf.set_creation_date(datetime.fromisoformat(self.made_at))
        for number, marks in enumerate(self._pages):
            self._pdf.add_page()
            for page, source, x, y, size in self.images:
                if page == number:
                    self._pdf.image(str(source), x, y, size, size, keep_aspect_ratio=True)
            for mark in [*marks, *self._running(number + 1)]:
                self._draw(mark)
        return bytes(self._pdf.output())

    def _running(self, page: int) -> list[_Mark]:
        """Return the lines that stand on every page."""
        footer = self.footer(page, len(self._pages)) if self.footer else ""
        marks = []
        for text, y in ((self.header, _HEADER_Y), (footer, _FOOTER_Y)):
            lines = self.wrap(text, "", _SMALL, MEASURE) if text else []
            marks += [
                _Mark((WIDTH - self.width(line, "", _SMALL)) / 2, y, line, "", _SMALL, MUTED)
                for line in lines[:1]
            ]
        return marks

    def _draw(self, mark: _Mark) -> None:
        if not mark.text:
            self._draw_rule(mark)
            return
        _choose(self._pdf, mark.style, mark.size)
        self._pdf.set_text_color(*mark.colour)
        # The line is broken by now; whoever copies or searches the text wants plain spaces.
        self._pdf.text(mark.x, mark.y, mark.text.replace("\u00a0", " "))

    def _draw_rule(self, mark: _Mark) -> None:
        self._pdf.set_line_width(0.6)
        self._pdf.set_draw_color(*mark.colour)
        if mark.dotted:
            # The phase puts the dots of all lines into the same columns.
            self._pdf.set_dash_pattern(dash=0.7, gap=_DOTS - 0.7, phase=mark.x % _DOTS)
        self._pdf.line(mark.x, mark.y, mark.end, mark.y)
        if mark.dotted:
            self._pdf.set_dash_pattern()


def _font_folder() -> Path:
    package = find_spec("font_source_serif_pro")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("font-source-serif-pro")
    return Path(package.origin).with_name("files")


def _choose(pdf: FPDF, style: Style, size: float) -> None:
    """Set the font, which is read when it is first used: each costs 10 ms, and 30 to embed."""
    if f"serif{style}" not in pdf.fonts:
        pdf.add_font("Serif", style, _font_folder() / f"SourceSerifPro-{_FONTS[style]}.ttf")
    pdf.set_font("Serif", style, size)


@cache
def _ruler() -> FPDF:
    """Return the file that is never written, in which texts are measured for all others."""
    return FPDF(unit="pt", format="A4")


@cache
def _width_at_1(text: str, style: Style) -> float:
    """Return a text's width at size 1; words come again and again, so it is kept."""
    pdf = _ruler()
    _choose(pdf, style, 1)
    return float(pdf.get_string_width(text))
