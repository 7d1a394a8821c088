"""Showing the set-up code: on a terminal, or in a file for its owner alone; never in a log."""

import os
import sys

import structlog

from api.wiring import Parts
from docstore.services import setup

log = structlog.get_logger("teczka.setup")

CODE_FILE = "kod-instalacji.txt"


def show_code(parts: Parts) -> bool:
    """Make a fresh code where nobody can sign in yet, and show it; tell whether there was one."""
    path = parts.settings.data_dir / CODE_FILE
    with parts.database.transaction() as session:
        code = setup.new_code(session, at=parts.clock.now())
    if code is None:
        path.unlink(missing_ok=True)
        return False
    address = f"{parts.settings.public_url.rstrip('/')}/instalacja"
    if sys.stderr.isatty():
        sys.stderr.write(
            f"\n  Pierwsze uruchomienie / First start\n  {address}\n  Kod / Code: {code}\n\n"
        )
        return True
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as target:
        target.write(f"{code}\n")
    log.warning("set_up_waits", address=address, code_in_file=CODE_FILE)
    return True
