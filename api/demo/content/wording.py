"""Numbers, dates and amounts as Polish offices write them."""

from datetime import date

NBSP = "\N{NO-BREAK SPACE}"
_MONTHS = [
    "stycznia",
    "lutego",
    "marca",
    "kwietnia",
    "maja",
    "czerwca",
    "lipca",
    "sierpnia",
    "września",
    "października",
    "listopada",
    "grudnia",
]


def long_day(day: date) -> str:
    """Return `3 grudnia 2026 r.`."""
    return f"{day.day}{NBSP}{_MONTHS[day.month - 1]} {day.year}{NBSP}r."


def amount(value: float) -> str:
    """Return an amount in złoty without the currency: `1 234 567,00`."""
    return f"{value:,.2f}".replace(",", NBSP).replace(".", ",")


def ascii_name(name: str) -> str:
    """Return `danuta.zrebiec` for `Danuta Źrebiec`: the part of an address before the @."""
    plain = name.lower().translate(str.maketrans("ąćęłńóśźż ", "acelnoszz."))
    return plain.replace("-", "")


def rows(*each: str) -> str:
    """Return rows of a table, one under the other."""
    return "\n".join(each)
