"""Who voted how: a named list beside the counts of a vote, which it must agree with."""

from sqlalchemy import select

from docstore.database import WriteSession
from docstore.errors import InvalidInput, MeetingCancelled
from docstore.models import AgendaItem, Consideration, Meeting, Paper, Vote
from docstore.rules.roll_call import VOICES, RollCall, parse_roll_call
from docstore.services import ledger
from docstore.services.acting import Acting
from docstore.services.adoption import Counts, write_vote
from docstore.services.finding import get_locked


def record(
    session: WriteSession, acting: Acting, *, body_id: str, consideration_id: str, text: str
) -> Vote:
    """Keep a pasted named list; without counts recorded before, it gives them."""
    read = _read(text)
    consideration = get_locked(session, Consideration, body_id, consideration_id)
    vote = session.scalar(select(Vote).where(Vote.consideration_id == consideration.id))
    named = tuple({"name": each.name, "voice": each.voice} for each in read.voices)
    if vote is None:
        vote = _from_list(session, body_id, consideration, Counts(**read.counts, named=named))
    elif read.counts != {voice: getattr(vote, voice) for voice in VOICES}:
        raise InvalidInput(field="roll_call", reason="roll_call_counts", read=_told(read.counts))
    vote.named = list(named)
    ledger.record(session, body_id, "roll_call_recorded", acting, paper=vote.paper_id, vote=vote.id)
    return vote


def _read(text: str) -> RollCall:
    read = parse_roll_call(text)
    if not read.voices:
        raise InvalidInput(field="roll_call", reason="roll_call_empty")
    if read.unread:
        lines = ", ".join(map(str, read.unread[:10]))
        raise InvalidInput(field="roll_call", reason="roll_call_lines", lines=lines)
    if read.repeated:
        names = ", ".join(read.repeated[:10])
        raise InvalidInput(field="roll_call", reason="roll_call_twice", names=names)
    return read


def _told(counts: dict[str, int]) -> str:
    return " : ".join(str(counts[voice]) for voice in VOICES)


def _from_list(
    session: WriteSession, body_id: str, consideration: Consideration, counts: Counts
) -> Vote:
    paper = get_locked(session, Paper, body_id, consideration.paper_id)
    meeting = session.scalars(
        select(Meeting).join(AgendaItem).where(AgendaItem.id == consideration.item_id)
    ).one()
    if meeting.is_cancelled:
        raise MeetingCancelled
    return write_vote(session, paper, consideration, meeting, counts)
