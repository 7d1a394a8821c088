"""Files coming in: dropped on an item, a paper or a meeting, one by one or many at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse, Response

from api.dependencies import ActingOf, Office, PartsOf
from api.errors import sentence
from api.pages.office.desk import Trouble, desk_page
from api.pages.office.forms import Typed, TypedOf
from api.pages.office.pages import desk_address, home, office_router, wants_json
from api.pages.office.wording import ROLES, role_of
from api.rendering import redirect
from api.security.askers import Asker
from api.turns import at_the_store
from api.wiring import Parts
from docstore.errors import (
    DocstoreError,
    FileEmpty,
    FileTooLarge,
    InvalidInput,
    NotFound,
    SameBytes,
    UploadBroken,
)
from docstore.models import AgendaItem, Document, Meeting, Paper, Version
from docstore.services import papers, placing
from docstore.services.acting import Acting
from docstore.services.documents import NewDocument, Owner
from docstore.services.finding import get, get_locked

router = office_router()

# What one file may be refused for while the others are taken; a store that is away is not.
REFUSALS = (FileEmpty, FileTooLarge, UploadBroken, SameBytes, InvalidInput)


@dataclass(slots=True)
class Taken:
    """What came of the files of one form: those kept, and the sentences about the others."""

    kept: list[Version] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@router.post("/posiedzenia/{meeting_id}/punkty/{item_id}/pliki")
@at_the_store
def add_to_item(
    request: Request,
    asker: Office,
    acting: ActingOf,
    parts: PartsOf,
    typed: TypedOf,
    meeting_id: str,
    item_id: str,
) -> Response:
    """Take files for an item's paper; an item without one gets a matter of its own title."""
    files = typed.files()
    owner = Owner()
    if any(file.size for file in files):  # an empty file alone makes no paper
        owner = Owner(paper_id=_paper_for(asker, acting, parts, typed, meeting_id, item_id))
    taken = take(request, asker, parts, typed, owner, files)
    return answer(request, asker, parts, typed, taken, meeting_id=meeting_id, item_id=item_id)


@router.post("/posiedzenia/{meeting_id}/pliki")
@at_the_store
def add_to_meeting(
    request: Request,
    asker: Office,
    parts: PartsOf,
    typed: TypedOf,
    meeting_id: str,
) -> Response:
    """Take files of the meeting itself: the invitation, the minutes."""
    with parts.database.reading() as session:
        get(session, Meeting, asker.body.id, meeting_id)
    taken = take(request, asker, parts, typed, Owner(meeting_id=meeting_id), typed.files())
    return answer(request, asker, parts, typed, taken, meeting_id=meeting_id, item_id="")


@router.post("/druki/{paper_id}/pliki")
@at_the_store
def add_to_paper(
    request: Request, asker: Office, parts: PartsOf, typed: TypedOf, paper_id: str
) -> Response:
    """Take files of a paper after the session: the signed act, the named list of votes."""
    with parts.database.reading() as session:
        get(session, Paper, asker.body.id, paper_id)
    taken = take(request, asker, parts, typed, Owner(paper_id=paper_id), typed.files())
    if wants_json(request):
        return _said(typed, taken)
    here = f"{home(asker)}/akty/{paper_id}"
    if taken.refused:
        return redirect(here, attention=" ".join(taken.refused)[:800])
    return redirect(here, done=kept_words(typed, taken))


def _paper_for(
    asker: Asker, acting: Acting, parts: Parts, typed: Typed, meeting_id: str, item_id: str
) -> str:
    """Return the paper that was named, or the item's first, or a new one.

    The item is locked, because a drop sends two files at once and they must meet in one paper.
    """
    with parts.database.transaction() as session:
        item = get_locked(session, AgendaItem, asker.body.id, item_id)
        if item.meeting_id != meeting_id:
            raise NotFound
        if typed.text("paper"):
            return placing.paper_on(session, item=item, paper_id=typed.text("paper")).id
        return papers.paper_of(session, acting, item=item).id


def take(
    request: Request,
    asker: Asker,
    parts: Parts,
    typed: Typed,
    owner: Owner,
    files: Sequence[UploadFile],
) -> Taken:
    """Keep each file; one that is refused does not stop the others, unless a script asks."""
    role = typed.text("role")
    new = NewDocument(owner=owner, role=role if role in ROLES else "")

    def keep(file: UploadFile) -> Version:
        return parts.intake.add_document(
            asker.person_id,
            body_id=asker.body.id,
            new=new,
            file_name=str(file.filename),
            source=file.file,
        )

    return each_kept(request, typed, files, keep)


def each_kept(
    request: Request,
    typed: Typed,
    files: Sequence[UploadFile],
    keep: Callable[[UploadFile], Version],
) -> Taken:
    """Keep files one after another, noting which were refused and why."""
    taken = Taken()
    if not files:
        taken.refused.append(typed.words("Wybierz co najmniej jeden plik."))
    for file in files:
        try:
            taken.kept.append(keep(file))
        except REFUSALS as refusal:
            if wants_json(request):
                raise
            taken.refused.append(_refused_words(typed, file, refusal))
    return taken


def _refused_words(typed: Typed, file: UploadFile, refusal: DocstoreError) -> str:
    said = sentence(refusal, typed.words)
    return said if str(file.filename) in said else f"{file.filename}: {said}"


def answer(
    request: Request,
    asker: Asker,
    parts: Parts,
    typed: Typed,
    taken: Taken,
    *,
    meeting_id: str,
    item_id: str,
) -> Response:
    """Tell a script about its file, or show the desk with what came of all of them."""
    if wants_json(request):
        return _said(typed, taken)
    if not taken.refused:
        here = desk_address(asker, meeting_id, item_id=item_id or None)
        return redirect(here, done=kept_words(typed, taken))
    if taken.kept:
        typed.refuse("", kept_words(typed, taken))
    for each in taken.refused:
        typed.refuse("", each)
    with parts.database.reading() as session:
        trouble = Trouble(typed)
        return desk_page(
            request, asker, session, parts, meeting_id, item_id=item_id, trouble=trouble
        )


def kept_words(typed: Typed, taken: Taken) -> str:
    """Say how many files were kept."""
    words = typed.words
    count = words.count(len(taken.kept), "plik", "pliki", "plików")
    return words("Zapisano: {count}. Odczytamy je za chwilę.", count=count)


def _said(typed: Typed, taken: Taken) -> Response:
    """Return what upload.js shows beside a file."""
    if not taken.kept:
        raise InvalidInput(field="files", reason="required")
    version = taken.kept[0]
    return JSONResponse(
        {
            "role": role_of(typed.words, version.document.role),
            "sentence": typed.words("wersja {number}", number=version.number),
            "version": version.id,
            "document": version.document_id,
        }
    )


@router.post("/dokumenty/{document_id}/wersje")
@at_the_store
def replace(
    request: Request, asker: Office, parts: PartsOf, typed: TypedOf, document_id: str
) -> Response:
    """Replace a document's file by a new version; the ones before stay as they were."""
    with parts.database.reading() as session:
        get(session, Document, asker.body.id, document_id)

    def keep(file: UploadFile) -> Version:
        return parts.intake.add_version(
            asker.person_id,
            body_id=asker.body.id,
            document_id=document_id,
            file_name=str(file.filename),
            source=file.file,
            note=typed.text("note"),
        )

    taken = each_kept(request, typed, typed.files("file")[:1], keep)
    if wants_json(request):
        return _said(typed, taken)
    here = f"{home(asker)}/dokumenty/{document_id}"
    if taken.refused:
        return redirect(here, attention=taken.refused[0])
    number = taken.kept[0].number
    return redirect(
        here,
        done=typed.words(
            "Zapisano wersję {number}. Radni zobaczą ją po wysłaniu następnego pakietu.",
            number=number,
        ),
    )
