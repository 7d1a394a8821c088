"""Files as they come: each is hashed and written into the spool, a mebibyte in one go."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress

from fastapi import Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser

from docstore.services.keeping import Incoming
from docstore.services.versions import Intake

# What one form may hold: a folder of files without scripts, the outcomes of a long session.
MOST_FILES = 1000
MOST_FIELDS = 10_000
_MULTIPART = "multipart/form-data"
# Bytes that are hashed and written in one go.
_PIECE = 1 << 20


async def gathered(stream: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """Yield a stream in pieces large enough to be worth a thread's turn.

    The next piece comes in while whoever was given one writes it.
    """
    coming = asyncio.ensure_future(_piece(stream))
    try:
        while piece := await coming:
            coming = asyncio.ensure_future(_piece(stream))
            yield piece
    finally:
        coming.cancel()
        with suppress(asyncio.CancelledError, Exception):  # nobody wants it any more
            await coming


async def _piece(stream: AsyncIterator[bytes]) -> bytes:
    """Return the next piece; an empty one is the end."""
    piece = bytearray()
    async for chunk in stream:
        piece += chunk
        if len(piece) >= _PIECE:
            break
    return bytes(piece)


async def form_of(request: Request, intake: Intake) -> FormData:
    """Return a request's form, read once; its files are `Incoming`, and go when it is closed.

    The framework's own parser would write a file once for itself, and the spool again.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if request._form is None and kind == _MULTIPART:  # noqa: SLF001 - where the framework looks first
        parser = _Parser(request, intake)
        try:
            request._form = await parser.parse()  # noqa: SLF001 - the same
        except MultiPartException as error:
            raise HTTPException(status_code=400, detail=error.message) from error
    return await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS)


class _Parser(MultiPartParser):
    """Gives each file of a form a place in the spool instead of one of its own."""

    def __init__(self, request: Request, intake: Intake) -> None:
        super().__init__(
            request.headers,
            gathered(request.stream()),
            max_files=MOST_FILES,
            max_fields=MOST_FIELDS,
        )
        self._intake = intake

    def on_headers_finished(self) -> None:
        """Begin a part, which may be a file."""
        super().on_headers_finished()
        upload = self._current_part.file
        if upload is None:
            return
        self._files_to_close_on_error.pop().close()
        incoming = Incoming(
            self._intake.spool_dir, limit=self._intake.limit, room=self._intake.room
        )
        upload.file = incoming  # type: ignore[assignment]  # all of a file that a form's part needs
        self._files_to_close_on_error.append(incoming)  # type: ignore[arg-type]  # only closed
