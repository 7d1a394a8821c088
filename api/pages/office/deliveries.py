"""Deliveries of a packet: who has it, who is reminded, and the table for Excel."""

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.dependencies import Office, Read
from api.downloads import disposition
from api.pages.office.forms import Typed
from api.pages.office.pages import desk_address, office_router, page, speak
from api.pages.office.watching import Watched, cells, summary, warnings, watch
from api.pages.office.wording import meeting_name, seat_of
from api.pages.office.work import WorkOf
from api.rendering import redirect
from docstore.database import ReadSession
from docstore.errors import InvalidInput, NotFound
from docstore.language import Words
from docstore.models import Meeting, Packet
from docstore.rules.spreadsheet import csv_for_excel
from docstore.services import deliveries, packets, people, register
from docstore.services.finding import get

router = office_router()


@router.get("/posiedzenia/{meeting_id}/doreczenia")
def show(
    request: Request, asker: Office, session: Read, meeting_id: str, pakiet: int = 0
) -> HTMLResponse:
    """Show what is known of each recipient of a packet, the newest unless another is named."""
    words = speak(request, asker)
    meeting = get(session, Meeting, asker.body.id, meeting_id)
    every = register.packets_of(session, meeting.id)
    watched = None
    if every:
        watched = watch(session, packet=_chosen(every, pakiet), meeting=meeting)
    return page(
        request,
        "office/deliveries.html",
        asker,
        meeting=meeting,
        here_path=desk_address(asker, meeting_id),
        packets=every,
        watched=watched,
        is_newest=watched is not None and watched.packet.id == every[0].id,
        names=people.names(session, _publisher(watched.packet)) if watched else {},
        summary=summary(words, watched) if watched else "",
        warnings=warnings(words, watched) if watched else [],
        cells=cells,
    )


def _publisher(packet: Packet) -> list[str]:
    return [packet.published_by] if packet.published_by else []


def _chosen(every: list[Packet], number: int) -> Packet:
    if not number:
        return every[0]
    packet = next((each for each in every if each.number == number), None)
    if packet is None:
        raise NotFound
    return packet


@router.post("/posiedzenia/{meeting_id}/doreczenia/ponow")
def send_again(work: WorkOf, meeting_id: str) -> Response:
    """Send the notice again: to one, to those ticked, or to all who have not opened."""
    typed, words = work.typed, work.words
    meeting = get(work.session, Meeting, work.body_id, meeting_id)
    here = f"{desk_address(work.asker, meeting_id)}/doreczenia"
    packet = packets.last_packet(work.session, meeting.id)
    if packet is None or packet.id != typed.text("packet"):
        return redirect(here, attention=words("Jest już nowszy pakiet. Ponów zawiadomienie o nim."))
    try:
        notice = deliveries.notify_again(
            work.session,
            work.acting,
            body_id=work.body_id,
            packet_id=packet.id,
            person_ids=_wanted(work.session, typed, packet, meeting),
        )
    except InvalidInput:
        work.session.rollback()
        return redirect(here, attention=words("Zaznacz co najmniej jedną osobę z adresem e-mail."))
    count = words.count(register.count_deliveries(work.session, notice.id), "osoby", "osób", "osób")
    return redirect(here, done=words("Ponowne zawiadomienie idzie do {count}.", count=count))


def _wanted(session: Session, typed: Typed, packet: Packet, meeting: Meeting) -> tuple[str, ...]:
    if typed.text("person"):
        return (typed.text("person"),)
    if typed.text("komu") == "nieotwarte":
        return watch(ReadSession(session), packet=packet, meeting=meeting).unopened
    return typed.texts("persons")


@router.get("/posiedzenia/{meeting_id}/doreczenia.csv")
def table(
    request: Request, asker: Office, session: Read, meeting_id: str, pakiet: int = 0
) -> Response:
    """Return the deliveries as a table that Polish Excel opens right."""
    words = speak(request, asker)
    meeting = get(session, Meeting, asker.body.id, meeting_id)
    every = register.packets_of(session, meeting.id)
    if not every:
        raise NotFound
    watched = watch(session, packet=_chosen(every, pakiet), meeting=meeting)
    name = words(
        "Doręczenia - {meeting} - pakiet {number}.csv",
        meeting=meeting_name(words, meeting),
        number=watched.packet.number,
    )
    return Response(
        _csv(words, watched),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": disposition(name, inline=False)},
    )


def _csv(words: Words, watched: Watched) -> bytes:
    header = [
        words("Osoba"),
        words("Funkcja"),
        words("Adres e-mail"),
        words("Wysłane"),
        words("Przyjęte przez serwer poczty"),
        words("Otwarte w Teczce"),
        words("Rozpoczęto pobieranie"),
        words("Odbiór potwierdzony"),
    ]
    rows = [
        [
            row.recipient.person.name,
            row.recipient.function or seat_of(words, row.recipient.role),
            row.address,
            *(value if isinstance(value, str) else value[0] for value in cells(words, row)),
        ]
        for row in watched.rows
    ]
    return csv_for_excel(header, rows)
