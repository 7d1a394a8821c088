"""The same request sent twice does its work once (`Idempotency-Key`).

After draft-ietf-httpapi-idempotency-key-header: the first answer again for the same request, 422
for another one under the same key, 409 while the first is still under way. Refusals change
nothing and are not kept.
"""

import hashlib
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Header, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.dependencies import Office, PartsOf, Write
from api.wiring import Parts
from docstore.database import WriteSession
from docstore.errors import RequestUnderWay
from docstore.models import KeptAnswer
from docstore.services import kept_answers
from docstore.services.kept_answers import AnswerKey

LONGEST_KEY = 255
REPLAYED = "Idempotency-Replayed"
KeyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=LONGEST_KEY,
        examples=["8e03978e-40d5-43dd-bc93-6894a57f9324"],
        description="A fresh random text for each new piece of work. Sent again with the same "
        "request within 24 hours, it gives the first answer again and nothing is done twice.",
    ),
]


class UnderWay:
    """The keys whose requests this process is working on."""

    def __init__(self) -> None:
        self._keys: set[AnswerKey] = set()
        self._lock = threading.Lock()

    def take(self, key: AnswerKey) -> None:
        """Begin with a key; raise `RequestUnderWay` if somebody else has."""
        with self._lock:
            if key in self._keys:
                raise RequestUnderWay(seconds=1)
            self._keys.add(key)

    def leave(self, key: AnswerKey) -> None:
        """Be done with a key."""
        with self._lock:
            self._keys.discard(key)


class Replayed(Exception):
    """This very request was answered before: here is the answer."""

    def __init__(self, kept: KeptAnswer) -> None:
        super().__init__()
        self.status, self.answer = kept.status, kept.answer


def replay(request: Request, error: Exception) -> Response:
    """Give a kept answer again."""
    del request
    assert isinstance(error, Replayed)  # noqa: S101 - registered for this class
    kind = "application/json" if error.answer else None
    headers = {REPLAYED: "true"}
    return Response(error.answer, status_code=error.status, media_type=kind, headers=headers)


@dataclass(slots=True)
class Once:
    """One request that is to be done once, under the key that its sender chose."""

    key: AnswerKey
    what: str
    """Method and address: a key counts for one request alone."""
    at: datetime
    row: KeptAnswer | None = None

    def refuse_or_replay(self, session: Session, *, body_sha256: str) -> None:
        """Raise `Replayed` if this request was answered, and `KeyReused` if another was."""
        fingerprint = self._fingerprint(body_sha256)
        kept = kept_answers.find(session, self.key, fingerprint=fingerprint, at=self.at)
        if kept is not None:
            raise Replayed(kept)

    def claim(self, session: WriteSession, *, body_sha256: str) -> None:
        """Take the key for this transaction."""
        fingerprint = self._fingerprint(body_sha256)
        self.row = kept_answers.claim(session, self.key, fingerprint=fingerprint, at=self.at)

    def keep(self, *, status: int, answer: str) -> None:
        """Keep the answer with the work that it tells of."""
        if self.row is not None:
            self.row.status, self.row.answer = status, answer

    def _fingerprint(self, body_sha256: str) -> str:
        return hashlib.sha256(f"{self.what}\n{body_sha256}".encode()).hexdigest()


async def _begun(
    request: Request, asker: Office, parts: PartsOf, key: KeyHeader = None
) -> AsyncIterator[Once | None]:
    """Begin with a key, where one was sent."""
    if key is None or asker.person_id is None:
        yield None
        return
    under_way: UnderWay = request.app.state.under_way
    chosen = AnswerKey(asker.body.id, asker.person_id, key)
    under_way.take(chosen)
    try:
        what = f"{request.method}\n{request.url.path}\n{request.url.query}"
        yield Once(chosen, what, parts.clock.now())
    finally:
        under_way.leave(chosen)


Begun = Annotated[Once | None, Depends(_begun, scope="function")]
"""For an endpoint that reads its own body and opens its own transaction."""


async def _sent(request: Request) -> str:
    return hashlib.sha256(await request.body()).hexdigest()


def _once(
    request: Request, begun: Begun, sent: Annotated[str, Depends(_sent)], session: Write
) -> None:
    """Look for an answer first; else let `api.v1.endpoint` keep the one that comes of the work."""
    if begun is None:
        return
    begun.refuse_or_replay(session, body_sha256=sent)
    begun.claim(session, body_sha256=sent)
    request.state.once = begun


DoneOnce = Depends(_once)
"""For an endpoint with a transaction of the request: a dependency of its route."""


def found(parts: Parts, begun: Once, body_sha256: str) -> None:
    """Look for an answer to an upload whose bytes have come; raises as `refuse_or_replay`."""
    with parts.database.reading() as session:
        begun.refuse_or_replay(session, body_sha256=body_sha256)
