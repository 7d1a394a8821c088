"""The JSON interface, over the same services as the pages."""

from fastapi import APIRouter

from api.v1 import acts, agendas, documents, meetings, packets, uploads
from api.v1.access import Exchange, Proof, Scoped

router = APIRouter(prefix="/api/v1", dependencies=[Proof, Exchange])
router.include_router(meetings.front)
for part in (
    meetings.router,
    agendas.router,
    packets.router,
    documents.router,
    uploads.router,
    acts.router,
):
    router.include_router(part, dependencies=[Scoped])
