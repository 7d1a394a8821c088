"""What the interface answers: one shape for each noun, with examples."""

from datetime import date, datetime
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Item = TypeVar("Item")

ID = "k7c2m9x4q1v8z5w3"
_TITLE = "w sprawie budżetu miasta na rok 2027"
_MOMENT, _DAY = "2026-11-19T13:05:00Z", "2026-11-26"
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
    request_id: str = Field(
        examples=["k7c2m-9x4q1"],
        description="The number of the request, as the log and `X-Request-ID` say it.",
    )
    errors: list[FieldProblem] | None = Field(
        None, description="Each field that was not taken, at most 20; where `code` is about fields."
    )


class Page(Shape, Generic[Item]):
    """Some of a list; ask again with `after` set to `next` until that is null."""

    items: list[Item]
    next: str | None = Field(examples=[ID])


class BodyShape(Shape):
    """A council of this installation."""

    slug: str = Field(examples=["piechowice"])
    name: str = Field(examples=["Rada Miejska w Piechowicach"])
    kind: Literal["gmina", "miasto", "powiat", "sejmik"] = Field(examples=["miasto"])
    teryt: str = Field(examples=["0206031"])
    address: str = Field(examples=["ul. Żymierskiego 49, 58-573 Piechowice"])
    phone: str = Field(examples=["75 761 72 91"])
    email: str = Field(examples=["rada@piechowice.example"])
    url: str = Field(examples=["https://teczka.example/piechowice"])


class PacketShape(Shape):
    """What was published for a meeting at one moment."""

    id: str = Field(examples=[ID])
    number: int = Field(examples=[2])
    published_at: datetime = Field(examples=[_MOMENT])
    manifest_sha256: str = Field(examples=[_SHA256])


class MeetingShape(Shape):
    """A session of the council or a sitting of a committee."""

    id: str = Field(examples=[ID])
    organization: str = Field(examples=["Rada Miejska w Piechowicach"])
    kind: Literal["ordinary", "extraordinary", "ceremonial", "sitting"] = Field(
        examples=["ordinary"]
    )
    number: int | None = Field(examples=[53], description="Counted in the term.")
    title: str = Field(examples=["Sesja budżetowa"])
    place: str = Field(examples=["sala nr 7"])
    starts_at: datetime = Field(examples=["2026-11-26T09:00:00Z"])
    ends_at: datetime | None = Field(
        examples=["2026-11-26T13:00:00Z"], description="For the office: when it is to end."
    )
    is_cancelled: bool = Field(examples=[False], description="Whether the office called it off.")
    packet_number: int | None = Field(
        examples=[2],
        description="The newest packet; null for a draft, which the office alone sees.",
    )
    packet_published_at: datetime | None = Field(examples=[_MOMENT])
    revision: int | None = Field(
        examples=[4], description="For the office: to be sent back with a change of the agenda."
    )


class VersionShape(Shape):
    """One immutable state of a document."""

    id: str = Field(examples=[ID])
    document_id: str = Field(examples=[ID])
    number: int = Field(examples=[1])
    file_name: str = Field(examples=["projekt.pdf"])
    media_type: str = Field(examples=["application/pdf"])
    size: int = Field(examples=[148_201], description="In bytes.")
    sha256: str = Field(examples=[_SHA256])
    pages: int | None = Field(examples=[14])
    created_at: datetime = Field(examples=[_MOMENT])
    url: str = Field(examples=["https://teczka.example/piechowice/pliki/k7c2m9x4q1v8z5w3/p.pdf"])


class DocumentShape(Shape):
    """A document with the versions that the asker may open, the newest first."""

    id: str = Field(examples=[ID])
    paper_id: str | None = Field(examples=[ID])
    role: str = Field(examples=["main"])
    title: str = Field(examples=["Projekt uchwały"])
    versions: list[VersionShape]


class AgendaFile(Shape):
    """A file of a published agenda that the asker may open."""

    document_id: str = Field(examples=[ID])
    version_id: str = Field(examples=[ID])
    version_number: int = Field(examples=[1])
    role: str = Field(examples=["main"])
    title: str = Field(examples=["Projekt uchwały"])
    file_name: str = Field(examples=["projekt.pdf"])
    media_type: str = Field(examples=["application/pdf"])
    size: int = Field(examples=[148_201], description="In bytes.")
    sha256: str = Field(examples=[_SHA256])
    pages: int | None = Field(examples=[14])


class AgendaPaper(Shape):
    """A paper on an item of a published agenda."""

    id: str = Field(examples=[ID])
    title: str = Field(examples=[_TITLE])
    druk: str = Field(examples=["12"])
    files: list[AgendaFile]


class AgendaItemShape(Shape):
    """An item of a published agenda."""

    id: str = Field(examples=[ID])
    label: str = Field(examples=["6."])
    depth: int = Field(examples=[0])
    title: str = Field(examples=["Podjęcie uchwały w sprawie budżetu miasta na rok 2027"])
    papers: list[AgendaPaper]
    files: list[AgendaFile]


class AgendaShape(Shape):
    """The agenda of a meeting as its newest packet says it, with what the asker may open."""

    packet: PacketShape
    files: list[AgendaFile]
    items: list[AgendaItemShape]


class DraftPaper(Shape):
    """A paper as the office works on it."""

    id: str = Field(examples=[ID])
    consideration_id: str = Field(examples=[ID])
    title: str = Field(examples=[_TITLE])
    kind: str = Field(examples=["resolution"])
    druk: str = Field(examples=["12"])
    outcome: str = Field(examples=["pending"])
    document_ids: list[str] = Field(examples=[[ID]])


class DraftItem(Shape):
    """An agenda item as the office works on it."""

    id: str = Field(examples=[ID])
    label: str = Field(examples=["6."])
    depth: int = Field(examples=[0])
    title: str = Field(examples=["Podjęcie uchwały w sprawie budżetu miasta na rok 2027"])
    papers: list[DraftPaper]


class DraftShape(Shape):
    """The agenda as it stands in the office now, published or not."""

    meeting_id: str = Field(examples=[ID])
    revision: int = Field(examples=[4])
    items: list[DraftItem]


class PaperShape(Shape):
    """A matter: a draft resolution, a report; once adopted, the same with its number and date."""

    id: str = Field(examples=[ID])
    kind: str = Field(examples=["resolution"])
    title: str = Field(examples=[_TITLE])
    druk: str = Field(examples=["12"])
    number: str = Field(examples=["LIII/412/26"])
    adopted_on: date | None = Field(examples=[_DAY])
    documents: list[DocumentShape]


class VoteShape(Shape):
    """How a vote went, and on which version."""

    voted_on: date = Field(examples=[_DAY])
    in_favour: int = Field(examples=[14])
    against: int = Field(examples=[0])
    abstained: int = Field(examples=[1])
    no_voice: int = Field(examples=[0])
    absent: int = Field(examples=[0])
    version_id: str | None = Field(examples=[ID])


class ExclusionShape(Shape):
    """What the public is told of a document that was taken down or destroyed."""

    scope: str = Field(examples=["dane osobowe w załączniku nr 2"])
    legal_ground: str = Field(examples=["personal_data"])
    basis: str = Field(examples=[""])
    """The basis of a destruction in words, where `legal_ground` says `words`."""
    is_destruction: bool = Field(examples=[False])
    excluded_by: str = Field(examples=["Burmistrz Piechowic"])
    made_at: datetime = Field(examples=[_MOMENT])


class ActShape(Shape):
    """An adopted act; of its force it says only what somebody set with a basis."""

    id: str = Field(examples=[ID])
    number: str = Field(examples=["LIII/412/26"])
    title: str = Field(examples=["w sprawie budżetu miasta na rok 2027"])
    kind: str = Field(examples=["resolution"])
    adopted_on: date | None = Field(examples=[_DAY])
    published_at: datetime | None = Field(examples=["2026-12-01T08:30:00Z"])
    status: Literal[
        "unknown",
        "adopted",
        "in_force",
        "in_force_amended",
        "repealed",
        "expired",
        "declared_invalid",
    ] = Field(examples=["in_force"])
    status_basis: str = Field(examples=["ogłoszono w Dz. Urz. Woj. Dolnośląskiego, poz. 1234"])
    url: str = Field(examples=["https://teczka.example/piechowice/uchwaly/k7c2m9x4q1v8z5w3"])


class ActLinkShape(Shape):
    """Another act of the council that this one changes or repeals, or is changed or repealed by."""

    kind: Literal["amends", "repeals", "amended_by", "repealed_by"] = Field(examples=["repeals"])
    number: str = Field(examples=["XLI/318/25"])
    adopted_on: date | None = Field(examples=["2025-11-27"])
    act_id: str | None = Field(examples=[ID])
    """None where no published act has that number."""


class WholeAct(ActShape):
    """An act with its files, its vote, what its text says and the notices of what was taken down.

    What its text says is here once the office confirmed it.
    """

    organ: str = Field(examples=["Rada Miejska w Piechowicach"])
    """Who adopted it, where it is not the council as it is called now; else empty."""
    legal_basis: str = Field(examples=["art. 18 ust. 2 pkt 4 ustawy o samorządzie gminnym"])
    annexes: list[str] = Field(examples=[["1", "2"]])
    """By their numbers; an empty one is the only annex there is."""
    links: list[ActLinkShape]
    documents: list[DocumentShape]
    vote: VoteShape | None
    exclusions: list[ExclusionShape]


class DeliveryShape(Shape):
    """What was observed of one recipient and one packet; null means: not observed."""

    person_id: str = Field(examples=[ID])
    name: str = Field(examples=["Anna Żółtowska"])
    role: str = Field(examples=["member"])
    state: Literal["waiting", "accepted", "refused", "no_address", "overtaken"] = Field(
        examples=["accepted"]
    )
    notified_at: datetime | None = Field(examples=[_MOMENT])
    accepted_at: datetime | None = Field(
        examples=["2026-11-19T13:05:12Z"], description="By the mail server; that is not: read."
    )
    opened_at: datetime | None = Field(examples=["2026-11-19T18:40:00Z"])
    downloaded_at: datetime | None = Field(examples=[None])
    acknowledged_at: datetime | None = Field(examples=[None])
