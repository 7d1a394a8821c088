"""What readers are seen to do, noted beside their pages and files: many at one moment, one commit.

Each commit waits for the disk. Twenty-five councillors who open a packet together would wait one
after another; here whoever comes while a commit is under way is written with the next one.
"""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Lock

import structlog

from docstore.database import Database
from docstore.errors import RecordUnavailable, StorageFull
from docstore.services import receipts
from docstore.services.acting import Acting

log = structlog.get_logger("teczka.receipts")

# How long a commit waits for other writes, in seconds; whoever reads waits for two at most.
_PATIENCE = 1.0


@dataclass(frozen=True, slots=True)
class Observed:
    """That a person opened or downloaded something of a packet, and when."""

    body_id: str
    person_id: str
    packet_id: str
    kind: str
    subject: str
    acting: Acting


_Waiting = tuple[Observed, "Future[bool]"]


class Notes:
    """Writes receipts in transactions of their own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock, self._turn = Lock(), Lock()
        self._waiting: list[_Waiting] = []

    def note(self, observed: Observed) -> bool:
        """Note what was observed, and tell whether it was written.

        Papers are read also while nothing can be written: what was not noted is shown as not
        observed, and evidence says too little rather than too much.
        """
        written: Future[bool] = Future()
        with self._lock:
            self._waiting.append((observed, written))
        with self._turn:  # whoever has it writes for all who wait by then
            if not written.done():
                self._write_waiting()
        return written.result()

    def _write_waiting(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, []
        try:
            self._write([observed for observed, _ in waiting])
        except (RecordUnavailable, StorageFull) as error:
            log.warning("receipts_not_noted", count=len(waiting), error=error.code)
            for _, written in waiting:
                written.set_result(False)
        except Exception:  # noqa: BLE001 - one that cannot be written takes none of the others along
            for each in waiting:
                self._write_alone(*each)
        else:
            for _, written in waiting:
                written.set_result(True)

    def _write_alone(self, observed: Observed, written: "Future[bool]") -> None:
        try:
            self._write([observed])
        except Exception as error:  # noqa: BLE001 - raised where it was observed
            written.set_exception(error)
        else:
            written.set_result(True)

    def _write(self, observed: Sequence[Observed]) -> None:
        with self._database.transaction(patience=_PATIENCE) as session:
            # Persons are locked in one order everywhere, so that two can never wait for each other.
            for each in sorted(observed, key=lambda one: (one.body_id, one.person_id)):
                receipts.record(
                    session,
                    each.acting,
                    body_id=each.body_id,
                    packet_id=each.packet_id,
                    person_id=each.person_id,
                    kind=each.kind,
                    subject=each.subject,
                )
