"""When an installation was last backed up well: a small file in its data folder.

Not a row: a restored installation has not been backed up, whatever the one before it had.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from docstore.backup.manifest import write_file
from docstore.backup.taking import Taken

_FILE = "last-backup.json"


@dataclass(frozen=True, slots=True)
class LastBackup:
    """The newest backup in which nothing was lost."""

    at: datetime
    """The moment of the state that it holds."""
    snapshot: str


def note_backup(data_dir: Path, taken: Taken) -> None:
    """Remember a good backup."""
    said = {"at": taken.manifest.state_at.isoformat(), "snapshot": taken.snapshot.name}
    beside = data_dir / f"{_FILE}.new"
    write_file(beside, json.dumps(said).encode())
    beside.replace(data_dir / _FILE)


def last_backup(data_dir: Path) -> LastBackup | None:
    """Return the last good backup; None where there was none, or the file cannot be read."""
    try:
        said = json.loads((data_dir / _FILE).read_bytes())
        return LastBackup(datetime.fromisoformat(said["at"]), said["snapshot"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
