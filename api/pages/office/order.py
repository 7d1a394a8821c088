"""A whole agenda at once: pasted, from the template, or copied; read first, then taken."""

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import cast

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.dependencies import Office, Read
from api.pages.office.pages import office_router, page, speak
from api.pages.office.wording import meeting_name
from api.pages.office.work import WorkOf
from api.security.askers import Asker
from docstore.models import Meeting
from docstore.rules.agenda_numbers import relabel
from docstore.rules.agenda_template import BodyKind, MeetingKind, agenda_template
from docstore.rules.agenda_text import AgendaLine, parse_agenda
from docstore.rules.roman import to_roman
from docstore.services import agendas, desk
from docstore.services.agendas import DEEPEST, MOST_ITEMS, NewItem
from docstore.services.finding import get

router = office_router()

_INDENT = "    "


@router.get("/posiedzenia/{meeting_id}/porzadek")
def show(
    request: Request, asker: Office, session: Read, meeting_id: str, z: str = ""
) -> HTMLResponse:
    """Show where an agenda may come from; `z` names a source: szablon, ostatnie or nothing."""
    meeting = get(session, Meeting, asker.body.id, meeting_id)
    last = _last(session, meeting)
    text = ""
    if z == "szablon":
        text = _from_template(asker, meeting, last)
    elif z == "ostatnie" and last is not None:
        copied = agendas.copy_agenda(session, body_id=asker.body.id, from_meeting_id=last.id)
        text = as_text((item.depth, item.title) for item in copied)
    return _page(request, asker, session, meeting, text=text)


@router.post("/posiedzenia/{meeting_id}/porzadek")
def take(work: WorkOf, meeting_id: str) -> Response:
    """Show how a text is read, or put its items on the agenda."""
    request, asker, session, words = work.request, work.asker, work.session, work.words
    text = work.typed.text("text")
    meeting = get(session, Meeting, work.body_id, meeting_id)
    items = [
        NewItem(title=line.title, depth=min(line.depth, DEEPEST), druk=line.druk)
        for line in parse_agenda(text)
    ]
    if not items:
        errors = [("text", words("Nie ma tu żadnego punktu. Wklej porządek obrad."))]
        return _page(request, asker, session, meeting, text=text, errors=errors)
    if work.typed.text("co") != "wstaw":
        return _page(request, asker, session, meeting, text=text)
    refusal = work.attempt(
        meeting_id,
        lambda: agendas.add_items(
            session,
            work.acting,
            body_id=work.body_id,
            meeting_id=meeting_id,
            revision=work.typed.revision,
            items=items,
        ),
    )
    if refusal is None:
        count = words.count(len(items), "punkt", "punkty", "punktów")
        return work.done(meeting_id, None, words("Wstawiono: {count}.", count=count))
    meeting = get(session, Meeting, work.body_id, meeting_id)
    errors = [("text", said) for _, said in work.typed.errors]
    conflict = work.conflict(refusal)
    return _page(request, asker, session, meeting, text=text, errors=errors, conflict=conflict)


def _last(session: Session, meeting: Meeting) -> Meeting | None:
    """Return the organisation's meeting before this one."""
    return desk.last_meeting(
        session,
        body_id=meeting.body_id,
        organization_id=meeting.organization_id,
        before=meeting.starts_at,
    )


def _from_template(asker: Asker, meeting: Meeting, last: Meeting | None) -> str:
    noun = "posiedzenia" if meeting.kind == "sitting" else "sesji"
    previous = f"{to_roman(last.number)} {noun}" if last and last.number else ""
    items = agenda_template(
        cast("BodyKind", asker.body.kind), cast("MeetingKind", meeting.kind), previous=previous
    )
    return as_text((item.depth, item.title) for item in items)


def as_text(items: Iterable[tuple[int, str]]) -> str:
    """Write an agenda as clerks do, so that reading the text gives the same items again."""
    rows = list(items)
    labels = relabel([depth for depth, _ in rows])
    return "\n".join(
        f"{_INDENT * depth}{label} {title}"
        for (depth, title), label in zip(rows, labels, strict=True)
    )


def _page(
    request: Request,
    asker: Asker,
    session: Session,
    meeting: Meeting,
    *,
    text: str,
    errors: Sequence[tuple[str, str]] = (),
    conflict: str = "",
) -> HTMLResponse:
    words = speak(request, asker)
    lines = parse_agenda(text)
    last = _last(session, meeting)
    status = HTTPStatus.OK
    if conflict:
        status = HTTPStatus.CONFLICT
    elif errors:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return page(
        request,
        "office/order.html",
        asker,
        status=status,
        meeting=meeting,
        present=desk.count_items(session, meeting.id),
        most=MOST_ITEMS,
        last=last,
        last_name=meeting_name(words, last) if last else "",
        text=text,
        lines=_labelled(lines),
        errors=list(errors),
        conflict=conflict,
    )


def _labelled(lines: Sequence[AgendaLine]) -> list[tuple[str, AgendaLine]]:
    """Pair each item with the number it will be printed with."""
    depths, deepest = [], 0
    for line in lines:
        depths.append(min(line.depth, deepest, DEEPEST))
        deepest = depths[-1] + 1
    return list(zip(relabel(depths), lines, strict=True))
