"""A form's file goes to disk in few large pieces, however small those are that come."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from typing import cast

import anyio
import anyio.lowlevel
import pytest
from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect
from starlette.types import Message

from api.form_files import form_of, gathered
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


def test_the_next_piece_comes_in_while_one_is_written() -> None:
    """Whoever has a piece in hand gives the loop its turn; by then the next one was asked for."""
    asked: list[int] = []

    async def coming() -> AsyncIterator[bytes]:
        for number in range(4):
            asked.append(number)
            yield b"x" * _MB

    async def taken() -> list[int]:
        seen = []
        async for _ in gathered(coming()):
            await anyio.lowlevel.checkpoint()
            seen.append(len(asked))
        return seen

    assert anyio.run(taken) == [2, 3, 4, 4]


def test_a_sender_who_goes_away_ends_it_and_leaves_nothing_running() -> None:
    async def coming() -> AsyncIterator[bytes]:
        yield b"x" * _MB
        raise ClientDisconnect

    async def taken() -> int:
        pieces = gathered(coming())
        first = await anext(pieces)
        with pytest.raises(ClientDisconnect):
            await anext(pieces)
        assert len(asyncio.all_tasks()) == 1
        return len(first)

    assert anyio.run(taken) == _MB


def test_who_has_enough_stops_it_and_leaves_nothing_running() -> None:
    async def coming() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * _MB

    async def taken() -> None:
        async with aclosing(gathered(coming())) as pieces:
            async for _ in pieces:
                break
        assert len(asyncio.all_tasks()) == 1

    anyio.run(taken)
