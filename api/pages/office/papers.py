"""Papers (druki) on an agenda item: a new one, one that is there already, its title and number."""

from collections.abc import Callable

from fastapi import Request
from starlette.responses import Response

from api.dependencies import ActingOf, Office, PartsOf, Write
from api.pages.office.agenda import attempt, item_of, told
from api.pages.office.forms import Typed, TypedOf
from api.pages.office.pages import desk_address, office_router
from api.pages.office.wording import PAPER_KINDS
from api.rendering import redirect
from api.security.askers import Asker
from docstore.database import WriteSession
from docstore.errors import InvalidInput
from docstore.models import AgendaItem, Paper
from docstore.services import meetings, placing
from docstore.services.acting import Acting
from docstore.services.finding import get

router = office_router()

_ITEM = "/posiedzenia/{meeting_id}/punkty/{item_id}/druki"


def _guarded(
    session: WriteSession,
    acting: Acting,
    asker: Asker,
    typed: Typed,
    meeting_id: str,
    item_id: str,
    then: Callable[[AgendaItem], object],
) -> Callable[[], None]:
    """Return a change of one item's papers that a colleague's change of the agenda stops."""

    def verb() -> None:
        meetings.open_for_edit(session, acting, asker.body.id, meeting_id, typed.revision)
        then(item_of(session, asker, meeting_id, item_id))

    return verb


def _details(typed: Typed) -> tuple[str, str, str]:
    """Return title, number of the draft and kind as typed; unknown kinds are refused."""
    title = typed.required("paper_title", typed.words("Wpisz tytuł sprawy."))
    kind = typed.text("paper_kind")
    if kind and kind not in PAPER_KINDS:
        raise InvalidInput(field="paper_kind", reason="choice")
    return title, typed.text("paper_druk")[:40], kind


@router.post(_ITEM)
def add(
    request: Request,
    asker: Office,
    acting: ActingOf,
    session: Write,
    parts: PartsOf,
    typed: TypedOf,
    meeting_id: str,
    item_id: str,
) -> Response:
    """Make a paper of its own on an item."""
    title, druk, kind = _details(typed)

    def then(item: AgendaItem) -> object:
        return meetings.add_paper(session, acting, item=item, title=title, druk=druk, kind=kind)

    verb = _guarded(session, acting, asker, typed, meeting_id, item_id, then)
    refusal = None if typed.errors else attempt(session, asker, typed, meeting_id, verb)
    if refusal is not None or typed.errors:
        return told(request, asker, session, parts, typed, meeting_id, item_id, refusal)
    here = desk_address(asker, meeting_id, item_id=item_id)
    return redirect(here, done=typed.words("Dodano druk."))


@router.post(f"{_ITEM}/wstaw")
def place(
    request: Request,
    asker: Office,
    acting: ActingOf,
    session: Write,
    parts: PartsOf,
    typed: TypedOf,
    meeting_id: str,
    item_id: str,
) -> Response:
    """Put a paper that Teczka has already on an item; putting it there twice changes nothing."""

    def then(item: AgendaItem) -> None:
        paper = get(session, Paper, asker.body.id, typed.text("paper_id"))
        if placing.consideration_of(session, item_id=item.id, paper_id=paper.id) is None:
            meetings.place_paper(session, item=item, paper=paper)

    verb = _guarded(session, acting, asker, typed, meeting_id, item_id, then)
    refusal = attempt(session, asker, typed, meeting_id, verb)
    if refusal is not None:
        return told(request, asker, session, parts, typed, meeting_id, item_id, refusal)
    here = desk_address(asker, meeting_id, item_id=item_id)
    return redirect(here, done=typed.words("Wstawiono druk."))


@router.post(_ITEM + "/{paper_id}")
def change(
    request: Request,
    asker: Office,
    acting: ActingOf,
    session: Write,
    parts: PartsOf,
    typed: TypedOf,
    meeting_id: str,
    item_id: str,
    paper_id: str,
) -> Response:
    """Change a paper's title, number of the draft, or kind."""
    title, druk, kind = _details(typed)

    def then(item: AgendaItem) -> object:
        paper = placing.paper_on(session, item=item, paper_id=paper_id)
        return meetings.change_paper(
            session,
            acting,
            body_id=asker.body.id,
            paper_id=paper.id,
            title=title,
            druk=druk,
            kind=kind or paper.kind,
        )

    verb = _guarded(session, acting, asker, typed, meeting_id, item_id, then)
    refusal = None if typed.errors else attempt(session, asker, typed, meeting_id, verb)
    if refusal is not None or typed.errors:
        return told(request, asker, session, parts, typed, meeting_id, item_id, refusal)
    here = desk_address(asker, meeting_id, item_id=item_id)
    return redirect(here, done=typed.words("Zapisano druk."))


@router.post(_ITEM + "/{paper_id}/zdejmij")
def take_off(
    request: Request,
    asker: Office,
    acting: ActingOf,
    session: Write,
    parts: PartsOf,
    typed: TypedOf,
    meeting_id: str,
    item_id: str,
    paper_id: str,
) -> Response:
    """Take a paper off an item; it stays and can be put on again."""

    def then(item: AgendaItem) -> None:
        placing.take_off(session, acting, item=item, paper_id=paper_id)

    verb = _guarded(session, acting, asker, typed, meeting_id, item_id, then)
    refusal = attempt(session, asker, typed, meeting_id, verb)
    if refusal is not None:
        return told(request, asker, session, parts, typed, meeting_id, item_id, refusal)
    here = desk_address(asker, meeting_id, item_id=item_id)
    done = typed.words("Zdjęto druk z punktu. Jego pliki zostały; można go wstawić ponownie.")
    return redirect(here, done=done)
