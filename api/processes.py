"""What each process begins with that `teczka serve` and the demo start."""

import multiprocessing
import os
import signal
import tempfile
import threading

from api import wiring
from api.logs import set_up_logs
from api.wiring import Parts
from docstore.settings import Settings


def end_with_parent() -> None:
    """See to it that this process ends at once when the one that started it is killed.

    Left alone it would go on beside the next start, on the same port and the same record. Asked to
    end before it is loaded, it does that at once too: it was forked with a handler of the one
    above, which would take the signal for itself, and the stop would wait its 30 s for nothing.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def watch() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def opened_parts(*, process: str) -> Parts:
    """Open the parts for a process of a server, called so in its log, from the environment."""
    settings = Settings()
    set_up_logs(settings.log_format, process=process)
    parts = wiring.build(settings)
    settings.spool_dir.mkdir(parents=True, exist_ok=True)
    # Forms with files are spooled by the framework: on the data folder's disk, not in memory
    # where a system keeps its temporary files there.
    tempfile.tempdir = str(settings.spool_dir)
    return parts
