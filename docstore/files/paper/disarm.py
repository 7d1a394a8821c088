"""Takes out of merged pages what acts by itself; the originals stay as they are."""

from collections.abc import Iterable
from typing import Any

from pypdf import PageObject
from pypdf.generic import ArrayObject, DictionaryObject, NameObject

# Actions that only move the reader: a page, a web address, "next page".
_HARMLESS = frozenset({"/GoTo", "/URI", "/Named"})
# Annotations that carry a file or a player.
_CARRIERS = frozenset(
    {"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D", "/TrapNet"}
)


def disarm(pages: Iterable[PageObject]) -> None:
    """Remove scripts, launches, embedded files and dead signatures from merged pages.

    A signature in a merged copy can only show as broken; its picture stays.
    """
    for page in pages:
        page.pop(NameObject("/AA"), None)
        annotations = page.get("/Annots")
        if annotations is None:
            continue
        kept = [one for one in annotations.get_object() if _is_kept(one.get_object())]
        page[NameObject("/Annots")] = ArrayObject(kept)


def disarm_form(root: DictionaryObject) -> None:
    """Remove what a merged form would run or fetch."""
    form = root.get("/AcroForm")
    form = form.get_object() if form is not None else None
    if isinstance(form, DictionaryObject):
        for name in ("/XFA", "/CO", "/SigFlags", "/NeedAppearances"):
            form.pop(NameObject(name), None)


def _is_kept(annotation: Any) -> bool:
    if not isinstance(annotation, DictionaryObject) or annotation.get("/Subtype") in _CARRIERS:
        return False
    annotation.pop(NameObject("/AA"), None)
    action = annotation.get("/A")
    action = action.get_object() if action is not None else None
    if isinstance(action, DictionaryObject):
        action.pop(NameObject("/Next"), None)
        if action.get("/S") not in _HARMLESS:
            annotation.pop(NameObject("/A"), None)
    if annotation.get("/FT") == "/Sig":
        annotation.pop(NameObject("/V"), None)
    return True
