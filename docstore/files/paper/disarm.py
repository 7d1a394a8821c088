"""Takes out of merged pages what acts by itself; the originals stay as they are."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pypdf import PageObject
from pypdf.generic import ArrayObject, DictionaryObject, NameObject

# Actions that only move the reader: a page, a web address, "next page".
_HARMLESS = frozenset({"/GoTo", "/URI", "/Named"})
# What a link may open: a page, a mail, a telephone, or whatever names no scheme at all.
_WEB = re.compile(r"\s*(?:(?:https?|mailto|tel):|[^:]*(?:[/?#]|\Z))", re.IGNORECASE)
# Annotations that carry a file or a player.
_CARRIERS = frozenset(
    {"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D", "/TrapNet"}
)
# What runs by itself, on a page, an annotation or a field: scripts of events, a second address of a
# link, the steps of a presentation.
_EVENTS = ("/AA", "/PA", "/PresSteps")
# A form nests its fields a few deep; more is a ring or a trap.
_DEEPEST = 32


def disarm(pages: Iterable[PageObject]) -> None:
    """Remove scripts, launches, embedded files and dead signatures from merged pages.

    A signature in a merged copy can only show as broken; its picture stays.
    """
    for page in pages:
        _remove_events(page)
        annotations = page.get("/Annots")
        if annotations is None:
            continue
        kept = [one for one in annotations.get_object() if _is_kept(one.get_object())]
        page[NameObject("/Annots")] = ArrayObject(kept)


def disarm_form(root: DictionaryObject) -> None:
    """Remove what a merged form would run or fetch."""
    form = _dictionary(root.get("/AcroForm"))
    if form is not None:
        for name in ("/XFA", "/CO", "/SigFlags", "/NeedAppearances"):
            form.pop(NameObject(name), None)


def _is_kept(annotation: Any) -> bool:
    if not isinstance(annotation, DictionaryObject) or annotation.get("/Subtype") in _CARRIERS:
        return False
    for each in (*_fields(annotation), _dictionary(annotation.get("/Popup"))):
        if each is not None:
            _remove_events(each)
            _remove_action(each)
    if annotation.get("/FT") == "/Sig":
        annotation.pop(NameObject("/V"), None)
    return True


def _fields(annotation: DictionaryObject) -> Iterator[DictionaryObject]:
    """Yield an annotation and the form fields above it, which hold the scripts of most forms."""
    field: DictionaryObject | None = annotation
    for _ in range(_DEEPEST):
        if field is None:
            return
        yield field
        field = _dictionary(field.get("/Parent"))


def _remove_events(owner: DictionaryObject) -> None:
    for name in _EVENTS:
        owner.pop(NameObject(name), None)


def _remove_action(owner: DictionaryObject) -> None:
    action = _dictionary(owner.get("/A"))
    if action is None:
        return
    action.pop(NameObject("/Next"), None)
    address = action.get("/URI", "")
    written = address.decode("latin-1") if isinstance(address, bytes) else str(address)
    if action.get("/S") not in _HARMLESS or not _WEB.match(written):
        owner.pop(NameObject("/A"), None)


def _dictionary(value: Any) -> DictionaryObject | None:
    found = value.get_object() if value is not None else None
    return found if isinstance(found, DictionaryObject) else None
