"""What the tasks of this floor work with."""

from dataclasses import dataclass
from pathlib import Path

from docstore.clock import Clock
from docstore.database import Database
from docstore.files.office import Renderer
from docstore.files.recognising import Recogniser
from docstore.objects.seam import ObjectStore
from docstore.room import ANYWHERE, Room
from indexer.seam import SearchEngine


@dataclass(frozen=True, slots=True)
class Reader:
    """What the tasks of this floor work with."""

    database: Database
    store: ObjectStore
    engine: SearchEngine
    clock: Clock
    renderer: Renderer | None
    spool_dir: Path
    room: Room = ANYWHERE
    recogniser: Recogniser | None = None
