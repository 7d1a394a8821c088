"""The pages people use, by who uses them."""

from collections.abc import Sequence

from fastapi import APIRouter

from api.pages import (
    account,
    comparing,
    council,
    files,
    my_meeting,
    office,
    packet_viewer,
    people,
    person,
    problems,
    public,
    reader,
    search,
    setup,
    status,
    tokens,
    viewer,
    ways_in,
)


def routers() -> Sequence[APIRouter]:
    """Return every page's routes; the public's come last, because they begin with a bare slug."""
    return (
        problems.router,
        setup.router,
        ways_in.router,
        account.router,
        tokens.router,
        council.router,
        people.router,
        person.router,
        status.router,
        *office.routers(),
        reader.router,
        packet_viewer.router,
        my_meeting.router,
        viewer.router,
        comparing.router,
        files.router,
        search.router,
        *public.routers(),
    )
