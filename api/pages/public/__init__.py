"""The public's pages: no account, no cookie, and nothing but what everyone may see."""

from collections.abc import Sequence

from fastapi import APIRouter

from api.pages.public import acts, feed, home, information, meetings


def routers() -> Sequence[APIRouter]:
    """Return the public's routes; the home page comes last, because a bare slug is its address."""
    return (
        home.front,
        feed.router,
        acts.router,
        meetings.router,
        information.router,
        home.router,
    )
