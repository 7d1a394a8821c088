"""The JSON interface, over the same services as the pages."""

from collections.abc import Sequence

from fastapi import APIRouter

from api.v1 import acts, agendas, documents, meetings, packets, uploads


def routers() -> Sequence[APIRouter]:
    """Return the routes of every endpoint."""
    return (
        meetings.front,
        meetings.router,
        agendas.router,
        packets.router,
        documents.router,
        uploads.router,
        acts.router,
    )
