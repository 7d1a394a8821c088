"""`teczka backup`, a second one, and `teczka restore`: speed and memory at two sizes.

The floor of a backup is a loop that reads each object, hashes it, writes it and waits for the
disk, and dumps the database by SQLite's own means. Memory must not grow with the record.
"""

import hashlib
import os
import secrets
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from sqlalchemy import insert

from api.wiring import Parts, build
from docstore.migrations import migrate
from docstore.models import Document, Meeting, Organization, PageText, StoredObject, Version
from docstore.objects.seam import object_key
from docstore.services import bodies
from docstore.services.acting import Acting
from docstore.services.bodies import BodyDetails
from docstore.settings import Settings

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
SIZES = {"small": 40, "large": 400}  # versions, each of 256 KiB and with PAGES pages
OBJECT, PAGES, PAGE = 256 << 10, 100, 1500

_ONE = """
import resource, sys, time
from api.cli import main
sys.argv[0] = "teczka"
began = time.monotonic()
try:
    main()
finally:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{time.monotonic() - began:.2f} {peak:.0f}", file=sys.stderr)
"""


def run(data: Path, *words: str) -> tuple[float, float]:
    """Run the command in a process of its own; return its seconds and its peak memory in MB."""
    environment = {
        **os.environ,
        "TECZKA_DATA_DIR": str(data),
        "TECZKA_LIBREOFFICE": "none",
        "TECZKA_TESSERACT": "none",
    }
    ran = subprocess.run(
        [sys.executable, "-c", _ONE, *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    seconds, peak = ran.stderr.strip().splitlines()[-1].split()
    return float(seconds), float(peak)


def filled(folder: Path, versions: int) -> Parts:
    """Make an installation of so many versions."""
    parts = build(Settings(data_dir=folder, libreoffice="none", tesseract="none"))
    migrate(parts.database)
    with parts.database.transaction() as session:
        details = BodyDetails(name="Rada", slug="piechowice", kind="gmina")
        body = bodies.add_body(session, Acting(None, AT), details)
        session.flush()
        organization = session.query(Organization).filter_by(body_id=body.id).first()
        assert organization is not None
        meeting = Meeting(
            body_id=body.id, organization_id=organization.id, starts_at=AT, changed_at=AT
        )
        session.add(meeting)
        session.flush()
        document = Document(body_id=body.id, meeting_id=meeting.id, title="Akta", created_at=AT)
        session.add(document)
        session.flush()
        for number in range(1, versions + 1):
            _add_version(parts, session.connection(), body.id, document.id, number)
    return parts


def _add_version(
    parts: Parts, connection: object, body_id: str, document_id: str, number: int
) -> None:
    data = secrets.token_bytes(OBJECT)
    sha256 = hashlib.sha256(data).hexdigest()
    parts.store.put(object_key(body_id, sha256), BytesIO(data), size=OBJECT)
    common = {"body_id": body_id, "sha256": sha256, "size": OBJECT}
    version_id = f"v{number:015}"
    execute = connection.execute  # type: ignore[attr-defined]  # SQLAlchemy's, whose name says less
    execute(insert(StoredObject).values(**common, touched_at=AT))
    execute(
        insert(Version).values(
            **common,
            id=version_id,
            document_id=document_id,
            number=number,
            media_type="application/pdf",
            file_name=f"{number}.pdf",
            created_at=AT,
        )
    )
    text = secrets.token_hex(PAGE // 2)
    pages = [{"version_id": version_id, "page": n, "text": text} for n in range(PAGES)]
    execute(insert(PageText), pages)


def floor(parts: Parts, target: Path) -> float:
    """Do the same by bare means; return the seconds."""
    began = time.monotonic()
    target.mkdir()
    for file in _objects(parts):
        digest = hashlib.sha256()
        with file.open("rb") as source, (target / file.name).open("wb") as copy:
            while chunk := source.read(1 << 20):
                digest.update(chunk)
                copy.write(chunk)
            copy.flush()
            os.fsync(copy.fileno())
        assert digest.hexdigest() == file.name
    record = sqlite3.connect(parts.settings.data_dir / "record.sqlite3")
    with sqlite3.connect(target / "record.sqlite3") as copied:
        record.backup(copied)
    record.close()
    return time.monotonic() - began


def _objects(parts: Parts) -> Iterator[Path]:
    root = parts.settings.data_dir / "objects"
    yield from (path for path in root.rglob("*/objects/*/*/*") if path.is_file())


def main() -> None:
    """Measure and print."""
    print("backup            seconds   MB of memory   floor, seconds")
    for name, versions in SIZES.items():
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            parts = filled(folder / "data", versions)
            bare = floor(parts, folder / "floor")
            parts.close()
            rows = versions * PAGES
            print(f"{name}: {versions * OBJECT >> 20} MiB of objects, {rows} pages of text")
            data, kept = folder / "data", str(folder / "kept")
            for step, where, words in (
                ("first", data, ("backup", kept)),
                ("second", data, ("backup", kept)),
                ("check --backup", data, ("check", "--backup", kept)),
                ("restore", folder / "there", ("restore", kept)),
            ):
                seconds, peak = run(where, *words)
                beside = f"{bare:16.2f}" if step == "first" else ""
                print(f"  {step:<14} {seconds:8.2f} {peak:14.0f} {beside}".rstrip())


if __name__ == "__main__":
    main()
