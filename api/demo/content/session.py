"""The upcoming session of Piechowice: its day, agenda, papers and 25 documents."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from api.demo.content.session_agenda import AGENDA, PAPERS, DemoItem, DemoPaper
from api.demo.content.session_documents import DOCUMENTS, EXTRA, REPLACEMENT, DemoDocument

NUMBER = 53
PLACE = "sala nr 7 Urzędu Miasta, ul. Kryształowa 49, Piechowice"
SEARCH_WORD = "oświetlenie"
"""A word that the public, a councillor and the office find in a different number of papers."""

_THURSDAY = 3
# The council's statute asks for 7 days between the notice and the session.
_NOTICE = timedelta(days=8)
_FREE_DAYS = frozenset({
    (1, 1), (1, 6), (5, 1), (5, 3), (8, 15), (11, 1), (11, 11), (12, 24), (12, 25), (12, 26),
})  # fmt: skip
_CORPUS_CHRISTI = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSession:
    """A session that is still to be held; a day of it is found from `today`."""

    body: Literal["piechowice"] = "piechowice"
    number: int
    kind: Literal["ordinary"] = "ordinary"
    starts_at: datetime
    place: str
    agenda: tuple[DemoItem, ...]
    papers: tuple[DemoPaper, ...]
    documents: tuple[DemoDocument, ...]
    replacement: DemoDocument
    extra: DemoDocument


def upcoming_session(today: date) -> DemoSession:
    """Return the session as it is prepared on a day."""
    starts_at = datetime.combine(session_day(today), time(10), ZoneInfo("Europe/Warsaw"))
    return DemoSession(
        number=NUMBER,
        starts_at=starts_at,
        place=PLACE,
        agenda=AGENDA,
        papers=PAPERS,
        documents=DOCUMENTS,
        replacement=REPLACEMENT,
        extra=EXTRA,
    )


def session_day(today: date) -> date:
    """Return the first working Thursday for which notice can still be given in time."""
    day = today + _NOTICE
    while day.weekday() != _THURSDAY or is_free(day):
        day += timedelta(days=1)
    return day


def is_free(day: date) -> bool:
    """Tell whether no council sits on a day: a weekend or a public holiday."""
    return (
        day.weekday() > _THURSDAY + 1
        or (day.month, day.day) in _FREE_DAYS
        or day in {_easter(day.year) + _CORPUS_CHRISTI, _easter(day.year) + timedelta(days=1)}
    )


def _easter(year: int) -> date:
    """Return Easter Sunday by the Meeus-Jones-Butcher rule."""
    century, rest = divmod(year, 100)
    golden = year % 19
    epact = (19 * golden + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def committee_day(today: date) -> date:
    """Return the last Wednesday before `today`: when the committees gave their opinions."""
    return today - timedelta(days=(today.weekday() - 2 - 1) % 7 + 1)


def filing_day(today: date) -> date:
    """Return the Tuesday on which the mayor had filed the drafts."""
    return committee_day(today) - timedelta(days=8)
