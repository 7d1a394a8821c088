"""Reads from the title of an agenda item what its paper is about, and of which kind."""

OTHER = "other"
# Words in the title of an agenda item, and the kind of paper that it brings; the first one wins.
_KINDS = (
    ("uchwał", "resolution"),
    ("skarg", "petition"),
    ("petycj", "petition"),
    ("wniosek", "motion"),
    ("sprawozdani", "report"),
    ("raport", "report"),
    ("informacj", "information"),
)


def kind_of(title: str) -> str:
    """Read the kind of a paper from the title of its agenda item."""
    lowered = title.casefold()
    return next((kind for word, kind in _KINDS if word in lowered), OTHER)


def matter_of(title: str) -> str:
    """Return what an agenda item is about: everything from `w sprawie` on, if it says so."""
    text = " ".join(title.split()).rstrip(".;")
    place = text.casefold().find("w sprawie ")
    return text[place:] if place >= 0 else text
