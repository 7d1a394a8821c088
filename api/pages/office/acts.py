"""Adopted acts: what each lacks, its signed file and votes, whether it is in force, publishing."""

from collections.abc import Collection
from http import HTTPStatus

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.dependencies import Office, Read
from api.errors import sentence, status_of
from api.pages.office import act_facts
from api.pages.office.forms import Typed
from api.pages.office.packet import findings
from api.pages.office.pages import home, office_router, page, speak
from api.pages.office.work import WorkOf
from api.rendering import redirect
from api.security.askers import Asker
from docstore.errors import (
    DocstoreError,
    InvalidInput,
    NotAdopted,
    NumberTaken,
    PacketWaiting,
    PersonalDataFound,
)
from docstore.rules.roll_call import by_voice
from docstore.services import (
    act_deciding,
    act_links,
    adoption,
    archive,
    history,
    people,
    register,
    roll_calls,
)
from docstore.services import act_facts as facts_of_act

router = office_router()

_ON_A_PAGE = 50


@router.get("/akty")
def show_list(
    request: Request, asker: Office, session: Read, strona: int = 1, braki: bool = False
) -> HTMLResponse:
    """List adopted acts, all or those that lack something."""
    body_id = asker.body.id
    count = register.count_acts(session, body_id=body_id, only_lacking=braki)
    pages = max(1, -(-count // _ON_A_PAGE))
    number = min(max(strona, 1), pages)
    rows = register.acts(
        session,
        body_id=body_id,
        only_lacking=braki,
        offset=(number - 1) * _ON_A_PAGE,
        limit=_ON_A_PAGE,
    )
    return page(
        request,
        "office/acts.html",
        asker,
        rows=rows,
        count=count,
        lacking=register.count_acts(session, body_id=body_id, only_lacking=True),
        only_lacking=braki,
        number=number,
        pages=pages,
        archive_count=sum(archive.counts(session, body_id).values()),
    )


@router.get("/akty/{paper_id}")
def show(request: Request, asker: Office, session: Read, paper_id: str) -> HTMLResponse:
    """Show a paper as an act: its facts, files, state and publication."""
    return _page(request, asker, session, paper_id)


@router.post("/akty/{paper_id}/stan")
def set_status(work: WorkOf, paper_id: str) -> Response:
    """Say whether an act is in force, and on what basis."""
    typed = work.typed
    try:
        adoption.set_status(
            work.session,
            work.acting,
            body_id=work.body_id,
            paper_id=paper_id,
            status=typed.text("status"),
            basis=typed.text("status_basis"),
        )
    except InvalidInput as refusal:
        work.session.rollback()
        typed.refuse(
            str(refusal.fields["field"]),
            work.words("Podaj podstawę, na przykład numer uchwały, która to zmienia.")
            if refusal.fields["field"] == "status_basis"
            else sentence(refusal, work.words),
        )
        return _page(work.request, work.asker, work.session, paper_id, typed=typed)
    here = f"{home(work.asker)}/akty/{paper_id}"
    return redirect(here, done=work.words("Zapisano stan prawny."))


@router.post("/akty/{paper_id}/glosy")
def record_roll_call(work: WorkOf, paper_id: str) -> Response:
    """Keep who voted how, as pasted."""
    typed = work.typed
    try:
        vote = roll_calls.record(
            work.session,
            work.acting,
            body_id=work.body_id,
            consideration_id=typed.text("consideration"),
            text=typed.text("roll_call"),
        )
    except InvalidInput as refusal:
        work.session.rollback()
        typed.refuse("roll_call", sentence(refusal, work.words))
        return _page(work.request, work.asker, work.session, paper_id, typed=typed)
    people_count = work.words.count(len(vote.named), "osobę", "osoby", "osób")
    here = f"{home(work.asker)}/akty/{vote.paper_id}"
    return redirect(here, done=work.words("Zapisano wykaz: {people}.", people=people_count))


@router.post("/akty/{paper_id}/opublikuj")
def publish(work: WorkOf, paper_id: str) -> Response:
    """Show an act to everyone; with concerns only for a written reason."""
    reason = work.typed.text("reason")
    try:
        paper = adoption.publish_act(
            work.session,
            work.acting,
            body_id=work.body_id,
            paper_id=paper_id,
            personal_data_reason=reason,
        )
    except (NotAdopted, PacketWaiting, PersonalDataFound) as refusal:
        work.session.rollback()
        return _page(
            work.request, work.asker, work.session, paper_id, refusal=refusal, typed=work.typed
        )
    done = work.words("Opublikowano {number}. Każdy może ją teraz znaleźć.", number=paper.number)
    return redirect(f"{home(work.asker)}/akty/{paper_id}", done=done)


@router.post("/akty/{paper_id}/tresc")
def decide(work: WorkOf, paper_id: str) -> Response:
    """Confirm or dismiss what the act's text says of itself, or take such a decision back."""
    typed, words = work.typed, work.words
    here = f"{home(work.asker)}/akty/{paper_id}"
    whose = {"body_id": work.body_id, "paper_id": paper_id}
    if back := typed.text("undo"):
        kind, _, key = back.partition(":")
        try:
            restored = act_deciding.undo(work.session, work.acting, **whose, kind=kind, key=key)
        except NumberTaken as refusal:
            work.session.rollback()
            said = sentence(refusal, words)
            return _page(work.request, work.asker, work.session, paper_id, fact_error=said)
        undone = words("Cofnięto.")
        if kind in facts_of_act.ON_PAPER and not restored:
            undone = words("Cofnięto. W samej sprawie nic się nie zmieniło.")
        return redirect(f"{here}#tresc", done=undone)
    sent = typed.texts("fact")
    confirm = typed.text("do") != "dismiss"
    try:
        count = act_deciding.decide(
            work.session, work.acting, **whose, chosen=act_facts.choices(sent), confirm=confirm
        )
    except (InvalidInput, NumberTaken) as refusal:
        work.session.rollback()
        said = (
            words("Zaznacz też datę podjęcia: od niej zależy, w której kadencji jest ten numer.")
            if isinstance(refusal, InvalidInput)
            else sentence(refusal, words)
        )
        return _page(work.request, work.asker, work.session, paper_id, ticked=sent, fact_error=said)
    if not count:
        said = words("Zaznacz przynajmniej jedną propozycję, która czeka na decyzję.")
        return _page(work.request, work.asker, work.session, paper_id, ticked=sent, fact_error=said)
    what = words.count(count, "propozycję", "propozycje", "propozycji")
    done = (
        words("Potwierdzono {what}.", what=what)
        if confirm
        else words("Odrzucono {what}.", what=what)
    )
    return redirect(f"{here}#tresc", done=done)


def _page(
    request: Request,
    asker: Asker,
    session: Session,
    paper_id: str,
    *,
    refusal: DocstoreError | None = None,
    typed: Typed | None = None,
    ticked: Collection[str] | None = None,
    fact_error: str = "",
) -> HTMLResponse:
    words = speak(request, asker)
    act = register.act(session, body_id=asker.body.id, paper_id=paper_id)
    concerns = adoption.act_concerns(session, body_id=asker.body.id, paper_id=paper_id)
    typed_errors = typed.errors if typed else []
    said = sentence(refusal, words) if refusal else ""
    if isinstance(refusal, PersonalDataFound):
        typed_errors = [("reason", words("Napisz, dlaczego mimo to publikujesz."))]
        said = ""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if typed_errors or fact_error else HTTPStatus.OK
    documents = [each.id for each in act.documents]
    reading = facts_of_act.read(session, act.paper)
    links = act_links.links_for_office(session, act.paper)
    people_ids = [
        act.paper.status_set_by,
        *(reason.given_by for reason in act.reasons),
        *(each.decision.decided_by for each in reading.said if each.decision),
    ]
    return page(
        request,
        "office/act.html",
        asker,
        status=status_of(refusal) if refusal else status,
        act=act,
        paper=act.paper,
        files=history.files_of(session, act.documents),
        excluded=history.excluded(session, documents),
        findings=findings(words, concerns),
        names=people.names(session, [each for each in people_ids if each]),
        by_voice=by_voice,
        statuses=adoption.STATUSES,
        reading=reading,
        fact_rows=act_facts.rows(words, reading, links, ticked),
        fact_error=fact_error,
        undergoes=links.undergoes,
        said=said,
        typed=typed,
        errors=typed_errors,
        error_of=dict(reversed(typed_errors)),
    )
