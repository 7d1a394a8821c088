"""Papers (druki) on an agenda item: a new one, one that is there already, its title and number."""

from collections.abc import Callable

from starlette.responses import Response

from api.pages.office.forms import Typed
from api.pages.office.pages import office_router
from api.pages.office.wording import PAPER_KINDS
from api.pages.office.work import Work, WorkOf
from docstore.models import AgendaItem, Paper
from docstore.services import meetings, papers, placing
from docstore.services.finding import get

router = office_router()

_ITEM = "/posiedzenia/{meeting_id}/punkty/{item_id}/druki"
_LONGEST_DRUK = 40


def _change(
    work: Work, meeting_id: str, item_id: str, then: Callable[[AgendaItem], object], done: str
) -> Response:
    """Change one item's papers unless a colleague changed the agenda in the meantime."""

    def verb() -> None:
        meetings.open_for_edit(
            work.session, work.acting, work.body_id, meeting_id, work.typed.revision
        )
        then(work.item(meeting_id, item_id))

    refusal = work.attempt(meeting_id, verb)
    if refusal is not None:
        return work.told(meeting_id, item_id, refusal)
    return work.done(meeting_id, item_id, done)


def _details(typed: Typed) -> tuple[str, str, str]:
    """Return title, number of the draft and kind as typed."""
    title = typed.required("paper_title", typed.words("Wpisz tytuł sprawy."))
    kind = typed.text("paper_kind")
    if kind and kind not in PAPER_KINDS:
        typed.refuse("paper_kind", typed.words("Wybierz rodzaj z listy."))
    return title, typed.text("paper_druk")[:_LONGEST_DRUK], kind


@router.post(_ITEM)
def add(work: WorkOf, meeting_id: str, item_id: str) -> Response:
    """Make a paper of its own on an item."""
    title, druk, kind = _details(work.typed)

    def then(item: AgendaItem) -> object:
        return papers.add_paper(
            work.session, work.acting, item=item, title=title, druk=druk, kind=kind
        )

    return _change(work, meeting_id, item_id, then, work.words("Dodano druk."))


@router.post(f"{_ITEM}/wstaw")
def place(work: WorkOf, meeting_id: str, item_id: str) -> Response:
    """Put a paper that Teczka has already on an item; putting it there twice changes nothing."""

    def then(item: AgendaItem) -> None:
        paper = get(work.session, Paper, work.body_id, work.typed.text("paper_id"))
        if placing.consideration_of(work.session, item_id=item.id, paper_id=paper.id) is None:
            placing.place_paper(work.session, item=item, paper=paper)

    return _change(work, meeting_id, item_id, then, work.words("Wstawiono druk."))


@router.post(_ITEM + "/{paper_id}")
def change(work: WorkOf, meeting_id: str, item_id: str, paper_id: str) -> Response:
    """Change a paper's title, number of the draft, or kind."""
    title, druk, kind = _details(work.typed)

    def then(item: AgendaItem) -> object:
        paper = placing.paper_on(work.session, item=item, paper_id=paper_id)
        return papers.change_paper(
            work.session,
            work.acting,
            body_id=work.body_id,
            paper_id=paper.id,
            title=title,
            druk=druk,
            kind=kind or paper.kind,
        )

    return _change(work, meeting_id, item_id, then, work.words("Zapisano druk."))


@router.post(_ITEM + "/{paper_id}/zdejmij")
def take_off(work: WorkOf, meeting_id: str, item_id: str, paper_id: str) -> Response:
    """Take a paper off an item; it stays and can be put on again."""

    def then(item: AgendaItem) -> None:
        placing.take_off(work.session, work.acting, item=item, paper_id=paper_id)

    done = work.words("Zdjęto druk z punktu. Jego pliki zostały; można go wstawić ponownie.")
    return _change(work, meeting_id, item_id, then, done)
