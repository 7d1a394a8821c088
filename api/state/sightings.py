"""Since when a part is as it is, as the processes of one server saw it."""

import json
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path

_FILE = "sightings.json"


class Sightings:
    """Remembers of each part its code and when it was first seen with it.

    In a folder that several processes share they all tell the same moment; two who see a change at
    once may tell it a moment apart until the next.
    """

    def __init__(self, folder: Path | None) -> None:
        self._file = None if folder is None else folder / _FILE
        self._seen: dict[str, tuple[str, datetime]] = {}

    def dated(self, codes: dict[str, str], now: datetime) -> dict[str, datetime]:
        """Return since when each part has the code that it has now."""
        known = {**self._seen, **self._read()}
        self._seen = {
            part: known[part] if part in known and known[part][0] == code else (code, now)
            for part, code in codes.items()
        }
        if self._seen != known:
            self._write()
        return {part: since for part, (_, since) in self._seen.items()}

    def _read(self) -> dict[str, tuple[str, datetime]]:
        if self._file is None:
            return {}
        try:
            told = json.loads(self._file.read_bytes())
        except (OSError, ValueError):  # not there yet, or the memory is full
            return {}
        return {part: (code, datetime.fromisoformat(since)) for part, (code, since) in told.items()}

    def _write(self) -> None:
        if self._file is None:
            return
        told = {part: (code, since.isoformat()) for part, (code, since) in self._seen.items()}
        fresh = self._file.with_name(f"{_FILE}.{os.getpid()}")
        with suppress(OSError):
            fresh.write_text(json.dumps(told))
            fresh.replace(self._file)
