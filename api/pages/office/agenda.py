"""The agenda's verbs: each carries the state its form was made from, so that nobody overwrites."""

from collections.abc import Callable

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.dependencies import ActingOf, Office, PartsOf, Write
from api.pages.office.desk import Trouble, desk_page
from api.pages.office.forms import Typed, TypedOf
from api.pages.office.pages import conflict_words, desk_address, office_router, page
from api.rendering import redirect
from api.security.askers import Asker
from docstore.errors import DocstoreError, EditConflict, InvalidInput, NotFound
from docstore.models import AgendaItem, Meeting
from docstore.services import meetings
from docstore.services.finding import get
from docstore.services.meetings import DEEPEST, NewItem

router = office_router()

_CONFLICT = 409


def attempt(
    session: Session, asker: Asker, typed: Typed, meeting_id: str, verb: Callable[[], object]
) -> DocstoreError | None:
    """Do a change of an agenda; after a refusal nothing of it stays, and it is returned.

    What a colleague took away in the meantime is a conflict too, not a missing page.
    """
    try:
        verb()
    except (EditConflict, InvalidInput) as refusal:
        session.rollback()
        return refusal
    except NotFound:
        session.rollback()
        meeting = get(session, Meeting, asker.body.id, meeting_id)
        if meeting.revision == typed.revision:
            raise
        return EditConflict(by=meeting.changed_by, at=meeting.changed_at)
    return None


def told(
    request: Request,
    asker: Asker,
    session: Session,
    parts: PartsOf,
    typed: Typed,
    meeting_id: str,
    item_id: str,
    refusal: DocstoreError | None,
) -> Response:
    """Return the desk as it is now, with why nothing was changed and what was typed."""
    if isinstance(refusal, EditConflict):
        said = conflict_words(session, typed.words, asker, refusal)
        trouble = Trouble(typed, conflict=said, status=_CONFLICT)
    else:
        if refusal is not None:
            typed.take(refusal)
        trouble = Trouble(typed)
    return desk_page(request, asker, session, parts, meeting_id, item_id=item_id, trouble=trouble)


def item_of(session: Session, asker: Asker, meeting_id: str, item_id: str) -> AgendaItem:
    """Return an item of this meeting of this council; anything else is not found."""
    item = get(session, AgendaItem, asker.body.id, item_id)
    if item.meeting_id != meeting_id:
        raise NotFound
    return item


@router.post("/posiedzenia/{meeting_id}/punkty")
def add(
    request: Request,
    asker: Office,
    acting: ActingOf,
    session: Write,
    parts: PartsOf,
    typed: TypedOf,
    meeting_id: str,
) -> Response:
    """Put a typed item on the agenda: at its end, after the chosen one, or below it."""
    words, chosen_id = typed.words, typed.text("punkt")
    title = typed.required("new_title", words("Wpisz treść punktu."))
    where = typed.text("new_where", "end")
    made: list[AgendaItem] = []

    def verb() -> None:
        after = item_of(session, asker, meeting_id, chosen_id) if where != "end" else None
        depth = 0 if after is None else min(after.depth + (where == "below"), DEEPEST)
        made.extend(
            meetings.add_items(
                session,
                acting,
                body_id=asker.body.id,
                meeting_id=meeting_id,
                revision=typed.revision,
                items=[NewItem(title=title, depth=depth)],
                after=after.id if after else None,
            )
        )

    refusal = None if typed.errors else attempt(session, asker, typed, meeting_id, verb)
    if refusal is not None or typed.errors:
        return told(request, asker, session, parts, typed, meeting_id, chosen_id, refusal)
    done = words("Dodano punkt {label}", label=made[0].label)
    return redirect(desk_address(asker, meeting_id, item_id=made[0].id), done=done)


@router.post("/posiedzenia/{meeting_id}/punkty/{item_id}/przenies")
def move(
    request: Request,
    asker: Office,
    acting: ActingOf,
    session: Write,
    parts: PartsOf,
    typed: TypedOf,
    meeting_id: str,
    item_id: str,
) -> Response:
    """Move an item with its sub-items one place up or down."""
    chosen_id = typed.text("punkt")

    def verb() -> None:
        meetings.move_item(
            session,
            acting,
            body_id=asker.body.id,
            item_id=item_of(session, asker, meeting_id, item_id).id,
            revision=typed.revision,
            by=-1 if typed.text("direction") == "up" else 1,
        )

    refusal = attempt(session, asker, typed, meeting_id, verb)
    if refusal is not None:
        return told(request, asker, session, parts, typed, meeting_id, chosen_id, refusal)
    query = f"?punkt={chosen_id}" if chosen_id else ""
    return redirect(f"{desk_address(asker, meeting_id)}{query}#punkt-{item_id}")


@router.post("/posiedzenia/{meeting_id}/punkty/{item_id}/tresc")
def reword(
    request: Request,
    asker: Office,
    acting: ActingOf,
    session: Write,
    parts: PartsOf,
    typed: TypedOf,
    meeting_id: str,
    item_id: str,
) -> Response:
    """Reword an item, or make it a sub-item of the one above."""
    title = typed.required("title", typed.words("Wpisz treść punktu."))
    depth = typed.whole("depth")

    def verb() -> None:
        meetings.change_item(
            session,
            acting,
            body_id=asker.body.id,
            item_id=item_of(session, asker, meeting_id, item_id).id,
            revision=typed.revision,
            title=title,
            depth=depth,
        )

    refusal = None if typed.errors else attempt(session, asker, typed, meeting_id, verb)
    if refusal is not None or typed.errors:
        return told(request, asker, session, parts, typed, meeting_id, item_id, refusal)
    here = desk_address(asker, meeting_id, item_id=item_id)
    return redirect(here, done=typed.words("Zapisano treść punktu."))


@router.post("/posiedzenia/{meeting_id}/punkty/{item_id}/usun")
def remove(
    request: Request,
    asker: Office,
    acting: ActingOf,
    session: Write,
    parts: PartsOf,
    typed: TypedOf,
    meeting_id: str,
    item_id: str,
) -> Response:
    """Take an item off the agenda; asks first, on a page of its own where no script did."""
    if not typed.flag("confirmed"):
        item = item_of(session, asker, meeting_id, item_id)
        here = desk_address(asker, meeting_id, item_id=item_id)
        return page(
            request,
            "office/remove_item.html",
            asker,
            item=item,
            revision=typed.revision,
            back=here,
        )

    def verb() -> None:
        meetings.remove_item(
            session,
            acting,
            body_id=asker.body.id,
            item_id=item_of(session, asker, meeting_id, item_id).id,
            revision=typed.revision,
        )

    refusal = attempt(session, asker, typed, meeting_id, verb)
    if refusal is not None:
        return told(request, asker, session, parts, typed, meeting_id, item_id, refusal)
    done = typed.words("Zdjęto punkt z porządku. Jego druki zostały; można je wstawić ponownie.")
    return redirect(desk_address(asker, meeting_id), done=done)
