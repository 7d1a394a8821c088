"""A form's file goes to disk in few large pieces, however small those are that come."""

import hashlib
import os
from collections.abc import Iterator
from typing import cast

import anyio
import pytest
from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.types import Message

from api.form_files import form_of
from docstore.services.keeping import Incoming
from tests.integration.pages.conftest import Site

_COMES = 1 << 14
_MB = 1 << 20


def test_small_pieces_are_gathered_before_a_thread_writes_them(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, pieces = os.urandom(5 * _MB + 7), []
    write = Incoming.write

    def counted(self: Incoming, chunk: bytes) -> None:
        pieces.append(len(chunk))
        write(self, chunk)

    monkeypatch.setattr(Incoming, "write", counted)
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.bin"\r\n\r\n'
    body = head + data + b"\r\n--x--\r\n"
    messages: Iterator[Message] = (
        {"type": "http.request", "body": body[at : at + _COMES], "more_body": True}
        for at in range(0, len(body), _COMES)
    )

    async def receive() -> Message:
        return next(messages, {"type": "http.request", "body": b"", "more_body": False})

    async def spooled() -> str:
        headers = [(b"content-type", b"multipart/form-data; boundary=x")]
        request = Request({"type": "http", "method": "POST", "headers": headers}, receive)
        form = await form_of(request, site.parts.intake)
        (file,) = form.getlist("files")
        assert isinstance(file, UploadFile)
        sha256 = cast("Incoming", file.file).spooled().sha256
        await request.close()
        return sha256

    assert anyio.run(spooled) == hashlib.sha256(data).hexdigest()
    assert sum(pieces) == len(data)
    assert len(pieces) < 20
