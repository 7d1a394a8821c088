"""Builds an installation's parts from its settings; the only place that knows every adapter."""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

from api.names import LABELS
from delivery import tasks as delivery_tasks
from delivery.channels.open import open_mailer
from delivery.channels.seam import Mailer
from docstore.clock import Clock, SystemClock
from docstore.database import Database
from docstore.files.office import LibreOfficeRenderer, Renderer, find_libreoffice
from docstore.files.recognising import OcrmypdfRecogniser, Recogniser, find_tesseract
from docstore.objects.open import open_object_store
from docstore.objects.seam import ObjectStore
from docstore.outbox import Handlers
from docstore.room import Room
from docstore.services import compared, upkeep
from docstore.services.giving import Giver
from docstore.services.noting import Notes
from docstore.services.pages import Pages
from docstore.services.versions import Intake
from docstore.settings import Settings
from docstore.waking import Bell
from docstore.workers import Worker, present
from indexer import comparing, reader, recognising
from indexer import tasks as indexer_tasks
from indexer.open import open_engine
from indexer.seam import SearchEngine
from indexer.watching import IndexWatch

_MB = 1 << 20
# How long what is in hand may take to end at a stop, in seconds, all lanes together.
_STOP = 20.0


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything an installation is made of, opened and ready."""

    settings: Settings
    database: Database
    store: ObjectStore
    engine: SearchEngine
    mailer: Mailer
    clock: Clock
    renderer: Renderer | None
    recogniser: Recogniser | None
    intake: Intake
    giver: Giver
    pages: Pages
    notes: Notes
    reader: reader.Reader
    sender: delivery_tasks.Sender
    room: Room
    bell: Bell
    mail_probe: Mailer
    """Asks the mail server how it is over a connection of its own: no mail waits for the answer."""
    workers: list[Worker | IndexWatch] = field(default_factory=list)
    presence: ExitStack = field(default_factory=ExitStack)
    closing: Event = field(default_factory=Event)

    def lanes(self) -> Mapping[str, Handlers]:
        """Return the work by lane: a slow lane never delays a quick one."""
        sending = delivery_tasks.handlers(self.sender)
        bundling = {delivery_tasks.BUNDLE: sending[delivery_tasks.BUNDLE]}
        return {
            "reading": indexer_tasks.handlers(self.reader),
            "indexing": indexer_tasks.index_handlers(self.reader),
            "rendering": {
                **indexer_tasks.slow_handlers(self.reader),
                **comparing.handlers(self.reader),
                **bundling,
                **upkeep.handlers(self.store, self.settings.spool_dir),
            },
            "sending": {t: h for t, h in sending.items() if t not in bundling},
            # Hours for a council's old scans, so that nothing else may stand behind them.
            "recognising": recognising.handlers(self.reader),
        }

    def handlers(self) -> Handlers:
        """Return every handler by topic."""
        return {topic: h for lane in self.lanes().values() for topic, h in lane.items()}

    def start_workers(self, count: int = 1) -> None:
        """Start `count` worker threads for each lane; an index that is not whole is rebuilt.

        Parts that are closing start none.
        """
        if self.closing.is_set():
            return
        if count:
            self.presence.enter_context(present(self.database, self.clock))
            watch = IndexWatch(self.reader)
            watch.start()
            self.workers.append(watch)
            with self.database.transaction() as session:
                upkeep.plan(session, at=self.clock.now())
                recognising.plan(self.reader, session)
                compared.plan(session, at=self.clock.now())
        lanes = self.lanes()
        for number in range(count):
            for lane, handlers in lanes.items():
                worker = Worker(self.database, self.clock, handlers, name=f"{lane}-{number}")
                worker.start()
                self.workers.append(worker)
        if count:
            self.bell.listen(self.wake_workers)

    def wake_workers(self) -> None:
        """Let every worker here look for work now."""
        for worker in self.workers:
            if isinstance(worker, Worker):
                worker.wake()

    def close(self) -> None:
        """Stop the workers and close every part."""
        self.closing.set()
        self.bell.close()
        until = time.monotonic() + _STOP
        for worker in self.workers:  # all are asked before any is waited for
            worker.stop(timeout=0)
        for worker in self.workers:
            worker.stop(timeout=max(0.0, until - time.monotonic()))
        self.workers.clear()
        self.presence.close()
        self.engine.close()
        self.mailer.close()
        self.mail_probe.close()
        self.database.dispose()


class SettingWrong(Exception):
    """A setting that names nothing we can open; the reason never repeats a secret."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name, self.reason = name, reason


@contextmanager
def _setting(name: str) -> Iterator[None]:
    """Name the setting whose value is refused."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise SettingWrong(name, str(error)) from error


def build(settings: Settings, *, clock: Clock | None = None) -> Parts:
    """Open the parts that the settings name; nothing is written but the data folder.

    Raises `SettingWrong` for a value that names none.
    """
    clock = clock or SystemClock()
    with _setting("TECZKA_DATA_DIR"):
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o750)
    with _setting("TECZKA_DATABASE_URL"):
        database = Database(
            settings.resolved(settings.database_url),
            password=_secret(settings.database_password),
        )
    with _setting("TECZKA_OBJECT_STORE_URL"):
        store = open_object_store(
            settings.resolved(settings.object_store_url),
            access_key=_secret(settings.s3_access_key),
            secret_key=_secret(settings.s3_secret_key),
        )
    with _setting("TECZKA_SEARCH_URL"):
        engine = open_engine(settings.search_url, settings.data_dir, labels=LABELS)
    with _setting("TECZKA_SMTP_URL"):
        mailer = _open_mailer(settings)
    bell = Bell(settings.data_dir)
    database.on_wake(bell.ring)
    renderer, recogniser = _renderer(settings), _recogniser(settings)
    room = Room(_growing(settings), floor=settings.min_free_mb * _MB)
    return Parts(
        settings=settings,
        database=database,
        store=store,
        engine=engine,
        mailer=mailer,
        clock=clock,
        renderer=renderer,
        recogniser=recogniser,
        intake=Intake(
            database=database,
            store=store,
            clock=clock,
            spool_dir=settings.spool_dir,
            limit=settings.max_upload_mb * _MB,
            room=room,
        ),
        giver=Giver(database, store, clock),
        pages=Pages(database, store, clock, settings.spool_dir),
        notes=Notes(database),
        reader=reader.Reader(
            database=database,
            store=store,
            engine=engine,
            clock=clock,
            renderer=renderer,
            recogniser=recogniser,
            spool_dir=settings.spool_dir,
            room=room,
        ),
        sender=delivery_tasks.Sender(
            database=database,
            store=store,
            clock=clock,
            mailer=mailer,
            public_url=settings.public_url.rstrip("/"),
            mail_from=settings.mail_from,
            spool_dir=settings.spool_dir,
            room=room,
        ),
        room=room,
        bell=bell,
        mail_probe=_open_mailer(settings),
    )


def _open_mailer(settings: Settings) -> Mailer:
    return open_mailer(
        settings.resolved(settings.smtp_url),
        password=_secret(settings.smtp_password),
        data_dir=settings.data_dir,
    )


def _growing(settings: Settings) -> tuple[Path, ...]:
    """Return the folders that an installation writes to; each may be a disk of its own."""
    addresses = (
        settings.resolved(settings.object_store_url),
        settings.resolved(settings.database_url),
    )
    places = [urlsplit(each) for each in addresses]
    files = [Path(each.path) for each in places if each.scheme in {"file", "sqlite"} and each.path]
    return (settings.data_dir, *files)


def _secret(value: object) -> str | None:
    return value.get_secret_value() if hasattr(value, "get_secret_value") else None


def _renderer(settings: Settings) -> Renderer | None:
    if settings.libreoffice == "none":
        return None
    found = find_libreoffice() if settings.libreoffice == "auto" else Path(settings.libreoffice)
    if found is None:
        return None
    return LibreOfficeRenderer(found, work_folder=settings.spool_dir)


def _recogniser(settings: Settings) -> Recogniser | None:
    if settings.tesseract == "none" or find_tesseract() is None:
        return None
    return OcrmypdfRecogniser(work_folder=settings.spool_dir)
