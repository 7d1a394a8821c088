"""A council's own colour, made readable: the accents of its pages in light and in dark."""

import math
import re
from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass

from docstore.errors import InvalidInput

# The lightest and the darkest grounds on which an accent is read: the tokens --paper and --raised
# of api/static/teczka.css. What is readable on the raised ground is readable on the plain one.
LIGHT_GROUND = "#f3f0e9"
DARK_GROUND = "#1d2125"
LIGHT_INK = "#ffffff"
DARK_INK = "#14171a"

# WCAG 2.2, success criterion 1.4.3, text of normal size.
LEAST_CONTRAST = 4.5

_HEX = re.compile(r"#([0-9a-fA-F]{6})")
# Finer than the 255 steps of a channel, so that no readable shade is passed over.
_STEPS = 512


@dataclass(frozen=True, slots=True)
class Accents:
    """One colour as it is used on light and on dark pages, each with the text of its buttons."""

    light: str
    light_ink: str
    dark: str
    dark_ink: str


def accents(colour: str) -> Accents:
    """Return the nearest readable shades of a colour like `#1d5a9e`; refuses anything else."""
    if not _HEX.fullmatch(colour):
        raise InvalidInput(field="colour", reason="not_a_colour")
    return Accents(
        light=_readable(colour, LIGHT_GROUND, darker=True),
        light_ink=LIGHT_INK,
        dark=_readable(colour, DARK_GROUND, darker=False),
        dark_ink=DARK_INK,
    )


def stylesheet(colour: str) -> str:
    """Return the text of a council's own stylesheet; teczka.css reads its four tokens."""
    its = accents(colour)
    return (
        ":root {\n"
        f"  --accent-light: {its.light};\n"
        f"  --accent-light-ink: {its.light_ink};\n"
        f"  --accent-dark: {its.dark};\n"
        f"  --accent-dark-ink: {its.dark_ink};\n"
        "}\n"
    )


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21, as WCAG 2.2 defines it."""
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def _readable(colour: str, ground: str, *, darker: bool) -> str:
    """Return the colour itself if it reads on the ground, or the nearest shade of it that does."""
    if contrast(colour, ground) >= LEAST_CONTRAST:
        return colour.lower()
    hue, lightness, saturation = rgb_to_hls(*_channels(colour))
    end = 0.0 if darker else 1.0
    for step in range(1, _STEPS + 1):
        shade = _hex(hls_to_rgb(hue, lightness + (end - lightness) * step / _STEPS, saturation))
        if contrast(shade, ground) >= LEAST_CONTRAST:
            return shade
    raise AssertionError("black reads on the light ground and white on the dark")


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = bytes.fromhex(colour[1:])
    return red / 255, green / 255, blue / 255


def _hex(channels: tuple[float, float, float]) -> str:
    return "#" + bytes(round(channel * 255) for channel in channels).hex()


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    if channel <= 0.04045:  # noqa: PLR2004 - the knee of the sRGB curve, as WCAG 2.2 writes it
        return channel / 12.92
    return math.pow((channel + 0.055) / 1.055, 2.4)
