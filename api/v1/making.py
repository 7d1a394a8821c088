"""Shapes made from rows."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from api.v1 import shapes
from api.wiring import Parts
from docstore.models import AgendaItem, Body, Exclusion, Meeting, Packet, Paper, Version, Vote
from docstore.services.act_about import About
from docstore.services.act_links import Link, Links
from docstore.services.calendar import Announced
from docstore.services.known import KnownDocument
from docstore.services.packet_view import FileView, ItemView, PacketView


class Maker:
    """Makes shapes for one council; knows its addresses."""

    def __init__(self, parts: Parts, body: Body) -> None:
        self._home = f"{parts.settings.public_url.rstrip('/')}/{body.slug}"
        self._body = body

    def body(self) -> shapes.BodyShape:
        """Describe the council."""
        its: Any = self._body
        return shapes.BodyShape(
            slug=its.slug,
            name=its.name,
            kind=its.kind,
            teryt=its.teryt,
            address=its.address,
            phone=its.phone,
            email=its.email,
            url=self._home,
        )

    def announced(self, its: Announced, *, revision: int | None) -> shapes.MeetingShape:
        """Describe a published meeting as its newest packet says it."""
        said: Any = its
        return shapes.MeetingShape(
            id=its.id,
            organization=its.organization,
            kind=said.kind,
            number=its.number,
            title=its.title,
            place=its.place,
            starts_at=its.starts_at,
            ends_at=None,
            is_cancelled=its.is_cancelled,
            packet_number=its.packet.number,
            packet_published_at=its.packet.published_at,
            revision=revision,
        )

    def meeting(self, row: Meeting, packet: Packet | None) -> shapes.MeetingShape:
        """Describe a meeting as it stands in the office."""
        said: Any = row
        return shapes.MeetingShape(
            id=row.id,
            organization=row.organization.name,
            kind=said.kind,
            number=row.number,
            title=row.title,
            place=row.place,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            is_cancelled=row.is_cancelled,
            packet_number=packet.number if packet else None,
            packet_published_at=packet.published_at if packet else None,
            revision=row.revision,
        )

    def version(self, row: Version) -> shapes.VersionShape:
        """Describe a version; its facts are loaded."""
        return self.version_with(row, pages=row.facts.pages if row.facts else None)

    def version_with(self, row: Version, *, pages: int | None) -> shapes.VersionShape:
        """Describe a version of so many pages, where they are known."""
        return shapes.VersionShape(
            id=row.id,
            document_id=row.document_id,
            number=row.number,
            file_name=row.file_name,
            media_type=row.media_type,
            size=row.size,
            sha256=row.sha256,
            pages=pages,
            created_at=row.created_at,
            url=f"{self._home}/pliki/{row.id}/{quote(row.file_name, safe='')}",
        )

    def document(self, its: KnownDocument) -> shapes.DocumentShape:
        """Describe a document with its versions."""
        return shapes.DocumentShape(
            id=its.document.id,
            paper_id=its.document.paper_id,
            role=its.document.role,
            title=its.document.title,
            versions=[self.version(row) for row in its.versions],
        )

    def paper(self, row: Paper, documents: Sequence[KnownDocument]) -> shapes.PaperShape:
        """Describe a paper."""
        return shapes.PaperShape(
            id=row.id,
            kind=row.kind,
            title=row.title,
            druk=row.druk,
            number=row.number,
            adopted_on=row.adopted_on,
            documents=[self.document(each) for each in documents],
        )

    def act(self, row: Paper) -> shapes.ActShape:
        """Describe an act in a list."""
        return shapes.ActShape(**self._act(row))

    def whole_act(
        self,
        row: Paper,
        documents: Sequence[KnownDocument],
        vote: Vote | None,
        exclusions: Sequence[Exclusion],
        about: About,
        links: Links,
    ) -> shapes.WholeAct:
        """Describe an act with everything that hangs on it."""
        return shapes.WholeAct(
            **self._act(row),
            organ=about.organ,
            legal_basis=about.basis,
            annexes=list(about.annexes),
            links=link_shapes(links),
            documents=[self.document(each) for each in documents],
            vote=vote_shape(vote, documents) if vote else None,
            exclusions=[exclusion_shape(each) for each in exclusions],
        )

    def _act(self, row: Paper) -> dict[str, Any]:
        return {
            "id": row.id,
            "number": row.number,
            "title": row.title,
            "kind": row.kind,
            "adopted_on": row.adopted_on,
            "published_at": row.published_at,
            "status": row.status,
            "status_basis": row.status_basis,
            "url": f"{self._home}/uchwaly/{row.id}",
        }


def packet_shape(row: Packet) -> shapes.PacketShape:
    """Describe a packet."""
    return shapes.PacketShape(
        id=row.id,
        number=row.number,
        published_at=row.published_at,
        manifest_sha256=row.manifest_sha256,
    )


def agenda_shape(view: PacketView) -> shapes.AgendaShape:
    """Describe a published agenda as one asker sees it."""
    return shapes.AgendaShape(
        packet=packet_shape(view.packet),
        files=[_file(each) for each in view.files],
        items=[_item(each) for each in view.items],
    )


def _item(its: ItemView) -> shapes.AgendaItemShape:
    return shapes.AgendaItemShape(
        id=its.id,
        label=its.label,
        depth=its.depth,
        title=its.title,
        papers=[
            shapes.AgendaPaper(
                id=each.id,
                title=each.title,
                druk=each.druk,
                files=[_file(file) for file in each.files],
            )
            for each in its.papers
        ],
        files=[_file(each) for each in its.files],
    )


def _file(its: FileView) -> shapes.AgendaFile:
    return shapes.AgendaFile(
        document_id=its.document_id,
        version_id=its.version_id,
        version_number=its.number,
        role=its.role,
        title=its.title,
        file_name=its.file_name,
        media_type=its.media_type,
        size=its.size,
        sha256=its.sha256,
        pages=its.pages,
    )


def draft_shape(meeting: Meeting, items: Sequence[AgendaItem]) -> shapes.DraftShape:
    """Describe an agenda as it stands in the office."""
    return shapes.DraftShape(
        meeting_id=meeting.id,
        revision=meeting.revision,
        items=[
            shapes.DraftItem(
                id=item.id,
                label=item.label,
                depth=item.depth,
                title=item.title,
                papers=[
                    shapes.DraftPaper(
                        id=each.paper.id,
                        consideration_id=each.id,
                        title=each.paper.title,
                        kind=each.paper.kind,
                        druk=each.paper.druk,
                        outcome=each.outcome,
                        document_ids=[
                            document.id
                            for document in each.paper.documents
                            if document.removed_at is None
                        ],
                    )
                    for each in item.considerations
                ],
            )
            for item in items
        ],
    )


def vote_shape(row: Vote, documents: Sequence[KnownDocument]) -> shapes.VoteShape:
    """Describe a vote; the version voted is named to those who may open it."""
    known = {version.id for each in documents for version in each.versions}
    return shapes.VoteShape(
        voted_on=row.voted_on,
        in_favour=row.in_favour,
        against=row.against,
        abstained=row.abstained,
        no_voice=row.no_voice,
        absent=row.absent,
        version_id=row.version_id if row.version_id in known else None,
    )


def exclusion_shape(row: Exclusion) -> shapes.ExclusionShape:
    """Describe what everyone is told of a taking-down or a destruction."""
    return shapes.ExclusionShape(
        scope=row.scope,
        legal_ground=row.legal_ground,
        basis=row.basis,
        is_destruction=row.is_destruction,
        excluded_by=row.excluded_by,
        made_at=row.made_at,
    )


def link_shapes(links: Links) -> list[shapes.ActLinkShape]:
    """Describe what an act does to others, then what others do to it."""
    undergone: Any = {"amends": "amended_by", "repeals": "repealed_by"}
    told: list[tuple[Any, Link]] = [(link.kind, link) for link in links.does]
    told += [(undergone[link.kind], link) for link in links.undergoes]
    return [
        shapes.ActLinkShape(
            kind=kind,
            number=link.number,
            adopted_on=link.adopted_on,
            act_id=link.paper.id if link.paper else None,
        )
        for kind, link in told
    ]
