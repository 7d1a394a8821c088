"""The routers that the interface's endpoints stand on: each route knows its whole path."""

from fastapi import APIRouter

from api.v1.access import Exchange, Proof, Scoped
from api.v1.endpoint import Endpoint

PREFIX = "/api/v1"


def front_router(tag: str) -> APIRouter:
    """Return an empty router for endpoints that belong to no council."""
    return APIRouter(
        prefix=PREFIX, tags=[tag], dependencies=[Proof, Exchange], route_class=Endpoint
    )


def body_router(tag: str) -> APIRouter:
    """Return an empty router for a council's endpoints; tokens need each one's scope."""
    return APIRouter(
        prefix=f"{PREFIX}/bodies/{{slug}}",
        tags=[tag],
        dependencies=[Proof, Exchange, Scoped],
        route_class=Endpoint,
    )
