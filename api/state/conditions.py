"""How each part of an installation is, as a code that stays and a sentence that helps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from anyio import CapacityLimiter

from api.state.sightings import Sightings
from api.state.watch import NoAnswer, Question, Watch
from api.wiring import Parts
from delivery.errors import MailUnavailable
from docstore.errors import DocstoreError, RecordUnavailable
from docstore.services import upkeep
from docstore.services.vitals import Vitals, vitals

Severity = Literal["done", "attention", "wrong", "neutral"]
"""As the pages colour it: fine, somebody should look, does not work, not known."""

PARTS = ("record", "objects", "disk", "index", "mail", "work", "upkeep", "damage")
NEEDED = frozenset({"record", "objects", "disk"})
"""Without these nothing can be taken in, so that the installation is not ready."""

# Work that waits longer than this waits for a reason; the longest pause between two tries is less.
_LATE = timedelta(minutes=30)
# Upkeep is planned every hour; three missed ones are no coincidence.
_UPKEEP_LATE = 3 * upkeep.EVERY
# The disk is told to be nearly full while twice the floor is left.
_LOW = 2
# Who looks at once; the others wait two seconds for their turn.
_LOOKS = 8
# A mail server is asked over a connection of its own: not at each look.
_MAIL_LASTS = 60.0


@dataclass(frozen=True, slots=True)
class Condition:
    """What is known of one part."""

    part: str
    code: str
    """`ok`, or what is wrong; public and stable, each with its sentences in `api/state/told.py`."""
    severity: Severity
    since: datetime
    """When the server first saw the part so."""
    fields: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_ok(self) -> bool:
        """Tell whether nothing is wrong."""
        return self.code == "ok"


@dataclass(frozen=True, slots=True)
class Health:
    """One look at an installation; `vitals` is None while the record does not tell."""

    conditions: Mapping[str, Condition]
    vitals: Vitals | None
    free: int | None

    @property
    def is_ready(self) -> bool:
        """Tell whether everything is there without which nothing can be taken in."""
        return not any(self.conditions[part].severity == "wrong" for part in NEEDED)

    @property
    def is_well(self) -> bool:
        """Tell whether nobody needs to look."""
        return all(each.severity in {"done", "neutral"} for each in self.conditions.values())


@dataclass(frozen=True, slots=True)
class _Found:
    code: str
    severity: Severity
    fields: Mapping[str, object] = field(default_factory=dict)


_OK = _Found("ok", "done")
_UNKNOWN = _Found("unknown", "neutral")


class Doctor:
    """Looks at an installation when asked, and remembers since when a part is as it is.

    Processes with the same `folder` remember together.
    """

    def __init__(self, parts: Parts, folder: Path | None = None) -> None:
        self._parts = parts
        self._sightings = Sightings(folder)
        self.limiter = CapacityLimiter(_LOOKS)
        """Threads for those who look; requests have other ones."""
        self._watch = Watch(
            {
                "record": Question(lambda: parts.database.ping(writing=True)),
                "objects": Question(parts.store.ping),
                "index": Question(self._needs_rebuild),
                "mail": Question(parts.mail_probe.ping, lasts=_MAIL_LASTS),
                "disk": Question(parts.room.free),
                "vitals": Question(self._vitals),
            }
        )

    def _vitals(self) -> Vitals:
        with self._parts.database.reading() as session:
            return vitals(session)

    def _needs_rebuild(self) -> bool:
        self._parts.engine.ping()
        return self._parts.engine.needs_rebuild()

    def look(self) -> Health:
        """Return how every part is, within two seconds whatever is down."""
        now = self._parts.clock.now()
        told = self._watch.look()
        known = told["vitals"] if isinstance(told["vitals"], Vitals) else None
        free = told["disk"] if isinstance(told["disk"], int) else None
        found = {
            "record": _answered(told["record"]),
            "objects": _answered(told["objects"]),
            "disk": self._disk(told["disk"]),
            "index": _index(told["index"], known),
            "mail": _mail(told["mail"]),
            "work": _UNKNOWN if known is None else _work(known, now),
            "upkeep": _UNKNOWN if known is None else _upkeep(known, now),
            "damage": _UNKNOWN if known is None else _damage(known),
        }
        since = self._sightings.dated({part: found[part].code for part in PARTS}, now)
        conditions = {
            part: Condition(part, each.code, each.severity, since[part], each.fields)
            for part, each in found.items()
        }
        return Health(conditions, known, free)

    def _disk(self, told: Any) -> _Found:
        if not isinstance(told, int):
            return _OK if told is None else _answered(told)
        floor = self._parts.room.floor
        fields = {"free": told, "floor": floor}
        if told < floor or not told:
            return _Found("disk_full", "wrong", fields)
        return _Found("disk_low", "attention", fields) if told < _LOW * floor else _OK


def _answered(told: Any) -> _Found:
    """Return what an answer means where any answer without an error is a good one."""
    match told:
        case NoAnswer():
            return _Found("no_answer", "wrong")
        case RecordUnavailable() if told.fields.get("reason") == "locked":
            return _Found("record_locked", "wrong")
        case DocstoreError():
            return _Found(told.code, "wrong")
        case Exception():
            return _Found("broken", "wrong")
    return _OK


def _index(told: Any, known: Vitals | None) -> _Found:
    found = _answered(told)
    if found is not _OK:
        return _Found(found.code, "attention")
    if told and known and known.versions:  # there is none, and it would hold something
        return _Found("index_damaged", "attention")
    lag = known.index_lag if known else 0
    return _Found("index_behind", "neutral", {"count": lag}) if lag else _OK


def _mail(told: Any) -> _Found:
    if isinstance(told, MailUnavailable):
        code = "mail_not_set" if told.answer == "not_configured" else told.code
        return _Found(code, "attention", {"answer": told.answer})
    found = _answered(told)
    return found if found is _OK else _Found(found.code, "attention")


def _work(known: Vitals, now: datetime) -> _Found:
    if known.is_held:
        return _Found("work_held", "attention")
    if known.given_up:
        return _Found("work_parked", "attention", {"count": known.given_up})
    oldest = known.oldest_at
    if oldest is not None and now - oldest > _LATE:
        return _Found("work_late", "attention", {"since": oldest, "count": known.waits})
    return _OK


def _upkeep(known: Vitals, now: datetime) -> _Found:
    if known.upkeep_at is None:
        return _Found("upkeep_never", "neutral")
    if now - known.upkeep_at > _UPKEEP_LATE:
        return _Found("upkeep_late", "attention", {"at": known.upkeep_at})
    return _OK


def _damage(known: Vitals) -> _Found:
    if known.damaged:
        return _Found("objects_damaged", "attention", {"count": known.damaged})
    return _OK
