"""What the processes of one server have in common: a folder in memory, gone with the server.

Figures of requests are counted, and since when a part is as it is remembered, by all of them
together. None of it outlives the server, so it is no part of the data folder: there, a
disk that is full would end a process that writes to a mapped file.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from docstore.settings import Settings

# prometheus-client's own name for the folder; it looks at it once, when it is loaded.
_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own in it, which nobody else may read


def announce(settings: Settings) -> None:
    """Name the folder to this process and those it starts, before any of the server is loaded."""
    data = hashlib.sha256(bytes(settings.data_dir.resolve())).hexdigest()[:16]
    os.environ[_VARIABLE] = str(_MEMORY / f"teczka-{os.getuid()}-{data}-{settings.port}")


@contextmanager
def in_common() -> Iterator[None]:
    """Make the announced folder, empty, for the block.

    Called by the one server of a data folder and a port; what one left that was killed goes. Where
    the memory takes no folder, or somebody else's is there, it is one among the temporary files.
    """
    folder = Path(os.environ[_VARIABLE])
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(mode=0o700)
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="teczka-"))
        os.environ[_VARIABLE] = str(folder)
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def common_folder() -> Path | None:
    """Return the folder that this server's processes share; None for one that is alone.

    A process that is started later makes it again where somebody tidied it away.
    """
    named = os.environ.get(_VARIABLE)
    if not named:
        return None
    folder = Path(named)
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder
