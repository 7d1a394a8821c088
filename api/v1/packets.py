"""Publishing a packet, and what became of its notices."""

from typing import Any

from fastapi import Request, Response

from api.dependencies import ActingOf, AskerOf, Office, Read, Write
from api.v1 import paging
from api.v1.access import CONFLICTS, refusals
from api.v1.asks import NotifyAsk, PublishPacket
from api.v1.making import packet_shape
from api.v1.once import DoneOnce
from api.v1.paging import After, Limit, page_of
from api.v1.routers import body_router
from api.v1.shapes import DeliveryShape, PacketShape, Page
from docstore.models import Meeting, Packet
from docstore.services import calendar, deliveries, packets
from docstore.services.deliveries import Progress
from docstore.services.finding import get

router = body_router("packets")


@router.post(
    "/meetings/{meeting_id}/packets",
    dependencies=[DoneOnce],
    status_code=201,
    responses=refusals(
        *CONFLICTS,
        "packet_empty",
        "packet_waiting",
        "packet_unchanged",
        "personal_data_found",
        "nobody_to_notify",
    ),
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
    "/packets/{packet_id}/notices",
    dependencies=[DoneOnce],
    status_code=204,
    responses=refusals("invalid_input"),
)
def notify_again(
    asker: Office, acting: ActingOf, session: Write, packet_id: str, ask: NotifyAsk
) -> None:
    """Send a packet's notice once more to some of its recipients."""
    deliveries.notify_again(
        session, acting, body_id=asker.body.id, packet_id=packet_id, person_ids=ask.person_ids
    )


@router.get("/meetings/{meeting_id}/packets", responses=refusals("invalid_input"))
def list_packets(
    request: Request,
    response: Response,
    asker: AskerOf,
    session: Read,
    meeting_id: str,
    limit: Limit = 20,
    after: After = None,
) -> Page[PacketShape]:
    """List what was published for a meeting, the newest first."""
    known = calendar.one(session, body_id=asker.body.id, meeting_id=meeting_id)
    last = paging.number(after)
    rows = packets.after(session, meeting_id=known.id, last=last, limit=limit + 1)
    items = [(paging.written(row.number), packet_shape(row)) for row in rows]
    return page_of(request, response, items, limit)


@router.get("/packets/{packet_id}/deliveries", responses=refusals("invalid_input"))
def list_deliveries(
    request: Request,
    response: Response,
    asker: Office,
    session: Read,
    packet_id: str,
    limit: Limit = 20,
    after: After = None,
) -> Page[DeliveryShape]:
    """List what was observed of each recipient of a packet, by the person's id."""
    packet = get(session, Packet, asker.body.id, packet_id)
    meeting = get(session, Meeting, asker.body.id, packet.meeting_id)
    last = paging.name(after) or ""
    shapes = [
        _delivery(each) for each in deliveries.progress(session, packet=packet, meeting=meeting)
    ]
    items = sorted(
        ((paging.written(each.person_id), each) for each in shapes if each.person_id > last),
        key=lambda item: item[1].person_id,
    )
    return page_of(request, response, items[: limit + 1], limit)


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
