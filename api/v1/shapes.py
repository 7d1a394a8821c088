"""What the interface answers: one shape for each noun, with examples."""

from datetime import date, datetime
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Item = TypeVar("Item")

_ID = "k7c2m9x4q1v8z5w3"
_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


class Shape(BaseModel):
    """Something the interface answers; it never changes once it is made."""

    model_config = ConfigDict(frozen=True)


class FieldProblem(Shape):
    """A field that was not taken, and why; `code` is stable, `detail` is for people."""

    field: str = Field(
        examples=["items.0.title"], description="Its name, or the way to it with dots."
    )
    code: str = Field(examples=["missing"])
    detail: str = Field(examples=["To pole trzeba wypełnić."])


class Problem(Shape):
    """A refusal, as RFC 9457 asks; `code` is stable, `detail` is for people."""

    type: str = Field(
        examples=["https://teczka.example/api/v1/problems/not_found"],
        description="The address of a page about this kind of refusal.",
    )
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["Nie ma takiej strony albo nie jest ona dla Ciebie dostępna."])
    code: str = Field(examples=["not_found"])
    request_id: str = Field(examples=["k7c2m-9x4q1"])
    """The number of the request, as the log and `X-Request-ID` say it; for asking about it."""
    errors: list[FieldProblem] | None = Field(
        None, description="Each field that was not taken, at most 20; where `code` is about fields."
    )


class Page(Shape, Generic[Item]):
    """Some of a list; ask again with `after` set to `next` until that is null."""

    items: list[Item]
    next: str | None = Field(examples=[_ID])


class BodyShape(Shape):
    """A council of this installation."""

    slug: str = Field(examples=["piechowice"])
    name: str = Field(examples=["Rada Miejska w Piechowicach"])
    kind: Literal["gmina", "miasto", "powiat", "sejmik"]
    teryt: str = Field(examples=["0206031"])
    address: str
    phone: str
    email: str
    url: str = Field(examples=["https://teczka.example/piechowice"])


class PacketShape(Shape):
    """What was published for a meeting at one moment."""

    id: str = Field(examples=[_ID])
    number: int = Field(examples=[2])
    published_at: datetime
    manifest_sha256: str = Field(examples=[_SHA256])


class MeetingShape(Shape):
    """A session of the council or a sitting of a committee."""

    id: str = Field(examples=[_ID])
    organization: str = Field(examples=["Rada Miejska w Piechowicach"])
    kind: Literal["ordinary", "extraordinary", "ceremonial", "sitting"]
    number: int | None = Field(examples=[53], description="Counted in the term.")
    title: str
    place: str = Field(examples=["sala nr 7"])
    starts_at: datetime
    is_cancelled: bool = Field(description="Whether the office called it off.")
    packet_number: int | None = Field(
        examples=[2],
        description="The newest packet; null for a draft, which the office alone sees.",
    )
    packet_published_at: datetime | None
    revision: int | None = Field(
        examples=[4], description="For the office: to be sent back with a change of the agenda."
    )


class VersionShape(Shape):
    """One immutable state of a document."""

    id: str = Field(examples=[_ID])
    document_id: str = Field(examples=[_ID])
    number: int = Field(examples=[1])
    file_name: str = Field(examples=["projekt.pdf"])
    media_type: str = Field(examples=["application/pdf"])
    size: int = Field(examples=[148_201], description="In bytes.")
    sha256: str = Field(examples=[_SHA256])
    pages: int | None = Field(examples=[14])
    created_at: datetime
    url: str = Field(examples=["https://teczka.example/piechowice/pliki/k7c2m9x4q1v8z5w3/p.pdf"])


class DocumentShape(Shape):
    """A document with the versions that the asker may open, the newest first."""

    id: str = Field(examples=[_ID])
    paper_id: str | None
    role: str = Field(examples=["main"])
    title: str = Field(examples=["Projekt uchwały"])
    versions: list[VersionShape]


class AgendaFile(Shape):
    """A file of a published agenda that the asker may open."""

    document_id: str = Field(examples=[_ID])
    version_id: str = Field(examples=[_ID])
    version_number: int = Field(examples=[1])
    role: str = Field(examples=["main"])
    title: str
    file_name: str = Field(examples=["projekt.pdf"])
    media_type: str = Field(examples=["application/pdf"])
    size: int = Field(description="In bytes.")
    sha256: str = Field(examples=[_SHA256])
    pages: int | None


class AgendaPaper(Shape):
    """A paper on an item of a published agenda."""

    id: str = Field(examples=[_ID])
    title: str
    druk: str = Field(examples=["12"])
    files: list[AgendaFile]


class AgendaItemShape(Shape):
    """An item of a published agenda."""

    id: str = Field(examples=[_ID])
    label: str = Field(examples=["6."])
    depth: int = Field(examples=[0])
    title: str
    papers: list[AgendaPaper]
    files: list[AgendaFile]


class AgendaShape(Shape):
    """The agenda of a meeting as its newest packet says it, with what the asker may open."""

    packet: PacketShape
    files: list[AgendaFile]
    items: list[AgendaItemShape]


class DraftPaper(Shape):
    """A paper as the office works on it."""

    id: str = Field(examples=[_ID])
    consideration_id: str = Field(examples=[_ID])
    title: str
    kind: str = Field(examples=["resolution"])
    druk: str
    outcome: str = Field(examples=["pending"])
    document_ids: list[str]


class DraftItem(Shape):
    """An agenda item as the office works on it."""

    id: str = Field(examples=[_ID])
    label: str = Field(examples=["6."])
    depth: int
    title: str
    papers: list[DraftPaper]


class DraftShape(Shape):
    """The agenda as it stands in the office now, published or not."""

    meeting_id: str = Field(examples=[_ID])
    revision: int = Field(examples=[4])
    items: list[DraftItem]


class PaperShape(Shape):
    """A matter: a draft resolution, a report; once adopted, the same with its number and date."""

    id: str = Field(examples=[_ID])
    kind: str = Field(examples=["resolution"])
    title: str = Field(examples=["w sprawie budżetu na rok 2027"])
    druk: str = Field(examples=["12"])
    number: str = Field(examples=["LIII/412/26"])
    adopted_on: date | None
    documents: list[DocumentShape]


class VoteShape(Shape):
    """How a vote went, and on which version."""

    voted_on: date
    in_favour: int = Field(examples=[14])
    against: int = Field(examples=[0])
    abstained: int = Field(examples=[1])
    no_voice: int = Field(examples=[0])
    absent: int = Field(examples=[0])
    version_id: str | None = Field(examples=[_ID])


class ExclusionShape(Shape):
    """What the public is told of a document that was taken down."""

    scope: str = Field(examples=["dane osobowe w załączniku nr 2"])
    legal_ground: str = Field(examples=["personal_data"])
    excluded_by: str = Field(examples=["Burmistrz Piechowic"])
    made_at: datetime


class ActShape(Shape):
    """An adopted act; of its force it says only what somebody set with a basis."""

    id: str = Field(examples=[_ID])
    number: str = Field(examples=["XLV/312/2018"])
    title: str = Field(examples=["w sprawie opłaty od posiadania psów"])
    kind: str = Field(examples=["resolution"])
    adopted_on: date | None
    published_at: datetime | None
    status: Literal[
        "unknown",
        "adopted",
        "in_force",
        "in_force_amended",
        "repealed",
        "expired",
        "declared_invalid",
    ]
    status_basis: str
    url: str = Field(examples=["https://teczka.example/piechowice/uchwaly/k7c2m9x4q1v8z5w3"])


class WholeAct(ActShape):
    """An act with its files, its vote and the notices of what was taken down."""

    documents: list[DocumentShape]
    vote: VoteShape | None
    exclusions: list[ExclusionShape]


class HitShape(Shape):
    """One document that answers."""

    version_id: str = Field(examples=[_ID])
    document_id: str = Field(examples=[_ID])
    paper_id: str | None
    is_act: bool
    title: str
    number: str
    role: str
    file_name: str
    status: str
    adopted_on: date | None
    page: int | None = Field(examples=[3])
    snippet: str = Field(description="Plain text; the words that answer stand between ⟦ and ⟧.")


class NoteShape(Shape):
    """What was not understood in a query, and the query that was run instead."""

    code: str = Field(examples=["unclosed_quote"])
    what: str
    mended: str


class SearchShape(Shape):
    """One page of what was found, with the counts of the whole answer."""

    total: int = Field(examples=[17])
    facets: dict[str, dict[str, int]] = Field(examples=[{"year": {"2018": 3}}])
    notes: list[NoteShape]
    items: list[HitShape]
    next: str | None = Field(examples=["20"])


class DeliveryShape(Shape):
    """What was observed of one recipient and one packet; null means: not observed."""

    person_id: str = Field(examples=[_ID])
    name: str
    role: str = Field(examples=["member"])
    state: Literal["waiting", "accepted", "refused", "no_address", "overtaken"]
    notified_at: datetime | None
    accepted_at: datetime | None = Field(description="By the mail server; that is not: read.")
    opened_at: datetime | None
    downloaded_at: datetime | None
    acknowledged_at: datetime | None
