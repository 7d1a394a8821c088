"""Twenty-five notices from the press that publishes to the last one at the mail server; 5,000 more.

Those 5,000 wait when the server starts; they are timed from the first one accepted to the last.

    .venv/bin/python -m bench.notices [WAITING]

The mail server is a real aiosmtpd on this machine, in a process of its own. The floor is a bare
loop of smtplib that hands a like server as many mails, of the very kind that Teczka sent.
"""

import argparse
import smtplib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

from api import wiring
from api.wiring import Parts
from bench._serving import Installation, browser, found, processor_seconds, served, settings_of
from bench.upload_to_found import item_of, pdf
from docstore import outbox
from docstore.models import Meeting
from docstore.services import organizations, packets, people, seats
from docstore.services.acting import Acting
from docstore.services.documents import NewDocument, Owner

COUNCILLORS, MEETINGS, WAITING = 25, 5, 5_000
LIMIT = 0.5
# Takes every mail, writes one line for each, and keeps the first in the file it was given.
_SERVER = """
import pathlib, sys, threading
kept = pathlib.Path(sys.argv[2])
from aiosmtpd.controller import Controller
class Taker:
    async def handle_DATA(self, server, session, envelope):
        if not kept.exists():
            kept.write_bytes(envelope.content)
        print(len(envelope.content), flush=True)
        return "250 OK"
Controller(Taker(), hostname="127.0.0.1", port=int(sys.argv[1])).start()
threading.Event().wait()
"""


@contextmanager
def mail_server(kept: Path) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """Run a mail server; give its port and its process, whose lines tell of mails."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(port), str(kept)], stdout=subprocess.PIPE, text=True
    )
    try:
        _until_open(port)
        yield port, process
    finally:
        process.terminate()
        process.wait(20)


def _until_open(port: int) -> None:
    start = time.perf_counter()
    while time.perf_counter() - start < 60:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            continue
        return
    raise TimeoutError(port)


def sizes(server: subprocess.Popen[str], count: int = COUNCILLORS) -> list[int]:
    """Wait for so many mails; return their sizes."""
    assert server.stdout is not None
    return [int(server.stdout.readline()) for _ in range(count)]


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("waiting", type=int, nargs="?", default=WAITING)
    count = arguments.parse_args().waiting
    with _place() as folder, mail_server(folder / "mail") as (port, server):
        taken, size = _teczka(folder, port, server)
        floor = [_bare(port, server, folder / "mail") for _ in range(MEETINGS)]
    print(f"{COUNCILLORS} notices of {size / 1000:.0f} kB, {MEETINGS} packets; publishing to last")
    for name, each in (("teczka, packet's files made", taken), ("floor, smtplib alone", floor)):
        middle, worst = statistics.median(each), max(each)
        limit = "   (limit: 5 s)" if each is taken else ""
        print(f"  {name:<28} median {middle:6.2f} s   worst {worst:6.2f} s{limit}")
    with _place() as folder, mail_server(folder / "mail") as (port, server):
        seconds, worked, size = _waiting(folder, port, server, count)
        alone = _bare(port, server, folder / "mail", count)
    print(f"{count:,} notices of {size / 1000:.0f} kB that wait, from the first to the last")
    print(
        f"  teczka  {count / seconds:6.0f} a second, {alone / seconds:4.2f} of the floor"
        f" (limit: {LIMIT})   processor {worked / count * 1000:5.2f} ms each"
    )
    print(f"  floor   {count / alone:6.0f} a second")


def _teczka(folder: Path, port: int, server: subprocess.Popen[str]) -> tuple[list[float], int]:
    """Publish one packet after another and wait for its mails at the server."""
    settings = settings_of(folder / "data").model_copy(
        update={"smtp_url": f"smtp://127.0.0.1:{port}"}
    )
    parts = wiring.build(settings)
    installation = found(parts)
    _seat(parts, installation, COUNCILLORS)
    meetings = [item_of(parts.database, installation) for _ in range(MEETINGS)]
    taken, size = [], 0
    with served(settings), browser(installation) as client:
        for number, (meeting_id, item_id) in enumerate(meetings):
            desk = f"/probna/biuro/posiedzenia/{meeting_id}"
            client.get(desk)
            proof = {"X-CSRF-Token": client.cookies["teczka_formularz"]}
            file = pdf(folder, f"projekt{number}")
            client.post(
                f"{desk}/punkty/{item_id}/pliki",
                files=[("files", (file.name, file.read_bytes()))],
                headers={**proof, "Accept": "application/json"},
            ).raise_for_status()
            with parts.database.reading() as session:
                ask = {"revision": session.get_one(Meeting, meeting_id).revision}
            packets = f"/api/v1/bodies/probna/meetings/{meeting_id}/packets"
            start = time.perf_counter()
            while client.post(packets, json=ask, headers=proof).status_code != 201:  # being read
                start = time.perf_counter()
            size = max(sizes(server))
            taken.append(time.perf_counter() - start)
    parts.close()
    return taken, size


def _waiting(
    folder: Path, port: int, server: subprocess.Popen[str], count: int
) -> tuple[float, float, int]:
    """Publish for so many while nobody sends; then serve, and time the mails at the server.

    Returns seconds from the first to the last, the server's processor seconds, the largest size.
    """
    settings = settings_of(folder / "data").model_copy(
        update={"smtp_url": f"smtp://127.0.0.1:{port}"}
    )
    parts = wiring.build(settings)
    installation = found(parts)
    _seat(parts, installation, count)
    meeting_id, item_id = item_of(parts.database, installation)
    parts.intake.add_document(
        installation.clerk.id,
        body_id=installation.body.id,
        new=NewDocument(Owner(item_id=item_id)),
        file_name="projekt.txt",
        source=iter([b"projekt"]),
    )
    lanes = parts.lanes()
    outbox.drain(parts.database, parts.clock, {**lanes["reading"], **lanes["indexing"]})
    with parts.database.transaction() as session:
        packets.publish(
            session,
            Acting(installation.clerk.id, parts.clock.now()),
            body_id=installation.body.id,
            meeting_id=meeting_id,
            revision=session.get_one(Meeting, meeting_id).revision,
            personal_data_reason="pomiar",
        )
    parts.close()
    with served(settings) as (process, _):
        size = max(sizes(server, 1))
        start, before = time.perf_counter(), processor_seconds(process.pid)
        size = max(size, *sizes(server, count - 1))
        return time.perf_counter() - start, processor_seconds(process.pid) - before, size


def _seat(parts: Parts, installation: Installation, count: int) -> None:
    """Seat the councillors, and a term for them to sit in."""
    with parts.database.transaction() as session:
        acting = Acting(None, parts.clock.now())
        council = organizations.council(session, installation.body.id)
        for number in range(count):
            person = people.add_person(
                session, acting, body_id=installation.body.id,
                name=f"Radna {number}", email=f"radna{number}@rada.example",
            )  # fmt: skip
            seats.seat(
                session, acting, person=person, organization=council, role="member",
                starts_on=date(2024, 5, 7),
            )  # fmt: skip


def _bare(port: int, server: subprocess.Popen[str], kept: Path, count: int = COUNCILLORS) -> float:
    """Hand over as many mails of that kind over one connection, with nothing between."""
    mail = message_from_bytes(kept.read_bytes(), policy=SMTP)
    start = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as client:
        for _ in range(count):
            client.send_message(mail)
    sizes(server, count)
    return time.perf_counter() - start


@contextmanager
def _place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as temporary:
        yield Path(temporary)


if __name__ == "__main__":
    main()
