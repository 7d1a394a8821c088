"""What the interface is asked to do: the bodies of its requests."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from docstore.rules.document_role import DocumentRole
from indexer.documents import Sort, Stage

Text = Annotated[str, Field(max_length=2000)]
Count = Annotated[int, Field(ge=0, le=9999)]


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("beyond the calendar") from error


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class Ask(BaseModel):
    """A request's body; a field that is not known is refused, so that no typing mistake is lost."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NewMeeting(Ask):
    """A meeting to be prepared."""

    organization_id: str | None = Field(None, description="The council itself when left out.")
    starts_at: Moment = Field(examples=["2026-11-26T10:00:00+01:00"])
    ends_at: Moment | None = None
    kind: Literal["ordinary", "extraordinary", "ceremonial", "sitting"] = "ordinary"
    number: int | None = Field(None, examples=[53], description="The next one when left out.")
    title: Text = ""
    place: Text = Field("", examples=["sala nr 7"])


class NewAgendaItem(Ask):
    """An item to be put on an agenda."""

    title: Text = Field(examples=["Podjęcie uchwały w sprawie budżetu"])
    depth: int = Field(0, ge=0, le=2)
    druk: str | None = Field(None, examples=["12"], description="Makes a paper of this number.")


class NewAgendaItems(Ask):
    """Items to be put on an agenda, after one that is there or at its end."""

    revision: int = Field(description="The agenda's, as last read; an older one is refused.")
    items: list[NewAgendaItem] = Field(min_length=1, max_length=500)
    after: str | None = None


class DocumentChangeAsk(Ask):
    """What to change of a document; what is left out stays."""

    role: DocumentRole | None = None
    title: Text | None = None
    is_public: bool | None = None
    audience: Literal["members_and_guests", "members", "organization", "persons"] | None = None
    audience_ids: list[str] | None = None
    audience_ground: str | None = Field(None, examples=["privacy"])
    audience_reason: Text | None = None


class PublishPacket(Ask):
    """Leave to publish the next packet."""

    revision: int = Field(description="The agenda's, as last read; an older one is refused.")
    personal_data_reason: Text = Field(
        "", description="Why to go on although personal data or unread pages were found."
    )


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
    adopted_on: date | None = None
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
    version_id: str | None = None
    from_members: bool = False


class ActsQuery(BaseModel):
    """Which acts are asked for."""

    limit: int = Field(20, ge=1, le=100, description="How many at most.")
    after: str | None = Field(None, max_length=40, description="`next` of the page before.")
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

    paper_id: str | None = None
    item_id: str | None = None
    meeting_id: str | None = None
    role: DocumentRole | None = Field(None, description="Told from the file's name if left out.")
    title: str = Field("", max_length=500)
    is_public: bool | None = None
