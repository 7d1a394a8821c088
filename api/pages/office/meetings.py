"""A new meeting, and what is said of one."""

from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.dependencies import ActingOf, Office, PartsOf, Read, Write
from api.pages.office.forms import Typed, TypedOf, is_number
from api.pages.office.pages import conflict_words, desk_address, home, office_router, page, speak
from api.pages.office.wording import meeting_name
from api.rendering import redirect
from api.security.askers import Asker
from docstore.errors import EditConflict, InvalidInput
from docstore.language import Words
from docstore.models import Meeting
from docstore.rules.roman import from_roman, to_roman
from docstore.services import desk, meetings, organizations
from docstore.services.finding import get
from docstore.services.meetings import MeetingDetails

router = office_router()

_SESSION_KINDS = ("ordinary", "extraordinary", "ceremonial")


@router.get("/posiedzenia/nowe")
def show_new(
    request: Request, asker: Office, session: Read, parts: PartsOf, organization_id: str = ""
) -> HTMLResponse:
    """Show an empty form with the next number proposed."""
    choices = organizations.organizations(session, asker.body.id)
    known = {each.id for each in choices}
    chosen = organization_id if organization_id in known else choices[0].id
    proposed = to_roman(_next(session, asker, chosen, parts.clock.now()))
    values = {
        "organization_id": chosen,
        "kind": "ordinary",
        "number": proposed,
        "place": _usual_place(session, asker),
    }
    return _form(request, asker, session, values=values, proposed=(proposed, chosen))


def _next(session: Session, asker: Asker, organization_id: str, on: datetime) -> int:
    return meetings.next_number(
        session, body_id=asker.body.id, organization_id=organization_id, on=on
    )


def _usual_place(session: Session, asker: Asker) -> str:
    """Return where the last meeting was, because the next one mostly is there too."""
    last = desk.last_meeting(session, body_id=asker.body.id)
    return last.place if last else ""


@router.post("/posiedzenia/nowe")
def create(
    request: Request,
    asker: Office,
    acting: ActingOf,
    session: Write,
    parts: PartsOf,
    typed: TypedOf,
) -> Response:
    """Prepare a meeting."""
    details = _details(session, asker, typed, now=parts.clock.now())
    if details is not None:
        try:
            made = meetings.create(session, acting, body_id=asker.body.id, details=details)
        except InvalidInput as refusal:
            session.rollback()
            typed.take(refusal)
        else:
            done = typed.words(
                "Utworzono: {name}. Teraz ułóż porządek.", name=meeting_name(typed.words, made)
            )
            return redirect(desk_address(asker, made.id), done=done)
    proposed = (typed.text("proposed"), typed.text("proposed_for"))
    return _form(request, asker, session, values=_values(typed), proposed=proposed, typed=typed)


@router.get("/posiedzenia/{meeting_id}/dane")
def show_edit(request: Request, asker: Office, session: Read, meeting_id: str) -> HTMLResponse:
    """Show what is said of a meeting, to be changed."""
    meeting = get(session, Meeting, asker.body.id, meeting_id)
    values = _known(speak(request, asker), meeting)
    return _form(request, asker, session, values=values, meeting=meeting)


@router.post("/posiedzenia/{meeting_id}/dane")
def change(
    request: Request,
    asker: Office,
    acting: ActingOf,
    session: Write,
    parts: PartsOf,
    typed: TypedOf,
    meeting_id: str,
) -> Response:
    """Change what is said of a meeting, unless somebody else was first."""
    before = get(session, Meeting, asker.body.id, meeting_id)
    details = _details(session, asker, typed, now=parts.clock.now(), before=before)
    conflict = ""
    try:
        if details is not None:
            meetings.change(
                session,
                acting,
                body_id=asker.body.id,
                meeting_id=meeting_id,
                revision=typed.revision,
                details=details,
            )
            return redirect(desk_address(asker, meeting_id), done=typed.words("Zapisano dane."))
    except EditConflict as refusal:
        session.rollback()
        conflict = conflict_words(session, typed.words, asker, refusal)
    except InvalidInput as refusal:
        session.rollback()
        typed.take(refusal)
    now = get(session, Meeting, asker.body.id, meeting_id)
    values = _values(typed)
    return _form(
        request, asker, session, values=values, meeting=now, typed=typed, conflict=conflict
    )


def _details(
    session: Session,
    asker: Asker,
    typed: Typed,
    *,
    now: datetime,
    before: Meeting | None = None,
) -> MeetingDetails | None:
    """Return what was typed of a meeting, or None with the errors noted."""
    words = typed.words
    choices = {row.id: row for row in organizations.organizations(session, asker.body.id)}
    organization = choices.get(typed.text("organization_id"))
    if organization is None:
        typed.refuse("organization_id", words("Wybierz radę albo komisję."))
    kind = typed.text("kind") or "ordinary"
    starts_at = typed.moment("starts")
    number = _number(typed)
    if typed.errors or organization is None or starts_at is None:
        return None
    if starts_at < now and not typed.flag("past_confirmed") and not _kept(before, starts_at):
        typed.refuse(
            "past_confirmed",
            words("Ten termin już minął. Popraw datę albo potwierdź, że jest właściwa."),
        )
        return None
    is_council = organization.kind == "council"
    details = MeetingDetails(
        organization_id=organization.id,
        starts_at=starts_at,
        kind=kind if is_council else "sitting",
        number=number,
        title=typed.text("title"),
        place=typed.text("place"),
    )
    if _is_proposal_for_another(typed, organization.id):
        return replace(details, number=_next(session, asker, organization.id, starts_at))
    return details


def _kept(before: Meeting | None, starts_at: datetime) -> bool:
    return before is not None and before.starts_at == starts_at


def _is_proposal_for_another(typed: Typed, organization_id: str) -> bool:
    """Tell whether the number is the one proposed before another organisation was chosen."""
    proposed = typed.text("proposed")
    return bool(proposed) and (
        typed.text("number") == proposed and typed.text("proposed_for") != organization_id
    )


def _number(typed: Typed) -> int | None:
    value = typed.text("number")
    if not value:
        return None
    number = int(value) if is_number(value) else from_roman(value)
    if number is None:
        typed.refuse("number", typed.words("Wpisz numer rzymski, na przykład LIII, albo liczbę."))
    return number


def _values(typed: Typed) -> dict[str, str]:
    names = ("organization_id", "kind", "number", "title", "place", "starts_day", "starts_time")
    return {name: typed.text(name) for name in names}


def _known(words: Words, meeting: Meeting) -> dict[str, str]:
    local = words.local(meeting.starts_at)
    return {
        "organization_id": meeting.organization_id,
        "kind": meeting.kind,
        "number": to_roman(meeting.number) if meeting.number else "",
        "title": meeting.title,
        "place": meeting.place,
        "starts_day": f"{local:%Y-%m-%d}",
        "starts_time": f"{local:%H:%M}",
    }


def _form(
    request: Request,
    asker: Asker,
    session: Session,
    *,
    values: dict[str, str],
    meeting: Meeting | None = None,
    proposed: tuple[str, str] = ("", ""),
    typed: Typed | None = None,
    conflict: str = "",
) -> HTMLResponse:
    words = speak(request, asker)
    errors = typed.errors if typed else []
    status = HTTPStatus.OK
    if conflict:
        status = HTTPStatus.CONFLICT
    elif errors:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context: dict[str, Any] = {
        "values": {"starts_day": "", "starts_time": "", "title": "", **values},
        "meeting": meeting,
        "current": _known(words, meeting) if meeting and conflict else None,
        "organizations": organizations.organizations(session, asker.body.id),
        "session_kinds": _SESSION_KINDS,
        "proposed": proposed,
        "errors": errors,
        "error_of": typed.error_of if typed else {},
        "conflict": conflict,
        "action": f"{home(asker)}/posiedzenia/{meeting.id}/dane" if meeting else "",
    }
    return page(request, "office/meeting_form.html", asker, status=status, **context)
