"""The agenda's verbs: each carries the state its form was made from, so that nobody overwrites."""

from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, Response

from api.pages.office.desk import ends_of
from api.pages.office.pages import desk_address, office_router, page, wants_json
from api.pages.office.work import WorkOf
from api.rendering import redirect
from docstore.models import AgendaItem, Meeting
from docstore.services import agendas, meetings
from docstore.services.agendas import DEEPEST, NewItem

router = office_router()

_ITEM = "/posiedzenia/{meeting_id}/punkty/{item_id}"


@router.post("/posiedzenia/{meeting_id}/punkty")
def add(work: WorkOf, meeting_id: str) -> Response:
    """Put a typed item on the agenda: at its end, after the chosen one, or below it."""
    typed, chosen_id = work.typed, work.typed.text("punkt")
    title = typed.required("new_title", work.words("Wpisz treść punktu."))
    where = typed.text("new_where", "end")
    made: list[AgendaItem] = []

    def verb() -> None:
        after = work.item(meeting_id, chosen_id) if where in {"after", "below"} else None
        depth = 0 if after is None else min(after.depth + (where == "below"), DEEPEST)
        made.extend(
            agendas.add_items(
                work.session,
                work.acting,
                body_id=work.body_id,
                meeting_id=meeting_id,
                revision=typed.revision,
                items=[NewItem(title=title, depth=depth)],
                after=after.id if after else None,
            )
        )

    refusal = work.attempt(meeting_id, verb)
    if refusal is not None:
        return work.told(meeting_id, chosen_id, refusal)
    label = agendas.item_numbers(work.session, meeting_id)[made[0].id]
    return work.done(meeting_id, made[0].id, work.words("Dodano punkt {label}.", label=label))


@router.post(f"{_ITEM}/przenies")
def move(work: WorkOf, meeting_id: str, item_id: str) -> Response:
    """Move an item with its sub-items one place up or down."""
    chosen_id = work.typed.text("punkt")
    before = _places(work.session, meeting_id)

    def verb() -> None:
        agendas.move_item(
            work.session,
            work.acting,
            body_id=work.body_id,
            item_id=work.item(meeting_id, item_id).id,
            revision=work.typed.revision,
            by=-1 if work.typed.text("direction") == "up" else 1,
        )

    refusal = work.attempt(meeting_id, verb)
    if refusal is not None:
        return work.told(meeting_id, chosen_id, refusal)
    if wants_json(work.request):
        return _moved(work.session, meeting_id, before)
    query = f"?punkt={chosen_id}" if chosen_id else ""
    return redirect(f"{desk_address(work.asker, meeting_id)}{query}#punkt-{item_id}")


def _places(session: Session, meeting_id: str) -> dict[str, dict[str, object]]:
    """Return where each item stands: what move.js needs to know of its row."""
    rows = meetings.items_in_order(session, meeting_id)
    return {
        row.id: {
            "id": f"punkt-{row.id}",
            "place": place,
            "number": row.label,
            "depth": row.depth,
            "first": first,
            "last": last,
        }
        for place, (row, (first, last)) in enumerate(zip(rows, ends_of(rows), strict=True))
    }


def _moved(session: Session, meeting_id: str, before: dict[str, dict[str, object]]) -> Response:
    """Return the rows that changed and nothing else: of 500 items, usually two."""
    after = _places(session, meeting_id)
    changed = [row for item_id, row in after.items() if row != before.get(item_id)]
    revision = session.get_one(Meeting, meeting_id).revision
    return JSONResponse({"revision": revision, "items": changed})


@router.post(f"{_ITEM}/tresc")
def reword(work: WorkOf, meeting_id: str, item_id: str) -> Response:
    """Reword an item, or make it a sub-item of the one above."""
    title = work.typed.required("title", work.words("Wpisz treść punktu."))
    depth = work.typed.whole("depth")

    def verb() -> None:
        agendas.change_item(
            work.session,
            work.acting,
            body_id=work.body_id,
            item_id=work.item(meeting_id, item_id).id,
            revision=work.typed.revision,
            title=title,
            depth=depth,
        )

    refusal = work.attempt(meeting_id, verb)
    if refusal is not None:
        return work.told(meeting_id, item_id, refusal)
    return work.done(meeting_id, item_id, work.words("Zapisano treść punktu."))


@router.post(f"{_ITEM}/usun")
def remove(work: WorkOf, meeting_id: str, item_id: str) -> Response:
    """Take an item off the agenda; asks first, on a page of its own where no script did."""
    if not work.typed.flag("confirmed"):
        item = work.item(meeting_id, item_id)
        back = desk_address(work.asker, meeting_id, item_id=item_id)
        revision = work.typed.revision
        return page(
            work.request,
            "office/remove_item.html",
            work.asker,
            item=item,
            number=agendas.item_numbers(work.session, meeting_id)[item_id],
            revision=revision,
            back=back,
        )

    def verb() -> None:
        agendas.remove_item(
            work.session,
            work.acting,
            body_id=work.body_id,
            item_id=work.item(meeting_id, item_id).id,
            revision=work.typed.revision,
        )

    refusal = work.attempt(meeting_id, verb)
    if refusal is not None:
        return work.told(meeting_id, item_id, refusal)
    done = work.words("Zdjęto punkt z porządku. Jego druki zostały; można je wstawić ponownie.")
    return work.done(meeting_id, None, done)
