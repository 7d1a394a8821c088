"""Publishing a packet, and what became of its notices."""

from typing import Any

from fastapi import APIRouter

from api.dependencies import ActingOf, Office, Read, Write
from api.v1.access import refusals
from api.v1.asks import NotifyAsk, PublishPacket
from api.v1.making import packet_shape
from api.v1.shapes import DeliveryShape, PacketShape
from docstore.models import Meeting, Packet
from docstore.services import deliveries, packets
from docstore.services.deliveries import Progress
from docstore.services.finding import get

router = APIRouter(prefix="/bodies/{slug}", tags=["packets"])


@router.post(
    "/meetings/{meeting_id}/packets",
    status_code=201,
    responses=refusals(401, 403, 404, 409, 422),
)
def publish(
    asker: Office, acting: ActingOf, session: Write, meeting_id: str, ask: PublishPacket
) -> PacketShape:
    """Publish the next packet of a meeting and promise its notices."""
    row = packets.publish(
        session,
        acting,
        body_id=asker.body.id,
        meeting_id=meeting_id,
        revision=ask.revision,
        personal_data_reason=ask.personal_data_reason,
    )
    return packet_shape(row)


@router.post(
    "/packets/{packet_id}/notices", status_code=204, responses=refusals(401, 403, 404, 422)
)
def notify_again(
    asker: Office, acting: ActingOf, session: Write, packet_id: str, ask: NotifyAsk
) -> None:
    """Send a packet's notice once more to some of its recipients."""
    deliveries.notify_again(
        session, acting, body_id=asker.body.id, packet_id=packet_id, person_ids=ask.person_ids
    )


@router.get("/packets/{packet_id}/deliveries", responses=refusals(401, 403, 404))
def list_deliveries(asker: Office, session: Read, packet_id: str) -> list[DeliveryShape]:
    """List what was observed of each recipient of a packet."""
    packet = get(session, Packet, asker.body.id, packet_id)
    meeting = get(session, Meeting, asker.body.id, packet.meeting_id)
    return [
        _delivery(each) for each in deliveries.progress(session, packet=packet, meeting=meeting)
    ]


def _delivery(its: Progress) -> DeliveryShape:
    said: Any = its
    return DeliveryShape(
        person_id=its.recipient.person.id,
        name=its.recipient.person.name,
        role=its.recipient.role,
        state=said.state,
        notified_at=its.notified_at,
        accepted_at=its.accepted_at,
        opened_at=its.opened_at,
        downloaded_at=its.downloaded_at,
        acknowledged_at=its.acknowledged_at,
    )
