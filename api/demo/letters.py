"""The demo's mailbox: what every recipient got, shown as text and never as active content."""

import re
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.demo.place import HOST
from api.dependencies import PartsOf
from api.rendering import render
from api.wiring import Parts
from delivery.channels.mailbox import MailboxMailer
from docstore.errors import NotFound

router = APIRouter(prefix="/poczta", include_in_schema=False)

_ON_A_PAGE = 25
_LINK = re.compile(rf"http://{re.escape(HOST)}:\d+(/\S+)")


def _mailbox(parts: Parts) -> MailboxMailer:
    if not isinstance(parts.mailer, MailboxMailer):
        raise NotFound
    return parts.mailer


@router.get("")
def show_list(
    request: Request, parts: PartsOf, strona: Annotated[int, Query(ge=1, le=10_000)] = 1
) -> Response:
    """List the mails, the newest first."""
    letters = _mailbox(parts).list()
    pages = max(1, -(-len(letters) // _ON_A_PAGE))
    number = min(strona, pages)
    start = (number - 1) * _ON_A_PAGE
    return render(
        request,
        "demo/letters.html",
        letters=letters[start : start + _ON_A_PAGE],
        count=len(letters),
        number=number,
        pages=pages,
    )


@router.get("/{name}")
def show(request: Request, parts: PartsOf, name: str) -> Response:
    """Show one mail: its text, its button as a link, and the source of its HTML."""
    letter = _mailbox(parts).read(name)
    return render(request, "demo/letter.html", letter=letter, link=_link(letter.text))


def _link(text: str) -> str:
    """Return the path of the first link into Teczka; the port may have been another one then."""
    found = _LINK.search(text)
    return found.group(1) if found else ""
