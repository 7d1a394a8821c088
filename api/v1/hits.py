"""What a search answers."""

from datetime import date
from typing import Literal

from pydantic import Field

from api.v1.shapes import ID, Shape


class HitShape(Shape):
    """One document that answers."""

    version_id: str = Field(examples=[ID])
    document_id: str = Field(examples=[ID])
    paper_id: str | None = Field(examples=[ID])
    is_act: bool = Field(examples=[True], description="Whether it belongs to a published act.")
    title: str = Field(examples=["w sprawie opłaty od posiadania psów"])
    number: str = Field(examples=["XLV/312/2018"])
    role: str = Field(examples=["signed_act"])
    file_name: str = Field(examples=["uchwala-XLV-312-2018.pdf"])
    status: str = Field(examples=["in_force"])
    adopted_on: date | None = Field(examples=["2018-03-22"])
    page: int | None = Field(examples=[3])
    text_origin: Literal["file", "recognised", "corrected"] = Field(
        examples=["file"],
        description="Where the snippet comes from: the file's own text; a scanned page, recognised "
        "by a program; or a scanned page, corrected by the office.",
    )
    confidence: int | None = Field(
        examples=[None], description="How sure the program is of a recognised page, in percent."
    )
    snippet: str = Field(
        examples=["Ustala się roczną stawkę ⟦opłaty⟧ od posiadania ⟦psów⟧ w wysokości 50 zł"],
        description="Plain text; the words that answer stand between ⟦ and ⟧.",
    )


class NoteShape(Shape):
    """What was not understood in a query, and the query that was run instead."""

    code: str = Field(examples=["unclosed_quote"])
    what: str = Field(examples=["„plan miejscowy"])
    mended: str = Field(examples=["„plan miejscowy”"])


class SearchShape(Shape):
    """One page of what was found, with the counts of the whole answer."""

    total: int = Field(examples=[17])
    facets: dict[str, dict[str, int]] = Field(examples=[{"year": {"2018": 3}}])
    notes: list[NoteShape]
    items: list[HitShape]
    next: str | None = Field(examples=["20"])
