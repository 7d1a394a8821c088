"""A council's emblem: a raster picture, made anew in the sandbox so that nothing hides in it."""

import tempfile
from pathlib import Path
from typing import BinaryIO

from docstore.files.errors import FileRefused
from docstore.files.images import raster_emblem
from docstore.models import Body
from docstore.services import ledger
from docstore.services.acting import Acting
from docstore.services.keeping import claim_kept, keep, spool, spooled
from docstore.services.versions import Intake

# An emblem larger than this is a photograph by mistake.
LARGEST = 10 << 20


def change(intake: Intake, acting_id: str | None, *, body_id: str, source: BinaryIO) -> bool:
    """Store a new emblem; tell whether the file was a picture that could be read."""
    with (
        spool(source, intake.spool_dir, limit=LARGEST) as file,
        tempfile.TemporaryDirectory(dir=intake.spool_dir) as folder,
    ):
        target = Path(folder) / "emblem.png"
        try:
            raster_emblem(file.path, target)
        except FileRefused:
            return False
        made = spooled(target)
        keep(intake.database, intake.store, body_id=body_id, file=made, at=intake.clock.now())
    with intake.database.transaction() as session:
        acting = Acting(acting_id, intake.clock.now())
        claim_kept(session, body_id=body_id, sha256=made.sha256, at=acting.at)
        session.get_one(Body, body_id).emblem_sha256 = made.sha256
        ledger.record(session, body_id, "emblem_changed", acting, sha256=made.sha256)
    return True
