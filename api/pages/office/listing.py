"""The office's first page: meetings to come, then those that have been."""

from dataclasses import dataclass

from fastapi import Request
from starlette.responses import HTMLResponse

from api.dependencies import Office, PartsOf, Read
from api.pages.office.pages import office_router, page, speak
from api.pages.office.wording import Chip, cancelled_chip
from docstore.language import Words
from docstore.services import deliveries, desk, packets

router = office_router()

_ON_A_PAGE = 25


@dataclass(frozen=True, slots=True)
class _Row:
    """A meeting in the list, with its state in words."""

    row: desk.MeetingRow
    chips: list[Chip]
    opened: tuple[int, int] | None = None


@router.get("")
def show_list(
    request: Request, asker: Office, session: Read, parts: PartsOf, strona: int = 1
) -> HTMLResponse:
    """Show the meetings to come, then those that have been."""
    words, now, body_id = speak(request, asker), parts.clock.now(), asker.body.id
    count = desk.count_meetings(session, body_id=body_id, before=now)
    pages = max(1, -(-count // _ON_A_PAGE))
    number = min(max(strona, 1), pages)
    past = desk.meetings_before(
        session, body_id=body_id, at=now, offset=(number - 1) * _ON_A_PAGE, limit=_ON_A_PAGE
    )
    coming = desk.meetings_from(session, body_id=body_id, at=now)
    return page(
        request,
        "office/meetings.html",
        asker,
        coming=[_coming(session, words, row) for row in coming] if number == 1 else [],
        past=[_Row(row, _past_chips(words, row)) for row in past],
        is_empty=not coming and not count,
        number=number,
        pages=pages,
    )


def _coming(session: Read, words: Words, row: desk.MeetingRow) -> _Row:
    meeting, packet = row.meeting, row.packet
    found = packets.preview(session, body_id=meeting.body_id, meeting_id=meeting.id)
    chips = state_chips(words, found)
    if packet is None:
        return _Row(row, chips)
    watched = deliveries.progress(session, packet=packet, meeting=meeting)
    opened = sum(each.opened_at is not None for each in watched)
    return _Row(row, chips, (opened, len(watched)))


def state_chips(words: Words, found: packets.Preview) -> list[Chip]:
    """Return how far a meeting's papers are on their way, in words."""
    number = found.number - 1
    if found.plan.meeting.is_cancelled:
        return [cancelled_chip(words, found.plan.meeting)]
    if number == 0:
        return [(words("szkic: nikt poza biurem go nie widzi"), "neutral", "locked")]
    chips: list[Chip] = [(words("wysłano pakiet {number}", number=number), "done")]
    if not found.is_unchanged:
        count = max(len(found.changes), 1)
        chips.append((unsent(words, count), "attention"))
    return chips


def unsent(words: Words, count: int) -> str:
    """Say how many changes no packet holds yet."""
    return words.count(
        count,
        "zmiana, której nie ma jeszcze w pakiecie",
        "zmiany, których nie ma jeszcze w pakiecie",
        "zmian, których nie ma jeszcze w pakiecie",
    )


def _past_chips(words: Words, row: desk.MeetingRow) -> list[Chip]:
    if row.meeting.is_cancelled:
        return [cancelled_chip(words, row.meeting)]
    if row.packet is None:
        return [(words("bez pakietu"), "neutral")]
    if row.pending:
        text = words.count(
            row.pending, "sprawa bez wyniku", "sprawy bez wyniku", "spraw bez wyniku"
        )
        return [(text, "attention")]
    return [(words("wyniki zapisane"), "done")] if row.items else []
