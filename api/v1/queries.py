"""What the interface is asked in the query of an address: lists, search, and what a file is."""

from typing import Annotated

from pydantic import BaseModel, Field

from api.v1.asks import Id
from docstore.rules.document_role import DocumentRole
from indexer.documents import Sort, Stage

Word = Annotated[str, Field(max_length=40)]


class ActsQuery(BaseModel):
    """Which acts are asked for."""

    limit: int = Field(20, ge=1, le=100, examples=[20], description="How many at most.")
    after: str | None = Field(
        None,
        max_length=200,
        examples=["WyIyMDI2LTExLTI2IiwiazdjMm05eDRxMXY4ejV3MyJd"],
        description="`next` of the page before; left out for the first.",
    )
    year: list[Annotated[int, Field(ge=1000, le=9999)]] = Field(
        [], max_length=50, examples=[[2026]], description="Any of these years of adoption."
    )
    kind: list[Word] = Field(
        [], max_length=50, examples=[["resolution"]], description="Any of these kinds of paper."
    )
    status: list[Word] = Field(
        [], max_length=50, examples=[["in_force"]], description="Any of these legal states."
    )


class SearchAsk(ActsQuery):
    """What is searched for."""

    q: str = Field(
        "",
        max_length=1000,
        examples=["podatek od psów"],
        description="Words in any form; the language is described in docs/search.md.",
    )
    stage: list[Stage] = Field(
        [], max_length=10, examples=[["adopted"]], description="Any of these stages."
    )
    sort: Sort = Field("relevance", examples=["date"], description="What stands first.")


class NewVersion(BaseModel):
    """What is said of a file beside its bytes."""

    file_name: str = Field(
        min_length=1,
        max_length=500,
        examples=["projekt.pdf"],
        description="As people will see it; longer names are cut to 255 bytes.",
    )
    note: str = Field(
        "",
        max_length=2000,
        examples=["poprawiono § 3"],
        description="What changed, for readers.",
    )
    sha256: str = Field(
        "",
        pattern=r"^([0-9a-fA-F]{64})?$",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
        description="Other bytes than these are refused.",
    )


class NewFile(NewVersion):
    """What is said of a new document; exactly one of the three owners is named."""

    paper_id: Id | None = Field(None, description="The matter it belongs to.")
    item_id: Id | None = Field(None, description="Or the agenda item.")
    meeting_id: Id | None = Field(None, description="Or the meeting.")
    role: DocumentRole | None = Field(
        None, examples=["main"], description="Told from the file's name if left out."
    )
    title: str = Field(
        "",
        max_length=500,
        examples=["Projekt uchwały"],
        description="Told from the file's name if left out.",
    )
    is_public: bool | None = Field(
        None, examples=[True], description="For everyone once published; by role if left out."
    )
