"""One large upload, through page and interface, while small changes go on; both kinds of store.

    .venv/bin/python -m bench.uploads [MEGABYTES]

Memory is what the server's processes hold more than before, at most. The peer puts as many bytes
into the same store and does nothing else: the bare minio SDK, or a copy that waits for the disk.
"""

import argparse
import http.client
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from api import wiring
from api.security.cookies import sign_in_cookie
from bench._serving import Installation, found, memory, processor_seconds, served, spread
from bench._stores import NAMES, bare_client, stored
from bench.upload_to_found import item_of
from docstore.settings import Settings

_MB = 1 << 20
SMALL = 20
# Seconds between two looks at the server's memory, which themselves hold it up a little, and
# between two small changes.
_LOOK, _PAUSE = 0.1, 0.2
_LINE = "teczka-bench"
_PROOF = "proof"  # what the form's cookie and its field both say


@dataclass
class Load:
    """What was seen while a large upload was on its way: seconds, and bytes of memory."""

    seconds: float = 0.0
    before: int = 0
    most: int = 0
    processor: float = 0.0
    small: list[float] = field(default_factory=list)

    @property
    def more(self) -> int:
        """Return how many bytes more than before were held at once."""
        return self.most - self.before


@dataclass(frozen=True)
class Desk:
    """A served installation with one agenda item, and the clerk who uploads to it."""

    installation: Installation
    meeting_id: str
    item_id: str
    pid: int

    @property
    def cookies(self) -> dict[str, str]:
        """Return what the clerk's browser sends."""
        name = sign_in_cookie(self.installation.body.id)
        return {name: self.installation.token, "teczka_formularz": _PROOF}

    @property
    def headers(self) -> dict[str, str]:
        """Return the same as headers of a request that changes something."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": cookie, "X-CSRF-Token": _PROOF, "Accept": "application/json"}


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("megabytes", type=int, nargs="?", default=1000)
    size = arguments.parse_args().megabytes * _MB
    print(f"one upload of {size // _MB:,} MB, and {SMALL} small changes meanwhile")
    for name in NAMES:
        with tempfile.TemporaryDirectory() as temporary, stored(Path(temporary), name) as settings:
            with at_desk(settings) as desk:
                loads = {each.__name__: loaded(desk, each, size) for each in (interface, page)}
            peer = _peer(Path(temporary), settings, size)
        print(f"  {name}: peer alone {peer:.2f} s, {size / peer / 1e6:.0f} MB/s")
        for way, load in loads.items():
            print(
                f"    {way:<9} {load.seconds:6.2f} s, {peer / load.seconds:4.2f} of the peer"
                f" (limit: 0.6)   memory +{load.more / _MB:3.0f} MB (limit: 100)"
                f"   processor {load.processor:5.1f} s"
            )
            print(f"    {'':<9} small changes {spread(load.small)}   (limit: p95 200 ms)")


@contextmanager
def at_desk(settings: Settings) -> Iterator[Desk]:
    """Serve an installation with a meeting of one item."""
    parts = wiring.build(settings)
    installation = found(parts)
    meeting_id, item_id = item_of(parts.database, installation)
    parts.close()
    with served(settings) as (process, _):
        yield Desk(installation, meeting_id, item_id, process.pid)


# --- one large upload, watched ----------------------------------------------------------------


def loaded(desk: Desk, upload: Callable[[Desk, int], None], size: int) -> Load:
    """Upload once while small changes go on, and watch the server's memory."""
    _warm(desk, upload)
    before = memory(desk.pid)
    load, done = Load(before=before, most=before), threading.Event()
    others = [threading.Thread(target=each, args=(desk, load, done)) for each in (_watch, _change)]
    worked, start = processor_seconds(desk.pid), time.perf_counter()
    for other in others:
        other.start()
    try:
        upload(desk, size)
    finally:
        load.seconds = time.perf_counter() - start
        done.set()
        for other in others:
            other.join()
    load.processor = processor_seconds(desk.pid) - worked
    return load


def _warm(desk: Desk, upload: Callable[[Desk, int], None]) -> None:
    """Let the first of each kind load what later ones find loaded, down to the index."""
    upload(desk, _MB)
    once, done = Load(), threading.Event()
    done.set()
    _change(desk, once, done)
    ready = f"{desk.installation.settings.public_url}/readyz"
    while httpx2.get(ready, timeout=60).json()["waiting"]:
        time.sleep(0.1)


def _watch(desk: Desk, load: Load, done: threading.Event) -> None:
    while not done.wait(_LOOK):
        load.most = max(load.most, memory(desk.pid))


def _change(desk: Desk, load: Load, done: threading.Event) -> None:
    """Upload small files one after another: bytes, rows and a ledger entry each."""
    address = f"{desk.installation.settings.public_url}{_interface(desk)}"
    with httpx2.Client(cookies=desk.cookies, headers={"X-CSRF-Token": _PROOF}) as client:
        while len(load.small) < SMALL:
            content = os.urandom(2000)
            start = time.perf_counter()
            client.post(address, content=content, timeout=60).raise_for_status()
            load.small.append(time.perf_counter() - start)
            if not done.is_set():
                time.sleep(_PAUSE)


def _interface(desk: Desk) -> str:
    return f"/api/v1/bodies/probna/documents?file_name=zbior.bin&item_id={desk.item_id}"


def interface(desk: Desk, size: int) -> None:
    """Upload a file through the interface: the body is the file."""
    _sent(desk, _interface(desk), "application/octet-stream", _content(size), size)


def page(desk: Desk, size: int) -> None:
    """Upload a file through the page: a form with one file in it."""
    head = (
        f'--{_LINE}\r\nContent-Disposition: form-data; name="files"; filename="zbior.bin"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    tail = f"\r\n--{_LINE}--\r\n".encode()
    address = f"/probna/biuro/posiedzenia/{desk.meeting_id}/punkty/{desk.item_id}/pliki"
    body = (each for part in ([head], _content(size), [tail]) for each in part)
    length = len(head) + size + len(tail)
    _sent(desk, address, f"multipart/form-data; boundary={_LINE}", body, length)


def _content(size: int) -> Iterator[bytes]:
    """Yield so many bytes that no file held before."""
    block = os.urandom(_MB)
    for number in range(0, size, _MB):
        yield number.to_bytes(8) + block[8 : size - number]


def _sent(desk: Desk, address: str, kind: str, body: Iterator[bytes], length: int) -> None:
    place = httpx2.URL(desk.installation.settings.public_url)
    connection = http.client.HTTPConnection(place.host, place.port, timeout=600)
    headers = {**desk.headers, "Content-Type": kind, "Content-Length": str(length)}
    connection.request("POST", address, body=body, headers=headers)
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    assert answer.status in {200, 201}, (answer.status, said)


# --- the peer ---------------------------------------------------------------------------------


def _peer(folder: Path, settings: Settings, size: int) -> float:
    """Return the seconds that the bare store takes for a file that is already on disk."""
    source = folder / "peer"
    with source.open("wb") as file:
        file.writelines(_content(size))
    if settings.s3_access_key is None:
        start = time.perf_counter()
        with source.open("rb") as file, (folder / "copy").open("wb") as target:
            shutil.copyfileobj(file, target, _MB)
            target.flush()
            os.fsync(target.fileno())
        return time.perf_counter() - start
    client, bucket = bare_client(settings)
    start = time.perf_counter()
    client.fput_object(bucket, "copy", str(source))
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
