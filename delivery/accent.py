"""A council's colour, dark enough to be read on white: covers and mails have no dark mode."""

import re

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_FALLBACK = (0x1F, 0x3A, 0x5F)
# WCAG 2.2, success criterion 1.4.3, text of normal size.
_LEAST_CONTRAST = 4.5
_STEP = 0.96

Rgb = tuple[int, int, int]


def accent(colour: str) -> Rgb:
    """Return the colour, or the first darker shade of it that reads on white."""
    shade = _channels(colour) if _HEX.fullmatch(colour) else _FALLBACK
    while _contrast_to_white(shade) < _LEAST_CONTRAST:
        red, green, blue = shade
        shade = (int(red * _STEP), int(green * _STEP), int(blue * _STEP))
    return shade


def css(shade: Rgb) -> str:
    """Return a colour as stylesheets write it."""
    return "#" + bytes(shade).hex()


def _channels(colour: str) -> Rgb:
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def _contrast_to_white(shade: Rgb) -> float:
    red, green, blue = (_linear(channel / 255) for channel in shade)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(channel: float) -> float:
    knee = 0.04045  # of the sRGB curve, as WCAG 2.2 writes it
    return channel / 12.92 if channel <= knee else ((channel + 0.055) / 1.055) ** 2.4
