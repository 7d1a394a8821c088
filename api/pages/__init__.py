"""The pages people use, by who uses them."""

from collections.abc import Sequence

from fastapi import APIRouter

from api.pages import account


def routers() -> Sequence[APIRouter]:
    """Return every page's routes; the public's come last, because they begin with a bare slug."""
    return (account.router,)
