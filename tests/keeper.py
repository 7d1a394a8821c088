"""Ends a server, and removes what it left, when the run that started it is over, however it ended.

It runs as a program of its own: a killed run can tidy up nothing.
"""

import os
import select
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path

_PATIENCE = 30  # seconds for a server to end


def main(run: int, server: int, ends_by: int, *leftovers: str) -> None:
    """Wait until the run or the server ends, then see to it that both have."""
    ends = {pid: os.pidfd_open(pid) for pid in (run, server)}
    over, _, _ = select.select(ends.values(), [], [])  # readable once its process has ended
    if ends[server] not in over:
        signal.pidfd_send_signal(ends[server], ends_by)
        select.select([ends[server]], [], [], _PATIENCE)
    for each in map(Path, leftovers):
        shutil.rmtree(each, ignore_errors=True)
        with suppress(OSError):
            each.unlink()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
