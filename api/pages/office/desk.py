"""A meeting's desk: its agenda on the left, the chosen item with its files on the right."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse

from api.dependencies import Office, PartsOf, Read
from api.pages.office.forms import Typed
from api.pages.office.listing import state_chips
from api.pages.office.pages import desk_address, office_router, page, speak
from api.pages.office.watching import cells, summary, warnings, watch
from api.pages.office.wording import Chip, item_numbers, problem_chips
from api.security.askers import Asker
from docstore.database import ReadSession
from docstore.errors import NotFound
from docstore.language import Words
from docstore.models import AgendaItem, Document, Paper
from docstore.services import deliveries, desk, history
from docstore.services.desk import Desk
from docstore.services.packet_plan import Entry

router = office_router()


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An agenda item on the left: where it stands and what is wrong with its files."""

    item: AgendaItem
    href: str
    meta: list[str]
    chips: list[Chip]
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class Block:
    """The files of one paper, or those that belong to no paper, on the right."""

    paper: Paper | None
    files: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a refused form left behind: its text, its errors, who was first."""

    typed: Typed | None = None
    conflict: str = ""
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY


@router.get("/posiedzenia/{meeting_id}")
def show(
    request: Request, asker: Office, session: Read, parts: PartsOf, meeting_id: str, punkt: str = ""
) -> HTMLResponse:
    """Show a meeting's desk."""
    return desk_page(request, asker, session, parts, meeting_id, item_id=punkt)


def desk_page(
    request: Request,
    asker: Asker,
    session: Session,
    parts: PartsOf,
    meeting_id: str,
    *,
    item_id: str = "",
    trouble: Trouble | None = None,
) -> HTMLResponse:
    """Return the desk; after a refusal with what was typed and the sentence that says why."""
    words, trouble = speak(request, asker), trouble or Trouble(status=HTTPStatus.OK)
    found = desk.desk(session, body_id=asker.body.id, meeting_id=meeting_id)
    chosen = next((item for item in found.items if item.id == item_id), None)
    if item_id and chosen is None and trouble.status == HTTPStatus.OK:
        raise NotFound
    return page(
        request,
        "office/desk.html",
        asker,
        status=trouble.status,
        desk=found,
        meeting=found.meeting,
        here_path=desk_address(asker, meeting_id),
        rows=_rows(words, asker, found),
        numbers=item_numbers(found.items),
        chosen=chosen,
        chips=state_chips(words, found.preview),
        is_past=found.meeting.starts_at < parts.clock.now(),
        has_renderer=parts.renderer is not None,
        trouble=trouble,
        errors=trouble.typed.errors if trouble.typed else [],
        error_of=trouble.typed.error_of if trouble.typed else {},
        **_right_side(session, asker, found, chosen),
        **_delivered(session, words, found),
    )


def _right_side(
    session: Session, asker: Asker, found: Desk, chosen: AgendaItem | None
) -> dict[str, Any]:
    """Return what stands beside the agenda: the files of the chosen item or of the meeting."""
    shown = found.files(chosen.id if chosen else None)
    offered = (
        desk.papers_to_place(session, body_id=asker.body.id, item_id=chosen.id) if chosen else []
    )
    return {
        "blocks": _blocks(found, chosen),
        "removed": _removed(session, asker, found, chosen),
        "excluded": history.excluded(session, [entry.document.id for entry in shown]),
        "offered": offered,
    }


def _delivered(session: Session, words: Words, found: Desk) -> dict[str, Any]:
    """Return whom the packet reaches, and who has the newest one."""
    recipients = deliveries.recipients_of(session, found.meeting)
    watched = (
        watch(ReadSession(session), packet=found.packet, meeting=found.meeting)
        if found.packet
        else None
    )
    return {
        "reach": sum(bool(each.person.email) for each in recipients),
        "watched": watched,
        "summary": summary(words, watched) if watched else "",
        "warnings": warnings(words, watched) if watched else [],
        "cells": cells,
    }


def _removed(
    session: Session, asker: Asker, found: Desk, chosen: AgendaItem | None
) -> list[Document]:
    papers = [each.paper_id for each in chosen.considerations] if chosen else []
    return history.removed_documents(
        session,
        body_id=asker.body.id,
        paper_ids=papers,
        item_id=chosen.id if chosen else None,
        meeting_id=found.meeting.id,
    )


def _blocks(found: Desk, chosen: AgendaItem | None) -> list[Block]:
    files = found.files(chosen.id if chosen else None)
    if chosen is None:
        return [Block(None, files)]
    loose = tuple(entry for entry in files if entry.paper is None)
    blocks = [Block(None, loose)] if loose else []
    for consideration in chosen.considerations:
        paper = consideration.paper
        mine = tuple(e for e in files if e.paper is not None and e.paper.id == paper.id)
        blocks.append(Block(paper, mine))
    return blocks


def _rows(words: Words, asker: Asker, found: Desk) -> list[ItemRow]:
    ends = ends_of(found.items)
    return [
        ItemRow(
            item=item,
            href=desk_address(asker, found.meeting.id, item_id=item.id),
            meta=_meta(words, item, found.files(item.id)),
            chips=_warnings(words, item, found.files(item.id)),
            is_first=ends[place][0],
            is_last=ends[place][1],
        )
        for place, item in enumerate(found.items)
    ]


def _meta(words: Words, item: AgendaItem, files: Sequence[Entry]) -> list[str]:
    druk = [
        words("druk {number}", number=each.paper.druk)
        for each in item.considerations
        if each.paper.druk
    ]
    return [*druk, words.count(len(files), "plik", "pliki", "plików")] if files or druk else []


def _warnings(words: Words, item: AgendaItem, files: Sequence[Entry]) -> list[Chip]:
    """Return what a clerk should look at before the packet goes out."""
    chips: list[Chip] = []
    if any(entry.waits for entry in files):
        chips.append((words("odczytywanie…"), "info"))
    troubled = [
        entry
        for entry in files
        if any(
            state in {"attention", "wrong"}
            for _, state, *_ in problem_chips(words, entry.facts, entry.rendition)
        )
    ]
    if troubled:
        text = words.count(
            len(troubled), "plik do sprawdzenia", "pliki do sprawdzenia", "plików do sprawdzenia"
        )
        chips.append((text, "attention"))
    drafts = {e.paper.id for e in files if e.paper and e.document.role in {"main", "signed_act"}}
    lacking = any(
        each.paper.kind == "resolution" and each.paper.id not in drafts
        for each in item.considerations
    )
    return [*chips, (words("brak projektu"), "attention")] if lacking else chips


def ends_of(items: Sequence[AgendaItem]) -> list[tuple[bool, bool]]:
    """Tell of each item whether it is the first and the last among its siblings."""
    groups: dict[tuple[int, ...], list[int]] = {}
    parents: list[int] = []
    for place, item in enumerate(items):
        del parents[item.depth :]
        groups.setdefault(tuple(parents), []).append(place)
        parents.append(place)
    ends = [(False, False)] * len(items)
    for places in groups.values():
        for place in places:
            ends[place] = (place == places[0], place == places[-1])
    return ends
