"""The pages people use, by who uses them."""

from collections.abc import Sequence

from fastapi import APIRouter


def routers() -> Sequence[APIRouter]:
    """Return every page's routes; the public's come last, because they begin with a bare slug."""
    return ()
