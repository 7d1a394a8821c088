"""A record as the first released schema had it: rows in every table, made by code.

Frozen: these rows are what an installation of the first release may hold, whatever came later.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from sqlalchemy import MetaData
from sqlalchemy.orm import Session

from docstore.backup.taking import Named
from docstore.database import Database
from docstore.migrations import migrate
from docstore.objects.seam import ObjectStore, object_key
from docstore.rules.canonical import EMPTY_HEAD, canonical_json, chain, leaf_hash
from tests.rows import Row, fill

REVISION = "0001"
BODY = "b0dy000000000001"
MEMBER, GUEST, CLERK = (f"person000000000{n}" for n in (1, 2, 3))
AT = datetime(2026, 10, 30, 8, 15, 30, 654321, tzinfo=UTC)
DOGS = "UCHWAŁA NR XLV/312/2018 w sprawie opłaty od posiadania psów".encode()
INVITATION, DRAFT, PDF = b"Zaproszenie na sesje", b"Projekt uchwaly", b"%PDF-1.7 postac pochodna"
OBJECTS = [DOGS, INVITATION, DRAFT, PDF]


def sha256(data: bytes) -> str:
    """Return an object's hash."""
    return hashlib.sha256(data).hexdigest()


def first_record(database: Database, store: ObjectStore) -> MetaData:
    """Make a record of the first release, with its objects; return its tables."""
    migrate(database, REVISION)
    metadata = MetaData()
    metadata.reflect(database.engine, only=lambda name, _: name != "alembic_version")
    with database.transaction() as session:
        made = fill(session, metadata, _rows())
    assert [name for name, rows in made.items() if not rows] == []
    for data in OBJECTS:
        store.put(object_key(BODY, sha256(data)), BytesIO(data), size=len(data))
    return metadata


def named(_session: Session) -> list[Named]:
    """Return the objects that the rows name, as the first release found them."""
    return sorted((BODY, sha256(data), len(data)) for data in OBJECTS)


def _ledger() -> tuple[list[Row], list[Row]]:
    entries: list[Row] = []
    head = EMPTY_HEAD
    for seq, (kind, facts) in enumerate(
        [
            ("body_added", {}),
            ("version_added", {"version": "version000000001", "sha256": sha256(DOGS)}),
            ("packet_published", {"packet": "packet0000000001"}),
            (
                "packet_opened",
                {"packet": "packet0000000001", "person": MEMBER, "subject": ""},
            ),
        ],
        start=1,
    ):
        entry = canonical_json(
            {"at": "2026-10-30T08:15:30.654+00:00", "by": CLERK, "kind": kind, "seq": seq, **facts}
        )
        leaf = leaf_hash(entry)
        head = chain(head, leaf)
        entries.append(
            {
                "body_id": BODY,
                "seq": seq,
                "entry": entry.decode(),
                "leaf_hash": leaf.hex(),
                "chain_hash": head.hex(),
            }
        )
    return entries, [{"body_id": BODY, "seq": len(entries), "chain_hash": head.hex()}]


def _versions() -> Iterator[Row]:
    for number, data in enumerate((DOGS, INVITATION, DRAFT), start=1):
        yield {
            "id": f"version00000000{number}",
            "document_id": f"document0000000{number}",
            "number": 1,
            "sha256": sha256(data),
            "size": len(data),
            "media_type": "text/plain",
            "file_name": f"plik {number}.txt",
            "author_id": CLERK,
            "revision": 2,
            "indexed": 2,
        }


def _rows() -> Mapping[str, Sequence[Row]]:
    """Return what must be as it is; everything else of a row is made up by type."""
    entries, heads = _ledger()
    versions = list(_versions())
    ids: list[str] = [row["id"] for row in versions]
    return {
        **_council(),
        **_matters(),
        "version": versions,
        "version_audience": [
            {"version_id": ids[0], "token": "public"},
            {"version_id": ids[1], "token": f"body:{BODY}:member"},
            {"version_id": ids[2], "token": f"body:{BODY}:office"},
        ],
        "stored_object": [
            {"body_id": BODY, "sha256": sha256(data), "size": len(data), "state": "present"}
            for data in OBJECTS
        ],
        "facts": [
            {
                "version_id": each,
                "media_type": "text/plain",
                "text_state": "text",
                "problems": ["needs_rendition"],
                "personal_data": [{"page": 1, "kind": "phone", "value": "600 100 200"}],
            }
            for each in ids
        ],
        "page_text": [
            {"version_id": ids[0], "page": 1, "text": DOGS.decode()},
            {"version_id": ids[0], "page": 2, "text": "§ 1. Stawka wynosi 40 zł."},
            {"version_id": ids[1], "page": 1, "text": INVITATION.decode()},
        ],
        "rendition": [
            {
                "version_id": ids[0],
                "packet_id": None,
                "kind": "pdf",
                "sha256": sha256(PDF),
                "size": len(PDF),
                "problem": "",
            },
            {"version_id": ids[1], "packet_id": None, "sha256": None, "problem": "render_broken"},
        ],
        "exclusion": [
            {
                "document_id": "document00000003",
                "version_id": ids[2],
                "legal_ground": "privacy",
                "index_cleared_at": AT,
            }
        ],
        "ledger_entry": entries,
        "ledger_head": heads,
        "outbox_message": [
            {"id": 1, "topic": "version.read", "key": ids[0], "payload": {}, "failed_at": None},
            {"id": 5, "topic": "delivery.send", "payload": {"body": BODY}, "done_at": None},
        ],
    }


def _council() -> Mapping[str, Sequence[Row]]:
    return {
        "body": [
            {
                "id": BODY,
                "slug": "piechowice",
                "name": "Rada Miejska w Piechowicach",
                "kind": "miasto",
                "time_zone": "Europe/Warsaw",
                "emblem_sha256": sha256(PDF),
                "own_phones": ["757617291"],
            }
        ],
        "organization": [
            {"name": "Rada Miejska", "kind": "council"},
            {"name": "Komisja Rewizyjna", "kind": "committee"},
        ],
        "person": [
            {"id": MEMBER, "name": "Łucja Żółć", "email": "lucja@piechowice.example"},
            {"id": GUEST, "name": "Jan Gość", "email": ""},
            {"id": CLERK, "name": "Ewa Sekretarz", "email": "ewa@piechowice.example"},
        ],
        "membership": [{"person_id": MEMBER, "role": "chair", "ends_on": None}],
        "guest": [{"person_id": GUEST, "function": "burmistrz", "ends_on": None}],
        "duty": [{"person_id": CLERK, "role": "administrator"}],
        "credential": [{"person_id": CLERK, "password_hash": "$argon2id$v=19$zmyślone"}],
        "sign_in": [{"person_id": MEMBER, "by": "link"}],
        "link": [{"person_id": MEMBER}],
        "installation": [{"id": 1, "is_demo": False}],
    }


def _packet() -> dict[str, Any]:
    """Return a packet with its manifest, frozen as the first release froze it."""
    meeting: dict[str, Any] = {
        "id": "meeting000000001",
        "kind": "ordinary",
        "number": 53,
        "title": "",
        "place": "sala nr 7",
        "starts_at": "2026-11-26T09:00:00+00:00",
    }
    file: dict[str, Any] = {
        "withheld": False,
        "paper": None,
        "document": "document00000002",
        "role": "invitation",
        "title": "Zaproszenie",
        "version": "version000000002",
        "number": 1,
        "file_name": "plik 2.txt",
        "media_type": "text/plain",
        "size": len(INVITATION),
        "sha256": sha256(INVITATION),
        "pages": None,
        "first_page": None,
        "merged": False,
        "problems": [],
    }
    manifest = canonical_json(
        {
            "format": "teczka-packet/1",
            "body": BODY,
            "packet": 1,
            "published_at": AT.isoformat(),
            "previous": None,
            "meeting": meeting,
            "files": [file],
            "items": [],
        }
    )
    return {
        "id": "packet0000000001",
        "number": 1,
        "manifest": manifest.decode(),
        "manifest_sha256": sha256(manifest),
        "changes": [],
    }


def _matters() -> Mapping[str, Sequence[Row]]:
    packet = _packet()
    return {
        "meeting": [{"id": "meeting000000001", "kind": "ordinary", "state": "published"}],
        "agenda_item": [{"depth": 0, "label": "1"}, {"depth": 1, "label": "1a"}],
        "paper": [
            {
                "kind": "resolution",
                "number": "XLV/312/2018",
                "number_key": "45/312/2018",
                "adopted_on": date(2018, 2, 28),
                "status": "in_force",
            },
            {"kind": "resolution", "number": "", "number_key": None, "status": "unknown"},
        ],
        "consideration": [{"outcome": "adopted"}, {"outcome": "pending"}],
        "document": [
            {
                "id": f"document0000000{number}",
                "role": "main",
                "audience": "members_and_guests",
                "audience_ids": [],
                "removed_at": None,
                **dict.fromkeys({"paper_id", "item_id", "meeting_id"} - {owner}),
            }
            for number, owner in enumerate(("paper_id", "meeting_id", "item_id"), start=1)
        ],
        "packet": [packet],
        "packet_entry": [
            {
                "packet_id": packet["id"],
                "position": 0,
                "version_id": "version000000002",
                "item_position": -1,
            }
        ],
        "notice": [{"kind": "published"}],
        "delivery": [{"person_id": MEMBER, "channel": "email", "state": "waiting"}],
        "receipt": [{"person_id": MEMBER, "kind": "opened", "subject": ""}],
        "vote": [{"named": [{"name": "Łucja Żółć", "vote": "za"}], "version_id": None}],
    }
