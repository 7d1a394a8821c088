"""Stored bytes as answers: ranges, conditions, Polish names, and nothing that could run."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from http import HTTPStatus
from urllib.parse import quote

import structlog
from anyio import CancelScope, sleep, to_thread
from fastapi import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from api.preconditions import http_date, part, unmet
from api.refusals import problem
from api.security.headers import FILE_POLICY, SAVED_POLICY
from api.turns import NOTING, PATIENCE, READING
from docstore.errors import DocstoreError
from docstore.files import media
from docstore.services.giving import Giver, Held

log = structlog.get_logger("teczka.downloads")

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
# Everything else is offered for saving alone; a browser must never render a stranger's HTML or SVG.
_INLINE = frozenset({media.PDF})
_OPAQUE = frozenset({media.HTML, media.SVG, media.XML, "application/xhtml+xml"})


# How long a block gives way to requests that are being answered: with each, a reader still has
# 50 MB a second.
_MOMENT, _MOMENTS = 0.002, 10


class ObjectResponse:
    """Describes one stored file as an answer."""

    def __init__(
        self, held: Held, *, media_type: str, file_name: str, modified_at: datetime | None = None
    ) -> None:
        self.held, self.tag = held, f'"{held.sha256}"'
        # As HTTP tells it, to the second.
        self.modified_at = modified_at.replace(microsecond=0) if modified_at else None
        self.media_type = media.UNKNOWN if media_type in _OPAQUE else media_type
        self.file_name = file_name

    def answer(
        self,
        request: Request,
        giver: Giver,
        *,
        save: bool = False,
        is_public: bool = False,
        begun: Callable[[], object] | None = None,
    ) -> Response:
        """Return the whole file, the part asked for, or that nothing changed.

        `begun` is called in a thread once the file's first bytes were given: once for an answer
        that holds them; later parts belong to the same reading.
        """
        headers = self._headers(save=save, is_public=is_public)
        size, tag, modified_at = self.held.size, self.tag, self.modified_at
        status = unmet(request.headers, tag=tag, modified_at=modified_at)
        if status is HTTPStatus.NOT_MODIFIED:
            return Response(status_code=status, headers=headers)
        if status is not None:
            return problem(request, "condition_unmet")
        asked = None
        if request.method == "GET":  # a range means nothing to HEAD
            asked = part(request.headers, size=size, tag=tag, modified_at=modified_at)
        if isinstance(asked, HTTPStatus):
            answer = problem(request, "range_not_satisfiable", values={"size": size})
            answer.headers["Content-Range"] = f"bytes */{size}"
            return answer
        start, end = asked or (0, size)
        headers["Content-Length"] = str(end - start)
        status = HTTPStatus.OK
        if asked is not None:
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
            status = HTTPStatus.PARTIAL_CONTENT
        if request.method == "HEAD":
            return Response(status_code=status, headers=headers, media_type=self.media_type)
        return _Blocks(
            giver.part(self.held, start, end),
            begun=begun if start == 0 else None,
            headers=headers,
            status_code=status,
            media_type=self.media_type,
        )

    def _headers(self, *, save: bool, is_public: bool) -> dict[str, str]:
        inline = self.media_type in _INLINE and not save
        dated = {"Last-Modified": http_date(self.modified_at)} if self.modified_at else {}
        return {
            **dated,
            "ETag": self.tag,
            "Accept-Ranges": "bytes",
            "Cache-Control": "no-cache" if is_public else "private, no-cache",
            "Content-Disposition": disposition(self.file_name, inline=inline),
            "Content-Security-Policy": FILE_POLICY if inline else SAVED_POLICY,
        }


class _Blocks(StreamingResponse):
    """Sends blocks; one that cannot be given cuts the connection, so that nobody takes it for all.

    The answer has told its length: a server that is left before all of it came, and without the
    message that ends an answer, closes the connection, which every client knows for a failure.
    """

    def __init__(
        self,
        blocks: Iterator[bytes],
        *,
        begun: Callable[[], object] | None,
        headers: dict[str, str],
        status_code: int,
        media_type: str,
    ) -> None:
        super().__init__((), status_code, headers, media_type)
        self._next = partial(next, blocks, b"")
        self._begun = begun
        self._first = b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer, or as much of it as is sound."""
        # Read before the answer begins, so that a file that cannot be given is an error, not a cut.
        self._first = await READING.run(self._next, patience=PATIENCE)
        try:
            await super().__call__(scope, receive, send)
        except DocstoreError as error:
            log.warning("download_cut", error=error.code)

    async def stream_response(self, send: Send) -> None:
        """Send one block after another; what began is noted between the first and the second."""
        head = {"status": self.status_code, "headers": self.raw_headers}
        await send({"type": "http.response.start", **head})
        block, self._first = self._first, b""
        await _send_block(send, block)
        if self._begun is not None:
            await _noted(self._begun)
        while block:
            await _give_way()
            block = await READING.run(self._next)
            await _send_block(send, block)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _send_block(send: Send, block: bytes) -> None:
    if block:
        await send({"type": "http.response.body", "body": block, "more_body": True})


async def _give_way() -> None:
    """Let those go first who have nothing yet, for a moment.

    What is sent keeps both processors busy: without this, who comes last of many waits for the
    files of all the others.
    """
    working = to_thread.current_default_thread_limiter()
    for _ in range(_MOMENTS):
        if not working.borrowed_tokens:
            return
        await sleep(_MOMENT)


async def _noted(begun: Callable[[], object]) -> None:
    """Note that a download began, after its first bytes were given.

    A server killed in between has claimed nothing. Who turns away now was given them all the same,
    and what goes wrong with the note is no reason to keep the rest of the file from its reader.
    """
    with CancelScope(shield=True):
        try:
            await NOTING.run(begun)
        except Exception:  # the reader has begun to read: the file goes on, the log has the trace
            log.exception("download_not_noted")


def disposition(file_name: str, *, inline: bool) -> str:
    """Return a Content-Disposition that keeps Polish letters (RFC 6266, RFC 8187)."""
    name = _CONTROLS.sub("_", file_name)  # a line end would begin another header
    plain = name.encode("ascii", "replace").decode().replace('"', "'").replace("\\", "_")
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
