"""The council office's desk: meetings, agendas, files, packets, deliveries, acts."""

from collections.abc import Sequence

from fastapi import APIRouter

from api.pages.office import (
    acts,
    agenda,
    archive,
    cancelling,
    deliveries,
    desk,
    destroying,
    documents,
    exclusions,
    listing,
    meetings,
    order,
    outcomes,
    packet,
    page_text,
    papers,
    printing,
    uploads,
)


def routers() -> Sequence[APIRouter]:
    """Return the office's routes; those of meetings come first, for `nowe` is no meeting's id."""
    return (
        listing.router,
        meetings.router,
        desk.router,
        agenda.router,
        order.router,
        papers.router,
        uploads.router,
        documents.router,
        page_text.router,
        packet.router,
        deliveries.router,
        printing.router,
        cancelling.router,
        outcomes.router,
        acts.router,
        archive.router,
        exclusions.router,
        destroying.router,
    )
