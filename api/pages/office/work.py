"""A change of an agenda: who asks, the open transaction, the form, and what a refusal answers."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from api.dependencies import ActingOf, Office, PartsOf, Write
from api.pages.office.desk import Trouble, desk_page
from api.pages.office.forms import Typed, TypedOf
from api.pages.office.pages import conflict_words, desk_address
from api.rendering import redirect
from api.security.askers import Asker
from api.wiring import Parts
from docstore.database import WriteSession
from docstore.errors import DocstoreError, EditConflict, InvalidInput, NotFound
from docstore.language import Words
from docstore.models import AgendaItem, Meeting
from docstore.services.acting import Acting
from docstore.services.finding import get


@dataclass(frozen=True, slots=True)
class Work:
    """What every verb of a meeting's desk is done with."""

    request: Request
    asker: Asker
    acting: Acting
    session: WriteSession
    parts: Parts
    typed: Typed

    @property
    def words(self) -> Words:
        """Return the language and the clock of the asker's council."""
        return self.typed.words

    @property
    def body_id(self) -> str:
        """Return whose rows these are."""
        return self.asker.body.id

    def item(self, meeting_id: str, item_id: str) -> AgendaItem:
        """Return an item of this meeting of this council; anything else is not found."""
        item = get(self.session, AgendaItem, self.body_id, item_id)
        if item.meeting_id != meeting_id:
            raise NotFound
        return item

    def attempt(self, meeting_id: str, verb: Callable[[], object]) -> DocstoreError | None:
        """Do a change unless the form had errors; after a refusal nothing of it stays.

        What a colleague took away in the meantime is a conflict too, not a missing page.
        """
        if self.typed.errors:
            return InvalidInput(field="", reason="")
        try:
            verb()
        except (EditConflict, InvalidInput) as refusal:
            self.session.rollback()
            if isinstance(refusal, InvalidInput):
                self.typed.take(refusal)
            return refusal
        except NotFound:
            self.session.rollback()
            meeting = get(self.session, Meeting, self.body_id, meeting_id)
            if meeting.revision == self.typed.revision:
                raise
            return EditConflict(by=meeting.changed_by, at=meeting.changed_at)
        return None

    def conflict(self, refusal: DocstoreError) -> str:
        """Return who was first, in words; nothing for any other refusal."""
        if not isinstance(refusal, EditConflict):
            return ""
        return conflict_words(self.session, self.words, self.asker, refusal)

    def told(self, meeting_id: str, item_id: str, refusal: DocstoreError) -> Response:
        """Return the desk as it is now, with why nothing was changed and what was typed."""
        conflict = self.conflict(refusal)
        status = HTTPStatus.CONFLICT if conflict else HTTPStatus.UNPROCESSABLE_ENTITY
        return desk_page(
            self.request,
            self.asker,
            self.session,
            self.parts,
            meeting_id,
            item_id=item_id,
            trouble=Trouble(self.typed, conflict, status),
        )

    def done(self, meeting_id: str, item_id: str | None, said: str) -> Response:
        """Send the browser back to the desk with what was done."""
        return redirect(desk_address(self.asker, meeting_id, item_id=item_id), done=said)


async def _work(
    request: Request,
    asker: Office,
    acting: ActingOf,
    session: Write,
    parts: PartsOf,
    typed: TypedOf,
) -> Work:
    return Work(request, asker, acting, session, parts, typed)


# The transaction ends with the endpoint, so this must not outlive it either.
WorkOf = Annotated[Work, Depends(_work, scope="function")]
