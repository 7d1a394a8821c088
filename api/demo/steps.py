"""The seven steps of the demo, a page each, and a button for whoever would rather watch."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import FileResponse, Response

from api.checking import check
from api.demo import chores
from api.demo.content.session import SEARCH_WORD
from api.demo.content.session_documents import EXTRA, REPLACEMENT
from api.demo.place import DemoFolder
from api.demo.scene import CLERK, COUNCILLOR, HOME, Scene, person, scene
from api.dependencies import PartsOf, Read, check_form
from api.rendering import redirect, render, words_for
from api.searching import search
from api.security.askers import Asker
from api.state.conditions import Doctor
from api.state.machine import places
from api.wiring import Parts
from delivery.words import change_sentences
from docstore.database import ReadSession
from docstore.errors import NotFound
from docstore.language import Words
from docstore.models import SignIn
from docstore.services import bodies, standings
from docstore.services.figures import figures
from docstore.services.versions import latest
from indexer.documents import Page, SearchQuery

router = APIRouter(dependencies=[Depends(check_form)], include_in_schema=False)

# The word that stands in the extra file and nowhere else.
EXTRA_WORD = "szynobus"


def _one(request: Request, session: ReadSession, parts: Parts, found: Scene) -> dict[str, Any]:
    del request, session, parts
    point = found.last_point
    return {
        "desk": f"{found.desk}?punkt={point.id}#wybrany" if point else found.desk,
        "point": point,
        "file_name": EXTRA.file_name,
        "word": EXTRA_WORD,
    }


def _two(request: Request, session: ReadSession, parts: Parts, found: Scene) -> dict[str, Any]:
    del request, session
    return {
        "pdf": f"{found.reader}/{found.packet.number}/pakiet.pdf",
        "zip": f"{found.reader}/{found.packet.number}/pakiet.zip",
        "reader": found.reader,
        "has_renderer": parts.renderer is not None,
    }


def _three(request: Request, session: ReadSession, parts: Parts, found: Scene) -> dict[str, Any]:
    del parts
    document, packet = found.replaced, found.packet
    newest = latest(session, document.id) if document else None
    return {
        "file_name": REPLACEMENT.file_name,
        "document": f"{HOME}/biuro/dokumenty/{document.id}" if document else "",
        "versions": newest.number if newest else 0,
        "packet": packet,
        "preview": f"{found.desk}/pakiet",
        "changes": change_sentences(words_for(request), packet.changes, number=packet.number - 1),
        "reader": found.reader,
    }


def _four(request: Request, session: ReadSession, parts: Parts, found: Scene) -> dict[str, Any]:
    del request, session, parts
    return {"deliveries": f"{found.desk}/doreczenia", "reader": found.reader}


def _five(request: Request, session: ReadSession, parts: Parts, found: Scene) -> dict[str, Any]:
    word = request.query_params.get("q", "").strip()[:200] or SEARCH_WORD
    at = parts.clock.now()

    def total(name: str, by: str) -> int:
        asker = Asker(found.body)
        if name:
            somebody = person(session, found.body, name)
            standing = standings.standing(session, somebody, at=at)
            asker = Asker(found.body, somebody, SignIn(by=by), standing)
        query = SearchQuery(text=word)
        results = search(parts, session, asker.visibility, query, Page(offset=0, limit=1))
        return results.answer.total

    return {
        "word": word,
        "totals": {
            "mieszkaniec": total("", ""),
            "radna": total(COUNCILLOR, "link"),
            "biuro": total(CLERK, "password"),
        },
    }


def _six(request: Request, session: ReadSession, parts: Parts, found: Scene) -> dict[str, Any]:
    del found
    doctor: Doctor = request.app.state.doctor
    each = doctor.look().conditions
    return {
        "states": {name: each[name].code for name in ("record", "objects", "index")},
        "backends": places(parts.settings, words_for(request)),
        "renderer": parts.renderer.tool if parts.renderer else "",
        "figures": figures(session),
        "in_store": sum(
            1 for body in bodies.bodies(session) for _ in parts.store.list_keys(f"{body.id}/")
        ),
        "in_index": sum(1 for _ in parts.engine.revisions()),
    }


def _seven(request: Request, session: ReadSession, parts: Parts, found: Scene) -> dict[str, Any]:
    del request, session, parts, found
    return {"report": None}


_CONTEXTS: Mapping[int, Callable[[Request, ReadSession, Parts, Scene], dict[str, Any]]] = {
    1: _one, 2: _two, 3: _three, 4: _four, 5: _five, 6: _six, 7: _seven,
}  # fmt: skip
STEPS = tuple(_CONTEXTS)


@router.get("/krok/{number}")
def show(request: Request, session: Read, parts: PartsOf, number: int) -> Response:
    """Show a step: what to do, what to see, and the doors that it takes."""
    if number not in _CONTEXTS:
        raise NotFound
    context = _CONTEXTS[number](request, session, parts, scene(session))
    return _page(request, number, context)


def _page(request: Request, number: int, context: Mapping[str, Any]) -> Response:
    return render(
        request, f"demo/step{number}.html", step=number, steps=STEPS, home=HOME, **context
    )


@router.post("/krok/7")
def check_now(request: Request, parts: PartsOf) -> Response:
    """Verify ledger, bytes and index, and show what was found."""
    return _page(request, 7, {"report": check(parts, words_for(request))})


_FILES = {"wniosek": ("extra", EXTRA), "autopoprawka": ("replacement", REPLACEMENT)}


@router.get("/demo/plik/{name}")
def example(parts: PartsOf, name: str) -> FileResponse:
    """Give out a file that a step asks the visitor to drop."""
    if name not in _FILES:
        raise NotFound
    purpose, document = _FILES[name]
    path = DemoFolder(parts.settings.data_dir.parent).made(purpose, document.file_name)
    return FileResponse(path, filename=document.file_name)


_CHORES: Mapping[str, tuple[int, Callable[[Parts, Words], chores.Done]]] = {
    "wgraj": (1, chores.drop_the_extra),
    "podmien": (3, chores.replace_the_draft),
    "opublikuj": (3, chores.publish_the_packet),
}


@router.post("/demo/zrob/{name}")
def do_it(request: Request, parts: PartsOf, name: str) -> Response:
    """Do a step's work for the visitor, by the service that the page itself would call."""
    if name not in _CHORES:
        raise NotFound
    step, chore = _CHORES[name]
    done = chore(parts, words_for(request))
    if done.is_done:
        return redirect(f"/krok/{step}", done=done.sentence)
    return redirect(f"/krok/{step}", attention=done.sentence)
