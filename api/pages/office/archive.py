"""The archive: what an import took in, judged one after another, and published."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.dependencies import Office, Read
from api.pages.office.act_facts import shown
from api.pages.office.forms import Typed
from api.pages.office.pages import home, office_router, page, speak
from api.pages.office.wording import FACTS
from api.pages.office.work import WorkOf
from api.rendering import redirect
from api.security.askers import Asker
from docstore.errors import InvalidInput, NotFound, NumberTaken
from docstore.language import Words
from docstore.models import ArchiveEntry
from docstore.rules.acts.facts import Fact
from docstore.rules.document_role import DocumentRole, propose_role
from docstore.services import archive, archive_judging
from docstore.services import pages as pages_of_file
from docstore.services.archive import Look

router = office_router()

_ON_A_PAGE = 25


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form: what is proposed, and where that was read."""

    value: str
    hint: str


@router.get("/archiwum")
def show(
    request: Request,
    asker: Office,
    session: Read,
    stan: str = "waiting",
    strona: int = 1,
    plik: str = "",
) -> HTMLResponse:
    """Show the entries of a state, and one that waits to be judged."""
    return _page(request, asker, session, stan=stan, strona=strona, plik=plik)


@router.post("/archiwum/pewne")
def confirm_sure(work: WorkOf) -> Response:
    """Confirm those whose text names number, day and title, and that nothing else contradicts."""
    try:
        count = archive_judging.confirm_sure(work.session, work.acting, body_id=work.body_id)
    except NumberTaken as refusal:
        work.session.rollback()
        work.typed.take(refusal, name="number")
        return _page(work.request, work.asker, work.session, typed=work.typed)
    said = work.words(
        "Zatwierdzono {what}.", what=work.words.count(count, "uchwałę", "uchwały", "uchwał")
    )
    if not count:
        said = work.words("Żadna z czekających nie jest pewna: obejrzyj je po kolei.")
    return redirect(f"{home(work.asker)}/archiwum", done=said)


@router.post("/archiwum/opublikuj")
def publish(work: WorkOf) -> Response:
    """Publish what was confirmed, some at a time."""
    words = work.words
    done = archive_judging.publish(
        work.session, work.acting, body_id=work.body_id, reason=work.typed.text("reason")
    )
    said = [
        words("Opublikowano {what}.", what=words.count(done.count, "uchwałę", "uchwały", "uchwał"))
    ]
    if done.looked_at_first:
        said.append(
            words(
                "Do obejrzenia zostaje {what}: są w nich dane osobowe albo niesprawdzone strony.",
                what=words.count(done.looked_at_first, "uchwała", "uchwały", "uchwał"),
            )
        )
    elif done.waiting:
        said.append(words("Naciśnij jeszcze raz, aby opublikować następne."))
    return redirect(f"{home(work.asker)}/archiwum?stan=confirmed", done=" ".join(said))


@router.post("/archiwum/{entry_id}")
def judge(work: WorkOf, entry_id: str) -> Response:
    """Confirm an entry, set it aside, or make it wait again; then go on with the next."""
    typed, words, here = work.typed, work.words, f"{home(work.asker)}/archiwum"
    whose = {"body_id": work.body_id, "entry_id": entry_id}
    match typed.text("do"):
        case "aside":
            paper = archive_judging.set_aside(work.session, work.acting, **whose)
            return redirect(here, done=words("Odłożono: {title}.", title=paper.title))
        case "back":
            paper = archive_judging.take_back(work.session, work.acting, **whose)
            return redirect(
                f"{here}?plik={entry_id}", done=words("Cofnięto: {title}.", title=paper.title)
            )
        case _:
            return _confirm(work, entry_id)


def _confirm(work: WorkOf, entry_id: str) -> Response:
    typed = work.typed
    day = typed.day("adopted_on")
    if typed.errors:
        return _page(work.request, work.asker, work.session, plik=entry_id, typed=typed)
    try:
        paper = archive_judging.confirm(
            work.session,
            work.acting,
            body_id=work.body_id,
            entry_id=entry_id,
            number=typed.text("number"),
            adopted_on=day,
            title=typed.text("title"),
        )
    except (InvalidInput, NumberTaken) as refusal:
        work.session.rollback()
        typed.take(refusal, name="number")
        return _page(work.request, work.asker, work.session, plik=entry_id, typed=typed)
    here = f"{home(work.asker)}/archiwum"
    return redirect(here, done=work.words("Zatwierdzono {number}.", number=paper.number))


def _page(
    request: Request,
    asker: Asker,
    session: Session,
    *,
    stan: str = "waiting",
    strona: int = 1,
    plik: str = "",
    typed: Typed | None = None,
) -> HTMLResponse:
    words = speak(request, asker)
    body_id = asker.body.id
    state = stan if stan in archive.STATES else "waiting"
    counts = archive.counts(session, body_id)
    pages = max(1, -(-counts[state] // _ON_A_PAGE))
    number = min(max(strona, 1), pages)
    rows = archive.listed(
        session, body_id, state, offset=(number - 1) * _ON_A_PAGE, limit=_ON_A_PAGE
    )
    seen = _seen(session, body_id, plik, rows[0].entry if rows and state == "waiting" else None)
    return page(
        request,
        "office/archive.html",
        asker,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if typed and typed.errors else HTTPStatus.OK,
        counts=counts,
        state_shown=state,
        rows=rows,
        number=number,
        pages=pages,
        seen=seen,
        fields=_fields(words, seen, typed) if seen else {},
        along=[
            (words(FACTS[each.kind]), shown(words, each.kind, each.value, each.about_on))
            for each in (seen.said if seen else ())
        ],
        has_picture=bool(seen and seen.version and pages_of_file.source_of(session, seen.version)),
        is_minutes=seen is not None and _is_minutes(seen),
        last=_last(session, body_id) if state == "waiting" else None,
        errors=typed.errors if typed else [],
        error_of=typed.error_of if typed else {},
    )


def _seen(session: Session, body_id: str, asked: str, first: ArchiveEntry | None) -> Look | None:
    """Return the entry that is judged: the one asked for while it waits, else the first."""
    if asked:
        try:
            seen = archive.look(session, body_id, asked)
        except NotFound:
            seen = None
        if seen and seen.entry.state == "waiting" and seen.paper.published_at is None:
            return seen
    return archive.look(session, body_id, first.id) if first else None


def _last(session: Session, body_id: str) -> archive.Listed | None:
    """Return the entry that was judged last, which one may want back."""
    latest = [
        row
        for state in ("confirmed", "set_aside")
        for row in archive.listed(session, body_id, state, limit=1)
    ]
    return max(latest, key=lambda row: (row.entry.decided_at, row.entry.id), default=None)


def _fields(words: Words, seen: Look, typed: Typed | None) -> dict[str, Field]:
    facts, paper = seen.facts, seen.paper
    day = facts.adopted_on.value if facts.adopted_on else paper.adopted_on
    made = {
        "number": (facts.number.value.literal if facts.number else paper.number, facts.number),
        "adopted_on": (_typed_day(day), facts.adopted_on),
        "title": (facts.title.value if facts.title else paper.title, facts.title),
    }
    return {
        name: Field(
            typed.text(name) if typed else value, _whence(words, fact, is_title=name == "title")
        )
        for name, (value, fact) in made.items()
    }


def _typed_day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _whence(words: Words, fact: Fact[Any] | None, *, is_title: bool) -> str:
    """Return where a value was read; a title's own words stand in the field already."""
    if fact is None:
        return words("Nie znaleziono: wpisz.")
    if fact.source == "file_name":
        return words("Z nazwy pliku: „{name}”.", name=fact.passage)
    if is_title:
        return words("Z treści, strona {page}.", page=fact.page)
    return words("Z treści, strona {page}: „{passage}”.", page=fact.page, passage=fact.passage)


def _is_minutes(seen: Look) -> bool:
    """Tell whether it looks like minutes: its name says so, and its text heads no resolution."""
    name = seen.entry.path.rpartition("/")[2]
    read = seen.facts.number is not None and seen.facts.number.source == "text"
    return not read and propose_role(name).role is DocumentRole.MINUTES
