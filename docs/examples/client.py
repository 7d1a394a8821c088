"""Teczka's main job by a program: a meeting from its agenda to the act that everybody finds.

    export TECZKA_TOKEN=teczka_...    # from your account's page: read, upload, prepare, publish
    python client.py https://teczka.example piechowice projekt.pdf uzasadnienie.pdf

Python 3.11 alone is needed. Take it, change it: it is short on purpose.
"""

import argparse
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

TRIES = 6
SLOWEST = 60  # seconds without an answer before a request is sent again


class Refused(Exception):
    """The interface said no; `code` tells why, and `str()` says it to a person."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(problem["detail"])
        self.code: str = problem["code"]


class Teczka:
    """One council's interface, as the owner of a token, or as the public without one."""

    def __init__(self, address: str, slug: str, token: str = "") -> None:
        self._home = f"{address.rstrip('/')}/api/v1/bodies/{slug}"
        self._token = token

    def get(self, path: str, **query: Any) -> Any:
        """Read something."""
        return self._send("GET", path, query)

    def post(self, path: str, **ask: Any) -> Any:
        """Do something, once, however often the connection breaks."""
        return self._send("POST", path, {}, json.dumps(ask).encode(), "application/json")

    def put(self, path: str, **ask: Any) -> Any:
        """Set something; to set it twice is the same."""
        return self._send("PUT", path, {}, json.dumps(ask).encode(), "application/json")

    def upload(self, file: Path, **query: Any) -> Any:
        """Send a file and tell how far it is."""
        query["file_name"] = file.name
        return self._send("POST", "/documents", query, file, "application/octet-stream")

    def all(self, path: str) -> Iterator[Any]:
        """Read every page of a list."""
        page = self.get(path)
        yield from page["items"]
        while page["next"]:
            page = self.get(path, after=page["next"])
            yield from page["items"]

    def _send(
        self, method: str, path: str, query: dict[str, Any], body: Any = None, kind: str = ""
    ) -> Any:
        """Send a request until there is an answer; the key makes a second try harmless."""
        address = f"{self._home}{path}?{urllib.parse.urlencode(query)}"
        headers = {"Accept": "application/json", "Content-Type": kind}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid.uuid4())
        if isinstance(body, Path):
            headers["Content-Length"] = str(body.stat().st_size)
        for number in range(1, TRIES + 1):
            data = _read(body) if isinstance(body, Path) else body
            request = urllib.request.Request(address, data, headers, method=method)
            try:
                with urllib.request.urlopen(request, timeout=SLOWEST) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                problem = json.load(error)
                is_soon = error.code in (429, 503) or problem["code"] == "request_under_way"
                if not is_soon or number == TRIES:
                    raise Refused(problem) from error
                wait = int(error.headers.get("Retry-After", 5))
            except OSError:  # refused, cut, timed out: nobody knows whether it was done
                if number == TRIES:
                    raise
                wait = number
            print(f"  {path}: once more in {wait} s", file=sys.stderr)
            time.sleep(wait)
        raise AssertionError("the last try returns or raises")


def _read(file: Path) -> Iterator[bytes]:
    """Yield a file piece by piece, and say how far it is."""
    size, sent = file.stat().st_size, 0
    with file.open("rb") as source:
        while piece := source.read(1 << 20):
            yield piece
            sent += len(piece)
            print(f"  {file.name}: {100 * sent // size}%", file=sys.stderr)


def publish(office: Teczka, meeting: str, revision: int) -> Any:
    """Publish a packet as soon as every file has been read."""
    while True:
        try:
            return office.post(f"/meetings/{meeting}/packets", revision=revision)
        except Refused as refusal:
            if refusal.code != "packet_waiting":
                raise
            time.sleep(0.5)


def main() -> None:
    """Walk from a new meeting to an act that the public finds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("address")
    parser.add_argument("slug")
    parser.add_argument("files", nargs="+", type=Path, help="the draft first, then its annexes")
    told = parser.parse_args()
    office = Teczka(told.address, told.slug, os.environ["TECZKA_TOKEN"])
    public = Teczka(told.address, told.slug)

    starts_at = (datetime.now().astimezone() + timedelta(days=7)).isoformat(timespec="minutes")
    meeting = office.post("/meetings", starts_at=starts_at, place="sala nr 7")
    items = [
        {"title": "Otwarcie sesji"},
        {"title": "Podjęcie uchwały w sprawie opłaty targowej", "druk": "1"},
    ]
    draft = office.post(
        f"/meetings/{meeting['id']}/items", revision=meeting["revision"], items=items
    )
    paper = draft["items"][1]["papers"][0]
    for file in told.files:
        role = "main" if file == told.files[0] else "annex"
        version = office.upload(file, paper_id=paper["id"], role=role)
        print(f"uploaded {file.name}: {version['sha256']}")

    packet = publish(office, meeting["id"], draft["revision"])
    print(f"published packet {packet['number']}")
    deliveries = f"/packets/{packet['id']}/deliveries"
    while any(each["state"] == "waiting" for each in office.all(deliveries)):
        time.sleep(0.5)
    for each in office.all(deliveries):
        print(f"{each['name']}: {each['state']}, opened: {each['opened_at'] or 'not observed'}")

    number = f"I/1/{starts_at[2:4]}"  # the session, the act, the year
    outcome = f"/considerations/{paper['consideration_id']}/outcome"
    counts = {"in_favour": 14, "against": 0, "abstained": 1}
    office.put(outcome, outcome="adopted", number=number, counts=counts)
    act = office.post(f"/papers/{paper['id']}/publication")
    print(f"published act {act['number']}: {act['url']}")

    found: Any = {"items": []}
    while not any(hit["is_act"] for hit in found["items"]):
        found = public.get("/search", q="opłata targowa")
        time.sleep(0.2)
    print(f"found by everybody: {found['items'][0]['snippet']}")


if __name__ == "__main__":
    main()
