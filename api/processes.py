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

# How often a process looks whether the one above it is still there, in seconds.
_LOOK = 5.0


def forks_end_when_asked() -> None:
    """See to it that processes forked from now on end when asked to, until they say otherwise.

    They are born with a handler of this one, which would take the signal for itself; a stop that
    comes while one is loading would wait its 30 s and kill what others have in flight.
    """
    asked = {signal.SIGTERM}

    def in_child() -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, asked)

    os.register_at_fork(
        before=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, asked),
        after_in_parent=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, asked),
        after_in_child=in_child,
    )


def end_with_parent() -> None:
    """See to it that this process ends at once when the one that started it is killed.

    Left alone it would go on beside the next start, on the same port and the same record.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        # A pipe tells it at once, unless another fork of the same moment was given its other end.
        while parent.is_alive() and os.getppid() == parent.pid:
            parent.join(_LOOK)
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
