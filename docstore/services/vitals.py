"""What the record tells of an installation's health: work, mails, index, objects, upkeep."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docstore.models import Delivery, Installation, OutboxMessage, Version
from docstore.outbox import UPKEEP, held, is_open, is_parked, is_waited_for
from docstore.services.damage import damaged_count
from docstore.services.scans import RECOGNISE


class Waiting(NamedTuple):
    """Open work of one topic, and when the oldest of it was promised."""

    messages: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Vitals:
    """One look at the whole installation; sizes are in bytes."""

    waiting: Mapping[str, Waiting]
    """By topic; upkeep is always planned, a hold is no work, and nobody waits for either."""
    is_held: bool
    """Whether a restore keeps sending back until somebody lets it go on."""
    parked: Mapping[str, int]
    deliveries: Mapping[str, int]
    """By state."""
    versions: int
    version_bytes: int
    index_lag: int
    """Versions of which the index does not know the latest."""
    damaged: int
    upkeep_at: datetime | None
    """When upkeep was last done to its end."""
    check_passed_at: datetime | None

    @property
    def waits(self) -> int:
        """Return how much work waits."""
        return sum(each.messages for each in self.waiting.values())

    @property
    def given_up(self) -> int:
        """Return how much work was parked and needs a person."""
        return sum(self.parked.values())

    @property
    def oldest_at(self) -> datetime | None:
        """Return when the oldest work that waits was promised; an archive's scans take days."""
        return min(
            (
                each.oldest_at
                for topic, each in self.waiting.items()
                if each.oldest_at and topic != RECOGNISE
            ),
            default=None,
        )


def vitals(session: Session) -> Vitals:
    """Take one look; every count is of an index or of few rows, so that it stays quick."""
    versions, size, lag = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(Version.size), 0),
            func.count().filter(Version.revision > Version.indexed),
        ).select_from(Version)
    ).one()
    return Vitals(
        waiting=_waiting(session),
        is_held=bool(held(session)),
        parked=_parked(session),
        deliveries=_by_state(session),
        versions=versions,
        version_bytes=int(size),
        index_lag=lag,
        damaged=damaged_count(session),
        upkeep_at=session.scalar(
            select(func.max(OutboxMessage.done_at)).where(OutboxMessage.topic == UPKEEP)
        ),
        check_passed_at=session.scalar(select(Installation.check_passed_at)),
    )


def _waiting(session: Session) -> dict[str, Waiting]:
    rows = session.execute(
        select(OutboxMessage.topic, func.count(), func.min(OutboxMessage.created_at))
        .where(is_open(), is_waited_for())
        .group_by(OutboxMessage.topic)
    )
    return {topic: Waiting(count, oldest) for topic, count, oldest in rows}


def _parked(session: Session) -> dict[str, int]:
    rows = session.execute(
        select(OutboxMessage.topic, func.count()).where(is_parked()).group_by(OutboxMessage.topic)
    )
    return {row[0]: row[1] for row in rows}


def _by_state(session: Session) -> dict[str, int]:
    rows = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
    return {row[0]: row[1] for row in rows}
