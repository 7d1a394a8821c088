"""Councillors open the same packet at once, while the office works; both kinds of store.

    .venv/bin/python -m bench.downloads [COUNCILLORS] [MEGABYTES]

The server has given out another file before, as one has that runs since yesterday; of the file that
everybody wants it has read nothing. The peer is nginx with sendfile, which gives the same file to
as many and checks nothing.
"""

import argparse
import http.client
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import httpx2
from sqlalchemy import delete

from api import wiring
from api.security.cookies import sign_in_cookie
from api.wiring import Parts
from bench._serving import (
    Installation,
    browser,
    found,
    memory,
    processor_seconds,
    served,
    settings_of,
    spread,
)
from bench._stores import NAMES, stored
from bench.upload_to_found import item_of
from docstore.files import media
from docstore.models import Meeting, OutboxMessage
from docstore.services import organizations, packets, people, renditions, seats, signins
from docstore.services.acting import Acting
from docstore.services.documents import NewDocument, Owner
from docstore.services.keeping import keep, spool
from docstore.services.renditions import Learned, Made
from docstore.settings import Settings

_MB = 1 << 20
_PIECE = 1 << 18


@dataclass
class Opened:
    """What came of everybody opening the packet: seconds, and bytes."""

    seconds: float = 0.0
    first: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    size: int = 0
    processor: float = 0.0
    more: int = 0

    def __str__(self) -> str:
        """Return the line of the table."""
        return (
            f"{self.size / self.seconds / 1e6:6.0f} MB/s in sum   first byte {spread(self.first)}"
            f"   processor {self.processor:5.1f} s"
        )


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("councillors", type=int, nargs="?", default=25)
    arguments.add_argument("megabytes", type=int, nargs="?", default=60)
    asked = arguments.parse_args()
    size = asked.megabytes * _MB
    print(f"{asked.councillors} councillors open the same packet of {asked.megabytes} MB at once")
    for name in NAMES:
        with tempfile.TemporaryDirectory() as temporary, stored(Path(temporary), name) as settings:
            opened = of_teczka(settings, asked.councillors, size)
        print(f"  {name:<10} {opened}")
        print(f"  {'':<10} (limits: 125 MB/s, p95 200 ms)   memory +{opened.more / _MB:.0f} MB")
        print(f"  {'':<10} the office's desk meanwhile {spread(opened.pages)}   (limit: 500 ms)")
    with tempfile.TemporaryDirectory() as temporary:
        print(f"  {'nginx':<10} {_of_nginx(Path(temporary), asked.councillors, size)}")


# --- what is opened ---------------------------------------------------------------------------


def of_teczka(settings: Settings, councillors: int, size: int) -> Opened:
    """Publish a packet and let everybody open it."""
    parts = wiring.build(settings)
    installation = found(parts)
    cookies = _seat(parts, installation, councillors)
    meeting_id = _published(parts, installation, size)
    parts.close()
    desk = f"/probna/biuro/posiedzenia/{meeting_id}"
    with served(settings) as (process, _), browser(installation) as office:
        office.get(desk).raise_for_status()
        path = f"/probna/moje/{meeting_id}/1/pakiet"
        # Each process has answered before: the first answer of one compiles what it asks.
        _open_all(Opened(), settings.public_url, f"{path}.zip", cookies)
        before, worked = memory(process.pid), processor_seconds(process.pid)
        watching = _Watching(process.pid)
        opened, done = Opened(), threading.Event()
        others = [
            threading.Thread(target=watching.until, args=(done,)),
            threading.Thread(target=_work, args=(office, desk, opened, done)),
        ]
        for other in others:
            other.start()
        _open_all(opened, settings.public_url, f"{path}.pdf", cookies)
        done.set()
        for other in others:
            other.join()
        opened.processor = processor_seconds(process.pid) - worked
        opened.more = watching.most - before
    return opened


class _Watching:
    """The most memory that a server held."""

    def __init__(self, pid: int) -> None:
        self._pid, self.most = pid, 0

    def until(self, done: threading.Event) -> None:
        while not done.wait(0.1):  # a look holds the server up a little
            self.most = max(self.most, memory(self._pid))


def _work(office: httpx2.Client, desk: str, opened: Opened, done: threading.Event) -> None:
    while not opened.pages or not done.wait(0.02):
        start = time.perf_counter()
        office.get(desk).raise_for_status()
        opened.pages.append(time.perf_counter() - start)


def _seat(parts: Parts, installation: Installation, councillors: int) -> list[str]:
    """Seat councillors who are signed in; return the cookie of each."""
    name = sign_in_cookie(installation.body.id)
    cookies = []
    with parts.database.transaction() as session:
        acting = Acting(None, parts.clock.now())
        council = organizations.council(session, installation.body.id)
        for number in range(councillors):
            person = people.add_person(
                session, acting, body_id=installation.body.id, name=f"Radna {number}", email=""
            )
            seats.seat(
                session, acting, person=person, organization=council, role="member",
                starts_on=date(2024, 5, 7),
            )  # fmt: skip
            token, _ = signins.open_sign_in(
                session, acting, person=person, by="link", device="bench"
            )
            cookies.append(f"{name}={token}")
    return cookies


def _published(parts: Parts, installation: Installation, size: int) -> str:
    """Publish a packet of one document; its merged PDF is a file of this size."""
    body_id = installation.body.id
    meeting_id, item_id = item_of(parts.database, installation)
    version = parts.intake.add_document(
        installation.clerk.id,
        body_id=body_id,
        new=NewDocument(Owner(item_id=item_id)),
        file_name="projekt.txt",
        source=iter([b"projekt"]),
    )
    facts = Learned(media.TEXT, None, "text", False, False, (), (), ("projekt",))
    now = parts.clock.now()
    made = [
        _made(parts, body_id, "packet_pdf", media.PDF, size),
        _made(parts, body_id, "packet_zip", media.ZIP, _MB),
    ]
    with parts.database.transaction() as session:
        renditions.learn(session, version_id=version.id, facts=facts, at=now)
        packet = packets.publish(
            session,
            Acting(installation.clerk.id, now),
            body_id=body_id,
            meeting_id=meeting_id,
            revision=session.get_one(Meeting, meeting_id).revision,
            personal_data_reason="pomiar",
        )
        for each in made:
            renditions.put(session, body_id=body_id, made=each, at=now, packet_id=packet.id)
        # Nothing is to be made or sent: what is measured is the giving out.
        session.execute(delete(OutboxMessage))
    return meeting_id


def _made(parts: Parts, body_id: str, kind: str, media_type: str, size: int) -> Made:
    """Store a file of this size as one that was made of a packet."""
    with spool(_content(size), parts.settings.spool_dir, limit=size) as file:
        keep(parts.database, parts.store, body_id=body_id, file=file, at=parts.clock.now())
        return Made(kind, media_type, file.sha256, file.size, 1, "bench")


def _content(size: int) -> Iterator[bytes]:
    for at in range(0, size, _MB):
        yield os.urandom(min(_MB, size - at))


# --- everybody at once ------------------------------------------------------------------------


def _open_all(opened: Opened, url: str, path: str, cookies: Sequence[str]) -> None:
    """Open a file once for each cookie, all at the same moment."""
    ready = threading.Barrier(len(cookies) + 1)

    def one(cookie: str) -> tuple[float, int]:
        place = httpx2.URL(url)
        connection = http.client.HTTPConnection(place.host, place.port, timeout=600)
        connection.connect()
        ready.wait()
        start = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        assert answer.status == 200, answer.status
        room = bytearray(_PIECE)
        size = answer.readinto(room)
        first = time.perf_counter() - start
        while more := answer.readinto(room):
            size += more
        assert size == int(answer.headers["Content-Length"])
        connection.close()
        return first, size

    with ThreadPoolExecutor(len(cookies)) as pool:
        all_of_them = [pool.submit(one, cookie) for cookie in cookies]
        ready.wait()
        start = time.perf_counter()
        for each in all_of_them:
            first, size = each.result()
            opened.first.append(first)
            opened.size += size
    opened.seconds = time.perf_counter() - start


# --- the peer ---------------------------------------------------------------------------------

_NGINX = """
daemon off; worker_processes auto; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    sendfile on; access_log off; {places}
    server {{ listen 127.0.0.1:{port}; root {folder}/files; }}
}}
"""


def _of_nginx(folder: Path, councillors: int, size: int) -> Opened | str:
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        return "is not installed here"
    (folder / "files").mkdir()
    folder.chmod(0o755)  # where we are root, its workers are somebody else
    with (folder / "files" / "pakiet.pdf").open("wb") as file:
        file.writelines(_content(size))
    with nginx(program, folder) as (url, pid):
        opened, worked = Opened(), processor_seconds(pid)
        _open_all(opened, url, "/pakiet.pdf", [""] * councillors)
        opened.processor = processor_seconds(pid) - worked
    return opened


@contextmanager
def nginx(program: str, folder: Path) -> Iterator[tuple[str, int]]:
    """Serve a folder's files by nginx; give its address and process."""
    settings = settings_of(folder)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    config = folder / "nginx.conf"
    config.write_text(_NGINX.format(folder=folder, port=settings.port, places=places))
    process = subprocess.Popen([program, "-c", config, "-p", folder, "-e", folder / "error.log"])
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", settings.port), 1).close()
            except ConnectionRefusedError:
                assert process.poll() is None, "nginx did not start"
                time.sleep(0.05)
            else:
                break
        yield settings.public_url, process.pid
    finally:
        process.terminate()
        process.wait(20)


if __name__ == "__main__":
    main()
