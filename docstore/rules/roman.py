"""Roman numerals, as sessions and resolutions are numbered."""

import re

_ORDERS = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
    (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_VALUES = {sign: value for value, sign in _ORDERS}
_CANONICAL = re.compile(r"M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")
HIGHEST = 3999


def to_roman(number: int) -> str:
    """Return a number from 1 to 3999 in Roman numerals; others raise ValueError."""
    if not 1 <= number <= HIGHEST:
        raise ValueError(f"{number} has no Roman numeral")
    signs = []
    for value, sign in _ORDERS:
        times, number = divmod(number, value)
        signs.append(sign * times)
    return "".join(signs)


def from_roman(text: str) -> int | None:
    """Return the value of a numeral in its one correct form, all upper or all lower case."""
    signs = text.upper() if text.islower() else text
    if not signs or _CANONICAL.fullmatch(signs) is None:
        return None
    values = [_VALUES[sign] for sign in signs]
    following = [*values[1:], 0]
    return sum(-v if v < after else v for v, after in zip(values, following, strict=True))
