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
from docstore.services.grounds import GROUNDS


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


def _ground(value: str) -> str:
    """Take a ground of the list alone, whether it is needed or not: nothing else is described."""
    if value not in GROUNDS:
        raise PydanticCustomError("literal_error", "one of the grounds")
    return value


Text = Annotated[str, Field(max_length=2000)]
Ground = Annotated[
    str,
    Field(max_length=40, json_schema_extra={"enum": sorted(GROUNDS)}),
    AfterValidator(_ground),
]
Short = Annotated[str, Field(max_length=300)]
Count = Annotated[int, Field(ge=0, le=9999), BeforeValidator(_number)]
Depth = Annotated[int, Field(ge=0, le=2), BeforeValidator(_number)]
Number = Annotated[int, Field(ge=1, le=999), BeforeValidator(_number)]
Flag = Annotated[bool, Field(strict=True)]
Day = Annotated[date, BeforeValidator(_text)]
Revision = Annotated[
    int,
    Field(
        ge=1,
        le=2**31 - 1,
        examples=[4],
        description="The agenda's, as last read; an older one is refused.",
    ),
    BeforeValidator(_number),
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

    organization_id: Id | None = Field(
        None, examples=[None], description="The council itself when left out."
    )
    starts_at: Moment = Field(examples=["2026-11-26T10:00:00+01:00"])
    ends_at: Moment | None = Field(None, examples=["2026-11-26T14:00:00+01:00"])
    kind: Kind = Field("ordinary", examples=["ordinary"])
    number: Number | None = Field(None, examples=[53], description="The next one when left out.")
    title: Short = Field("", examples=["Sesja budżetowa"])
    place: Short = Field("", examples=["sala nr 7"])


class MeetingChangeAsk(Ask):
    """What to change of a meeting; what is left out stays, and so does what is `null`.

    But `null` takes an end or a number away, and an empty text a title or a place.
    """

    revision: Revision
    starts_at: Moment | None = Field(None, examples=["2026-11-27T10:00:00+01:00"])
    ends_at: Moment | None = Field(None, examples=["2026-11-27T14:00:00+01:00"])
    kind: Kind | None = Field(None, examples=["extraordinary"])
    number: Number | None = Field(None, examples=[53])
    title: Short | None = Field(None, examples=["Sesja budżetowa"])
    place: Short | None = Field(None, examples=["sala nr 9"])


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
    depth: Depth = Field(0, examples=[0], description="0 for an item, 1 and 2 for those below one.")
    druk: Annotated[str, Field(max_length=40)] | None = Field(
        None, examples=["12"], description="Makes a paper of this number."
    )


class NewAgendaItems(Ask):
    """Items to be put on an agenda, after one that is there or at its end."""

    revision: Revision
    items: list[NewAgendaItem] = Field(min_length=1, max_length=500)
    after: Id | None = Field(
        None, examples=[None], description="The item to stand behind; the last if left out."
    )


class ItemChangeAsk(Ask):
    """What to change of an agenda item."""

    revision: Revision
    title: Annotated[str, Field(min_length=1, max_length=2000)] = Field(
        examples=["Podjęcie uchwały w sprawie budżetu na rok 2027"]
    )
    depth: Depth | None = Field(None, examples=[1])


class DocumentChangeAsk(Ask):
    """What to change of a document; what is left out stays."""

    role: DocumentRole | None = Field(None, examples=["opinion"])
    title: Annotated[str, Field(max_length=500)] | None = Field(
        None, examples=["Opinia Komisji Budżetu"]
    )
    is_public: Flag | None = Field(None, examples=[False])
    audience: Literal["members_and_guests", "members", "organization", "persons"] | None = Field(
        None, examples=["members"]
    )
    audience_ids: Annotated[list[Id], Field(max_length=200)] | None = Field(
        None,
        examples=[[]],
        description="Of an organisation, or of persons, where `audience` is one of these.",
    )
    audience_ground: Ground | None = Field(None, examples=["privacy"])
    audience_reason: Text | None = Field(None, examples=["Zawiera dane wnioskodawcy."])


class PublishPacket(Ask):
    """Leave to publish the next packet."""

    revision: Revision
    personal_data_reason: Text = Field(
        "",
        examples=["Dane sołtysa są jawne."],
        description="Why to go on although personal data or unread pages were found.",
    )


class NotifyAsk(Ask):
    """Who is to be told of a packet once more."""

    person_ids: list[Id] = Field(min_length=1, max_length=500, examples=[["k7c2m9x4q1v8z5w3"]])


class CountsAsk(Ask):
    """How a vote went."""

    in_favour: Count = Field(examples=[14])
    against: Count = Field(examples=[0])
    abstained: Count = Field(examples=[1])
    no_voice: Count = Field(0, examples=[0])
    absent: Count = Field(0, examples=[0])


class OutcomeAsk(Ask):
    """What came of a paper at a meeting."""

    outcome: Literal["pending", "adopted", "rejected", "withdrawn", "referred"] = Field(
        examples=["adopted"]
    )
    number: Annotated[str, Field(max_length=60)] = Field("", examples=["LIII/412/26"])
    adopted_on: Day | None = Field(None, examples=["2026-11-26"])
    counts: CountsAsk | None = None


class PublishAct(Ask):
    """Leave to publish an adopted act."""

    personal_data_reason: Text = Field("", examples=["Dane sołtysa są jawne."])


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
    ] = Field(examples=["in_force"])
    basis: Text = Field("", examples=["uchwała nr LII/401/26"])


class TakeDownAsk(Ask):
    """What is said of a document that is taken down; `reason` never leaves the office."""

    scope: Annotated[str, Field(max_length=200)] = Field(examples=["dane osobowe w załączniku 2"])
    legal_ground: Ground = Field(examples=["personal_data"])
    excluded_by: Annotated[str, Field(max_length=200)] = Field(examples=["Burmistrz Piechowic"])
    reason: Text = Field("", examples=["Mail mieszkańca z 2 grudnia."])
    version_id: Id | None = Field(
        None, examples=[None], description="This version alone; all of them if left out."
    )
    from_members: Flag = Field(
        default=False, examples=[False], description="From the members' packet too."
    )
