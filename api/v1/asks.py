"""What the interface is asked to do: the bodies of its requests."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
)
from pydantic_core import PydanticCustomError

from docstore.rules.document_role import DocumentRole
from docstore.services.cancelling import LONGEST_REASON
from indexer.documents import Sort, Stage


def _number(value: object) -> object:
    """Take a whole number of JSON alone: pydantic would read `"5"` and `true` as one too."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool | str):
        raise PydanticCustomError("int_type", "a whole number")
    return value


def _text(value: object) -> object:
    """Take a text alone: pydantic would read a number as seconds since 1970."""
    if value is None or isinstance(value, str):
        return value
    raise PydanticCustomError("string_type", "a text")


Text = Annotated[str, Field(max_length=2000)]
Whole = Annotated[int, BeforeValidator(_number)]
Count = Annotated[Whole, Field(ge=0, le=9999)]
Flag = Annotated[bool, Field(strict=True)]
Day = Annotated[date, BeforeValidator(_text)]
Revision = Annotated[
    Whole,
    Field(
        ge=1,
        le=2**31 - 1,
        examples=[4],
        description="The agenda's, as last read; an older one is refused.",
    ),
]
Id = Annotated[str, Field(max_length=40, examples=["k7c2m9x4q1v8z5w3"])]


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("beyond the calendar") from error


Moment = Annotated[AwareDatetime, BeforeValidator(_text), AfterValidator(_in_utc)]
Kind = Literal["ordinary", "extraordinary", "ceremonial", "sitting"]


class Ask(BaseModel):
    """A request's body; a field that is not known is refused, so that no typing mistake is lost."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NewMeeting(Ask):
    """A meeting to be prepared."""

    organization_id: Id | None = Field(None, description="The council itself when left out.")
    starts_at: Moment = Field(examples=["2026-11-26T10:00:00+01:00"])
    ends_at: Moment | None = Field(None, examples=["2026-11-26T14:00:00+01:00"])
    kind: Kind = "ordinary"
    number: Whole | None = Field(
        None, ge=1, le=999, examples=[53], description="The next one when left out."
    )
    title: Text = Field("", examples=["Sesja budżetowa"])
    place: Text = Field("", examples=["sala nr 7"])


class MeetingChangeAsk(Ask):
    """What to change of a meeting; what is left out stays."""

    revision: Revision
    starts_at: Moment | None = Field(None, examples=["2026-11-27T10:00:00+01:00"])
    ends_at: Moment | None = Field(None, examples=["2026-11-27T14:00:00+01:00"])
    kind: Kind | None = None
    number: Whole | None = Field(None, ge=1, le=999, examples=[53])
    title: Text | None = Field(None, examples=["Sesja budżetowa"])
    place: Text | None = Field(None, examples=["sala nr 9"])


class CancelAsk(Ask):
    """Why a meeting will not be; its recipients are told, the public is not."""

    revision: Revision
    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_REASON)] = Field(
        examples=["Awaria zasilania w ratuszu; nowy termin podamy w osobnym zawiadomieniu."]
    )


class NewAgendaItem(Ask):
    """An item to be put on an agenda."""

    title: Annotated[str, Field(min_length=1, max_length=2000)] = Field(
        examples=["Podjęcie uchwały w sprawie budżetu"]
    )
    depth: Whole = Field(0, ge=0, le=2, description="0 for an item, 1 and 2 for those below one.")
    druk: Annotated[str, Field(max_length=60)] | None = Field(
        None, examples=["12"], description="Makes a paper of this number."
    )


class NewAgendaItems(Ask):
    """Items to be put on an agenda, after one that is there or at its end."""

    revision: Revision
    items: list[NewAgendaItem] = Field(min_length=1, max_length=500)
    after: Id | None = Field(None, description="The item to stand behind; the last if left out.")


class ItemChangeAsk(Ask):
    """What to change of an agenda item."""

    revision: Revision
    title: Annotated[str, Field(min_length=1, max_length=2000)] = Field(
        examples=["Podjęcie uchwały w sprawie budżetu na rok 2027"]
    )
    depth: Whole | None = Field(None, ge=0, le=2)


class DocumentChangeAsk(Ask):
    """What to change of a document; what is left out stays."""

    role: DocumentRole | None = None
    title: Text | None = None
    is_public: Flag | None = None
    audience: Literal["members_and_guests", "members", "organization", "persons"] | None = None
    audience_ids: Annotated[list[Id], Field(max_length=200)] | None = Field(
        None, description="Of an organisation, or of persons, where `audience` is one of these."
    )
    audience_ground: str | None = Field(None, examples=["privacy"])
    audience_reason: Text | None = None


class PublishPacket(Ask):
    """Leave to publish the next packet."""

    revision: Revision
    personal_data_reason: Text = Field(
        "", description="Why to go on although personal data or unread pages were found."
    )


class NotifyAsk(Ask):
    """Who is to be told of a packet once more."""

    person_ids: list[Id] = Field(min_length=1, max_length=500)


class CountsAsk(Ask):
    """How a vote went."""

    in_favour: Count = Field(examples=[14])
    against: Count = Field(examples=[0])
    abstained: Count = Field(examples=[1])
    no_voice: Count = 0
    absent: Count = 0


class OutcomeAsk(Ask):
    """What came of a paper at a meeting."""

    outcome: Literal["pending", "adopted", "rejected", "withdrawn", "referred"]
    number: Annotated[str, Field(max_length=60)] = Field("", examples=["LIII/412/26"])
    adopted_on: Day | None = Field(None, examples=["2026-11-26"])
    counts: CountsAsk | None = None


class PublishAct(Ask):
    """Leave to publish an adopted act."""

    personal_data_reason: Text = ""


class StatusAsk(Ask):
    """Whether an act is in force, and on what basis that is said."""

    status: Literal[
        "unknown",
        "adopted",
        "in_force",
        "in_force_amended",
        "repealed",
        "expired",
        "declared_invalid",
    ]
    basis: Text = Field("", examples=["uchwała nr LII/401/26"])


class TakeDownAsk(Ask):
    """What is said of a document that is taken down; `reason` never leaves the office."""

    scope: Annotated[str, Field(max_length=200)] = Field(examples=["dane osobowe w załączniku 2"])
    legal_ground: str = Field(examples=["personal_data"])
    excluded_by: Annotated[str, Field(max_length=200)] = Field(examples=["Burmistrz Piechowic"])
    reason: Text = ""
    version_id: Id | None = Field(None, description="This version alone; all of them if left out.")
    from_members: Flag = Field(default=False, description="From the members' packet too.")


class ActsQuery(BaseModel):
    """Which acts are asked for."""

    limit: int = Field(20, ge=1, le=100, description="How many at most.")
    after: str | None = Field(
        None, max_length=200, description="`next` of the page before; left out for the first."
    )
    year: list[Annotated[int, Field(ge=1000, le=9999)]] = Field(
        [], description="Any of these years."
    )
    kind: list[str] = Field([], description="Any of these kinds.")
    status: list[str] = Field([], description="Any of these legal states.")


class SearchAsk(ActsQuery):
    """What is searched for."""

    q: str = Field("", max_length=1000, examples=["podatek od psów"])
    stage: list[Stage] = Field([], description="Any of these stages.")
    sort: Sort = "relevance"


class NewVersion(BaseModel):
    """What is said of a file beside its bytes."""

    file_name: str = Field(min_length=1, max_length=500, examples=["projekt.pdf"])
    note: str = Field("", max_length=2000, description="What changed, for readers.")
    sha256: str = Field(
        "", pattern=r"^([0-9a-fA-F]{64})?$", description="Other bytes than these are refused."
    )


class NewFile(NewVersion):
    """What is said of a new document; exactly one of the three owners is named."""

    paper_id: Id | None = None
    item_id: Id | None = None
    meeting_id: Id | None = None
    role: DocumentRole | None = Field(None, description="Told from the file's name if left out.")
    title: str = Field("", max_length=500)
    is_public: bool | None = None
