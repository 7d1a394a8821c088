"""The first hour's steps, and what is told of the council itself."""

from datetime import date
from email.utils import make_msgid
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.dependencies import ActingOf, Office, PartsOf, Read, Write, check_form
from api.errors import sentence
from api.rendering import redirect, render, words_for
from api.security.askers import Asker
from delivery.errors import MailRefused, MailUnavailable
from delivery.notices import Envelope, test_mail
from delivery.words import answer_words
from docstore.errors import FileEmpty, FileTooLarge, InvalidInput
from docstore.models import Body, LegislativeTerm, Meeting
from docstore.rules.plain import one_line
from docstore.rules.time_zones import time_zones
from docstore.services import bodies, emblems, people, retention, terms
from docstore.services.bodies import BodyDetails

router = APIRouter(prefix="/{slug}", dependencies=[Depends(check_form)], include_in_schema=False)


# --- the first steps --------------------------------------------------------------------------


def _term(session: Session, body: Body) -> LegislativeTerm | None:
    return session.scalar(
        select(LegislativeTerm)
        .where(LegislativeTerm.body_id == body.id)
        .order_by(LegislativeTerm.number.desc())
        .limit(1)
    )


class TermForm(BaseModel):
    """A term as it is typed; what is offered at first is the term of all councils since 2024."""

    number: str = "9"
    starts_on: str = "2024-05-07"
    ends_on: str = ""


@router.get("/pierwsze-kroki")
def first_steps(request: Request, asker: Office, session: Read) -> Response:
    """Show the four steps of the first hour, and which are done."""
    return _first_steps(request, asker, session, TermForm(), errors=[])


def _first_steps(
    request: Request,
    asker: Asker,
    session: Session,
    typed: TermForm,
    *,
    errors: list[tuple[str, str]],
) -> Response:
    found = people.listed(session, asker.body.id)
    here = [each for each in found if each.person.left_at is None]
    return render(
        request,
        "people/first_steps.html",
        asker=asker,
        audience="office",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        term=_term(session, asker.body),
        typed=typed,
        members=sum(1 for each in here if each.seats),
        guests=sum(1 for each in here if each.function is not None),
        has_meeting=session.scalar(
            select(Meeting.id).where(Meeting.body_id == asker.body.id).limit(1)
        )
        is not None,
        mail_tried_at=session.get_one(Body, asker.body.id).mail_tried_at,
        errors=errors,
    )


@router.post("/pierwsze-kroki/kadencja")
def add_term(
    request: Request, asker: Office, session: Write, typed: Annotated[TermForm, Form()]
) -> Response:
    """Add a term of the council."""
    words = words_for(request, asker.body)
    try:
        terms.add_term(
            session,
            body_id=asker.body.id,
            number=_number(typed.number),
            starts_on=_day("starts_on", typed.starts_on),
            ends_on=_day("ends_on", typed.ends_on) if typed.ends_on else None,
        )
    except InvalidInput as error:
        said = [(str(error.fields["field"]), sentence(error, words))]
        return _first_steps(request, asker, session, typed, errors=said)
    return redirect(f"/{asker.body.slug}/pierwsze-kroki", done=words("Kadencję zapisano."))


def _number(text: str) -> int:
    number = text.strip()
    if not (number.isascii() and number.isdecimal() and len(number) <= len("99") and int(number)):
        raise InvalidInput(field="number", reason="range")
    return int(number)


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
    with parts.database.transaction() as session:
        session.get_one(Body, asker.body.id).mail_tried_at = parts.clock.now()
    return redirect(
        page,
        done=words(
            "Serwer poczty przyjął wiadomość próbną na adres {address}. Sprawdź, czy doszła.",
            address=person.email,
        ),
    )


# --- the council itself -----------------------------------------------------------------------


class CouncilForm(BaseModel):
    """What the office tells of its council."""

    name: str = ""
    kind: str = "gmina"
    teryt: str = ""
    colour: str = "#7a1f2b"
    phone: str = ""
    email: str = ""
    address: str = ""
    time_zone: str = "Europe/Warsaw"
    own_phones: str = ""

    @classmethod
    def of(cls, body: Body) -> "CouncilForm":
        """Return what is told of a council now."""
        told = {name: getattr(body, name) for name in cls.model_fields if name != "own_phones"}
        return cls(own_phones="\n".join(body.own_phones), **told)


class RetentionForm(BaseModel):
    """How long the council keeps what it observed of people."""

    keep_receipts_months: str = ""
    keep_sign_ins_days: str = ""


@router.get("/biuro/rada")
def council_page(request: Request, asker: Office) -> Response:
    """Show what is told of the council, to be changed."""
    return _council(request, asker, CouncilForm.of(asker.body), errors=[])


def _council(
    request: Request,
    asker: Asker,
    typed: CouncilForm,
    *,
    errors: list[tuple[str, str]],
    kept: RetentionForm | None = None,
) -> Response:
    return render(
        request,
        "people/council.html",
        asker=asker,
        audience="office",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        typed=typed,
        time_zones=time_zones(),
        kept=kept or asker.body,
        bounds=retention,
        errors=errors,
    )


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
        body = session.get_one(Body, asker.body.id)
        told = typed.model_dump(exclude={"own_phones"})
        details = BodyDetails(slug=body.slug, **told)
        bodies.change_body(session, acting, body, details)
        body.own_phones = [line for line in map(one_line, typed.own_phones.splitlines()) if line]
    except InvalidInput as error:
        said = [(str(error.fields["field"]), sentence(error, words))]
        return _council(request, asker, typed, errors=said)
    return redirect(f"/{asker.body.slug}/biuro/rada", done=words("Zapisano."))


@router.post("/biuro/rada/przechowywanie")
def change_retention(
    request: Request,
    asker: Office,
    acting: ActingOf,
    session: Write,
    typed: Annotated[RetentionForm, Form()],
) -> Response:
    """Change how long receipts and sign-ins are kept; upkeep erases what is older."""
    words = words_for(request, asker.body)
    errors = [
        (field, words("Wpisz liczbę od {least} do {most}.", least=least, most=most))
        for field, (least, most) in retention.BOUNDS.items()
        if not _is_between(getattr(typed, field), least, most)
    ]
    if errors:
        council = CouncilForm.of(asker.body)
        return _council(request, asker, council, errors=errors, kept=typed)
    retention.change(
        session,
        acting,
        session.get_one(Body, asker.body.id),
        receipt_months=int(typed.keep_receipts_months),
        sign_in_days=int(typed.keep_sign_ins_days),
    )
    return redirect(f"/{asker.body.slug}/biuro/rada", done=words("Zapisano."))


def _is_between(typed: str, least: int, most: int) -> bool:
    """Tell whether a text is a whole number within bounds; a very long one is none."""
    said = typed.strip()
    return said.isdecimal() and len(said) <= len(str(most)) and least <= int(said) <= most


@router.post("/biuro/rada/herb")
def change_emblem(
    request: Request, asker: Office, parts: PartsOf, emblem: Annotated[UploadFile, File()]
) -> Response:
    """Take in the council's emblem as a raster picture."""
    words = words_for(request, asker.body)
    try:
        taken = emblems.change(
            parts.intake, asker.person_id, body_id=asker.body.id, source=emblem.file
        )
        said = words("To nie jest obraz PNG, JPEG ani WebP, albo jest uszkodzony. "
                     "Herb pozostał bez zmian.")  # fmt: skip
    except (FileTooLarge, FileEmpty) as error:
        taken, said = False, sentence(error, words)
    if not taken:
        typed = CouncilForm.of(asker.body)
        return _council(request, asker, typed, errors=[("emblem", said)])
    return redirect(f"/{asker.body.slug}/biuro/rada", done=words("Herb zapisano."))
