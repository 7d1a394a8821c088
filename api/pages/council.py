"""The first hour's steps, and what is told of the council itself."""

from datetime import date
from email.utils import make_msgid
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from pydantic import BaseModel
from sqlalchemy import select
from starlette.responses import Response

from api.colours import accents
from api.dependencies import ActingOf, Office, PartsOf, Read, Write, check_form
from api.errors import sentence
from api.rendering import redirect, render, words_for
from api.security.askers import Asker
from delivery.errors import MailRefused, MailUnavailable
from delivery.notices import Envelope, test_mail
from delivery.words import answer_words
from docstore.database import ReadSession
from docstore.errors import InvalidInput
from docstore.models import Body, LegislativeTerm, Meeting
from docstore.services import emblems, people
from docstore.services.people import BodyDetails

router = APIRouter(prefix="/{slug}", dependencies=[Depends(check_form)], include_in_schema=False)

Text = Annotated[str, Form()]


# --- the first steps --------------------------------------------------------------------------


def _term(session: ReadSession, body: Body) -> LegislativeTerm | None:
    return session.scalar(
        select(LegislativeTerm)
        .where(LegislativeTerm.body_id == body.id)
        .order_by(LegislativeTerm.number.desc())
        .limit(1)
    )


@router.get("/pierwsze-kroki")
def first_steps(request: Request, asker: Office, session: Read) -> Response:
    """Show the four steps of the first hour, and which are done."""
    found = people.listed(session, asker.body.id)
    return render(
        request,
        "people/first_steps.html",
        asker=asker,
        audience="office",
        term=_term(session, asker.body),
        members=sum(1 for each in found if each.seats),
        guests=sum(1 for each in found if each.function is not None),
        has_meeting=session.scalar(
            select(Meeting.id).where(Meeting.body_id == asker.body.id).limit(1)
        )
        is not None,
        errors=[],
    )


@router.post("/pierwsze-kroki/kadencja")
def add_term(
    request: Request,
    asker: Office,
    session: Write,
    number: Text = "",
    starts_on: Text = "",
    ends_on: Text = "",
) -> Response:
    """Add a term of the council."""
    words = words_for(request, asker.body)
    people.add_term(
        session,
        body_id=asker.body.id,
        number=_number(number),
        starts_on=_day("starts_on", starts_on),
        ends_on=_day("ends_on", ends_on) if ends_on else None,
    )
    return redirect(f"/{asker.body.slug}/pierwsze-kroki", done=words("Kadencję zapisano."))


def _number(text: str) -> int:
    if not text.strip().isdigit() or not 0 < int(text) < 100:  # noqa: PLR2004 - terms are few
        raise InvalidInput(field="number", reason="range")
    return int(text)


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(field=field, reason="date") from error


@router.post("/pierwsze-kroki/poczta")
def send_test_mail(request: Request, asker: Office, parts: PartsOf) -> Response:
    """Send a mail to the person who asks, now, and say what the server answered."""
    words = words_for(request, asker.body)
    page = f"/{asker.body.slug}/pierwsze-kroki"
    person = asker.person
    if person is None or not person.email:
        raise InvalidInput(field="email", reason="required")
    envelope = Envelope(
        message_id=make_msgid(domain=parts.sender.host),
        sent_at=parts.clock.now(),
        sender=parts.settings.mail_from,
        to_address=person.email,
        to_name=person.name,
    )
    try:
        parts.mailer.send(test_mail(asker.body, words, envelope))
    except (MailUnavailable, MailRefused) as error:
        return redirect(
            page,
            attention=words(
                "Poczta nie działa: {answer}. Zawiadomienia będą czekać, nic nie zginie.",
                answer=answer_words(words, error.answer),
            ),
        )
    return redirect(
        page,
        done=words(
            "Serwer poczty przyjął wiadomość próbną na adres {address}. Sprawdź, czy doszła.",
            address=person.email,
        ),
    )


# --- the council itself -----------------------------------------------------------------------


@router.get("/biuro/rada")
def council_page(request: Request, asker: Office) -> Response:
    """Show what is told of the council, to be changed."""
    return _council(request, asker, errors=[])


def _council(request: Request, asker: Asker, *, errors: list[tuple[str, str]]) -> Response:
    return render(
        request,
        "people/council.html",
        asker=asker,
        audience="office",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        council=asker.body,
        errors=errors,
    )


class CouncilForm(BaseModel):
    """What the office tells of its council."""

    name: str = ""
    kind: str = "gmina"
    teryt: str = ""
    colour: str = "#7a1f2b"
    phone: str = ""
    email: str = ""
    address: str = ""
    own_phones: str = ""


@router.post("/biuro/rada")
def change_council(
    request: Request,
    asker: Office,
    acting: ActingOf,
    session: Write,
    typed: Annotated[CouncilForm, Form()],
) -> Response:
    """Change what is told of the council."""
    words = words_for(request, asker.body)
    try:
        accents(typed.colour)
        body = session.get_one(Body, asker.body.id)
        told = typed.model_dump(exclude={"own_phones"})
        details = BodyDetails(slug=body.slug, time_zone=body.time_zone, **told)
        people.change_body(session, acting, body, details)
        body.own_phones = [line.strip() for line in typed.own_phones.splitlines() if line.strip()]
    except InvalidInput as error:
        return _council(
            request, asker, errors=[(str(error.fields["field"]), sentence(error, words))]
        )
    return redirect(f"/{asker.body.slug}/biuro/rada", done=words("Zapisano."))


@router.post("/biuro/rada/herb")
def change_emblem(
    request: Request, asker: Office, parts: PartsOf, emblem: Annotated[UploadFile, File()]
) -> Response:
    """Take in the council's emblem as a raster picture."""
    words = words_for(request, asker.body)
    page = f"/{asker.body.slug}/biuro/rada"
    if not emblems.change(parts.intake, asker.person_id, body_id=asker.body.id, source=emblem.file):
        return redirect(
            page,
            attention=words("To nie jest obraz PNG, JPEG ani WebP, albo jest uszkodzony. "
                            "Herb pozostał bez zmian."),
        )  # fmt: skip
    return redirect(page, done=words("Herb zapisano."))
