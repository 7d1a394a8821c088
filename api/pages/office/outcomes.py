"""After the session: what came of every paper, its number and its vote, on one page."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import Request
from sqlalchemy.orm import Session, joinedload
from starlette.responses import HTMLResponse, Response

from api.dependencies import Office, Read
from api.pages.office.forms import Typed, is_number
from api.pages.office.pages import desk_address, office_router, page, speak
from api.pages.office.wording import OUTCOMES
from api.pages.office.work import Work, WorkOf
from api.rendering import redirect
from api.security.askers import Asker
from docstore.errors import InvalidInput, NumberTaken
from docstore.language import Words
from docstore.models import Meeting
from docstore.services import adoption, agendas, register
from docstore.services.adoption import Counts, Outcome
from docstore.services.finding import get
from docstore.services.register import Considered

router = office_router()

COUNTS = ("in_favour", "against", "abstained", "no_voice", "absent")
_FIELDS = ("outcome", "number", *COUNTS)
_BETWEEN = "|"


@dataclass(frozen=True, slots=True)
class Row:
    """One paper's line: what is in its fields, what was there when the page was made."""

    considered: Considered
    values: dict[str, str]
    was: str
    error: str = ""

    @property
    def id(self) -> str:
        """Return what the names of its fields end with."""
        return self.considered.consideration.id


def _values(one: Considered) -> dict[str, str]:
    """Return a paper's outcome as the fields show it."""
    vote = one.vote
    counts = {name: str(getattr(vote, name)) if vote else "" for name in COUNTS}
    return {"outcome": one.consideration.outcome, "number": one.paper.number, **counts}


def _joined(values: dict[str, str]) -> str:
    return _BETWEEN.join(values[name] for name in _FIELDS)


@router.get("/posiedzenia/{meeting_id}/wyniki")
def show(request: Request, asker: Office, session: Read, meeting_id: str) -> HTMLResponse:
    """Show what is recorded of each paper of a meeting."""
    found = register.considered(session, body_id=asker.body.id, meeting_id=meeting_id)
    rows = [Row(one, _values(one), _joined(_values(one))) for one in found]
    return _page(request, asker, session, meeting_id, rows)


@router.post("/posiedzenia/{meeting_id}/wyniki")
def record(work: WorkOf, meeting_id: str) -> Response:
    """Record every line that the clerk changed, or none; what a colleague changed stays."""
    found = register.considered(work.session, body_id=work.body_id, meeting_id=meeting_id)
    rows = [_recorded(work, one) for one in found]
    if not any(row.error for row in rows):
        here = f"{desk_address(work.asker, meeting_id)}/wyniki"
        return redirect(here, done=work.words("Zapisano wyniki."))
    work.session.rollback()
    found = register.considered(work.session, body_id=work.body_id, meeting_id=meeting_id)
    now = {one.consideration.id: one for one in found}
    rows = [
        Row(now[row.id], row.values, _joined(_values(now[row.id])), row.error)
        for row in rows
        if row.id in now
    ]
    return _page(
        work.request,
        work.asker,
        work.session,
        meeting_id,
        rows,
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
    )


def _recorded(work: Work, one: Considered) -> Row:
    """Record one line in a step of its own, so that all errors are told at once."""
    typed, row_id = work.typed, one.consideration.id
    current = _values(one)
    values = {name: typed.text(f"{name}-{row_id}", current[name]) for name in _FIELDS}
    was = typed.text(f"was-{row_id}", _joined(current))
    if _joined(values) in {was, _joined(current)}:
        return Row(one, current, was)
    if was != _joined(current):
        return Row(one, values, was, _conflict_words(work, current))
    try:
        with work.session.begin_nested():
            adoption.record_outcome(
                work.session,
                work.acting,
                body_id=work.body_id,
                consideration_id=row_id,
                outcome=_outcome(values),
            )
    except (InvalidInput, NumberTaken) as refusal:
        mine = Typed(typed.data, typed.words)
        mine.take(refusal)
        return Row(one, values, was, mine.errors[0][1])
    return Row(one, values, was)


def _conflict_words(work: Work, current: dict[str, str]) -> str:
    said = work.words(OUTCOMES[current["outcome"]])
    counts = ":".join(current[name] for name in COUNTS[:3]) if current["in_favour"] else ""
    return work.words(
        "Ktoś zapisał ten wiersz w międzyczasie: {now}. Niczego nie nadpisano; popraw i zapisz "
        "jeszcze raz.",
        now=", ".join(filter(None, (said, current["number"], counts))),
    )


def _outcome(values: dict[str, str]) -> Outcome:
    if not all(is_number(values[name]) for name in COUNTS if values[name]):
        raise InvalidInput(field="counts", reason="counts")
    counts = None
    if any(values[name] for name in COUNTS):
        yes, no, abstained, no_voice, absent = (int(values[name] or 0) for name in COUNTS)
        counts = Counts(yes, no, abstained, no_voice, absent)
    return Outcome(values["outcome"], number=values["number"], counts=counts)


def _page(
    request: Request,
    asker: Asker,
    session: Session,
    meeting_id: str,
    rows: list[Row],
    *,
    status: int = HTTPStatus.OK,
) -> HTMLResponse:
    meeting = get(session, Meeting, asker.body.id, meeting_id, joinedload(Meeting.organization))
    words = speak(request, asker)
    numbers = agendas.item_numbers(session, meeting_id)
    errors = [
        (f"number-{row.id}", f"{_name(words, row, numbers)}: {row.error}")
        for row in rows
        if row.error
    ]
    return page(
        request,
        "office/outcomes.html",
        asker,
        status=status,
        meeting=meeting,
        here_path=desk_address(asker, meeting_id),
        rows=rows,
        numbers=numbers,
        counts=COUNTS,
        errors=errors,
    )


def _name(words: Words, row: Row, numbers: Mapping[str, str]) -> str:
    druk, label = row.considered.paper.druk, numbers[row.considered.item.id]
    return words("druk {number}", number=druk) if druk else words("punkt {label}", label=label)
