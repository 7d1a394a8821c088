"""The plan of a packet's merged PDF: its cover in words, its parts in the order of the agenda."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from delivery.accent import accent
from delivery.published import Absence, Entry, PublishedFile, PublishedItem, PublishedPacket
from delivery.words import change_sentences, ground_words, meeting_heading, unmerged_reason
from docstore.files.writer import AgendaEntry, PacketLabels, PacketPlan, Part
from docstore.language import Words
from docstore.models import Body
from docstore.rules.acts.druk import tells_druk
from docstore.rules.agenda_numbers import spoken_numbers


@dataclass(frozen=True, slots=True)
class Edition:
    """A packet with the names around it, as its PDF, its ZIP and its mails need them."""

    packet: PublishedPacket
    body: Body
    organization: str
    words: Words

    @property
    def heading(self) -> str:
        """Return `LIII sesja Rady Miejskiej w Piechowicach`."""
        return meeting_heading(self.words, self.packet.meeting, self.organization)

    @property
    def made_at(self) -> str:
        """Return what the packet's files say of their making: they are the same whenever made."""
        return self.packet.published_at.astimezone(UTC).isoformat()

    @property
    def place_and_time(self) -> list[str]:
        """Return when and where, a line each."""
        meeting = self.packet.meeting
        lines = [meeting.title, self.words.long_moment(meeting.starts_at), meeting.place]
        return [line for line in lines if line.strip()]

    @property
    def changes(self) -> list[str]:
        """Return what this packet changed, a sentence each."""
        return change_sentences(self.words, self.packet.changes, number=self.packet.number)


SourceOf = Callable[[PublishedFile | Absence], Path | None]
"""Gives the PDF that stands at an entry's pages; None for one that has none in the merged file."""


def cover_plan(edition: Edition, source_of: SourceOf, *, emblem: Path | None) -> PacketPlan:
    """Return what the merged PDF is to be."""
    words = edition.words
    return PacketPlan(
        language=words.language,
        council=edition.body.name,
        heading=edition.heading,
        made_at=edition.made_at,
        labels=PacketLabels(
            agenda=words("Porządek obrad"),
            missing=words(
                "Tego pliku nie udało się dołączyć: jest uszkodzony. Oryginał jest w archiwum ZIP."
            ),
            page=words("s. {page}"),
        ),
        meta=(*edition.place_and_time, "", _count_line(edition), *_changed_line(edition)),
        cover_notes=tuple(_notes(edition)),
        entries=tuple(_entries(edition, source_of)),
        emblem=emblem,
        accent=accent(edition.body.colour),
    )


def _count_line(edition: Edition) -> str:
    words, packet = edition.words, edition.packet
    files = list(packet.files)
    facts = [
        words("Pakiet {number}", number=packet.number),
        words("opublikowany {moment}", moment=words.moment(packet.published_at)),
        words.count(len(files), "dokument", "dokumenty", "dokumentów"),
    ]
    if packet.pages:
        facts.append(words.count(packet.pages, "strona", "strony", "stron"))
    return " · ".join(facts)


def _changed_line(edition: Edition) -> list[str]:
    words, number = edition.words, edition.packet.number
    if number == 1:
        return []
    return [
        words(
            "Ten pakiet zastępuje pakiet {before}; zmiany są na końcu okładki.", before=number - 1
        )
    ]


def _entries(edition: Edition, source_of: SourceOf) -> Iterator[AgendaEntry]:
    words, packet = edition.words, edition.packet
    if packet.own:
        parts = tuple(_part(words, entry, "", source_of) for entry in packet.own)
        yield AgendaEntry(depth=0, number="", title=words("Dokumenty posiedzenia"), parts=parts)
    for item in packet.items:
        papers = paper_names(words, item)
        parts = tuple(
            _part(words, entry, papers.get(entry.paper_id or "", ""), source_of)
            for entry in item.entries
        )
        yield AgendaEntry(depth=item.depth, number=item.label, title=item.title, parts=parts)


def paper_names(words: Words, item: PublishedItem) -> dict[str, str]:
    """Return what the papers of an item are called there, saying nothing twice.

    A paper often bears its item's title, so that only the number of the draft is told. One whose
    documents are all absent is not named.
    """
    names = {}
    shown = {file.paper_id for file in item.files}
    for paper in (paper for paper in item.papers if paper.id in shown):
        is_told = not paper.druk or tells_druk(item.title, paper.druk)
        druk = "" if is_told else words("druk nr {druk}", druk=paper.druk)
        known = paper.title.casefold() in item.title.casefold()
        told = [druk[:1].upper() + druk[1:], "" if known else paper.title]
        names[paper.id] = ": ".join(part for part in told if part)
    return names


def _part(words: Words, entry: Entry, paper: str, source_of: SourceOf) -> Part:
    source = source_of(entry)
    if isinstance(entry, Absence):
        return Part(
            title=absence_title(words, entry),
            pages=entry.pages if source else 0,
            source=source,
            note=ground_words(words, entry.ground),
            paper=paper,
        )
    return Part(
        title=entry.title,
        pages=entry.pages or 0,
        source=source,
        note=None
        if source
        else words(
            "nie ma go w tym pliku: {reason}; jest w archiwum ZIP",
            reason=unmerged_reason(words, entry.problems),
        ),
        paper=paper,
    )


def absence_title(words: Words, absence: Absence) -> str:
    """Return what stands at the place of a document that is not here."""
    if absence.is_destroyed:
        return words("dokument zniszczony")
    if absence.is_taken_down:
        return words("dokument wyłączony z udostępniania")
    return words("dokument udostępniony odrębnie")


def _notes(edition: Edition) -> Iterator[str]:
    words, packet = edition.words, edition.packet
    if edition.changes:
        yield _listed(
            words("Zmiany od pakietu {before}:", before=packet.number - 1), edition.changes
        )
    outside = [_placed(words, label, file) for label, file in _unmerged(packet)]
    if outside:
        yield _listed(words("Poza tym plikiem, w archiwum ZIP:"), outside)
    yield words(
        "Kopie połączone w tym pliku tracą podpisy elektroniczne. Oryginały są w archiwum ZIP."
    )
    yield words("Suma kontrolna pakietu (SHA-256): {digest}", digest=packet.manifest_sha256)


def _listed(heading: str, sentences: Sequence[str]) -> str:
    return "\n".join([heading, *(f"– {sentence}" for sentence in sentences)])


def _unmerged(packet: PublishedPacket) -> Iterator[tuple[str, PublishedFile]]:
    numbers = spoken_numbers((item.depth, item.label) for item in packet.items)
    places = [("", packet.own), *zip(numbers, (i.entries for i in packet.items), strict=True)]
    for label, entries in places:
        for entry in entries:
            if isinstance(entry, PublishedFile) and entry.first_page is None:
                yield label, entry


def _placed(words: Words, label: str, file: PublishedFile) -> str:
    reason = unmerged_reason(words, file.problems)
    if not label:
        return words("{title}: {reason}", title=file.title, reason=reason)
    return words("pkt {label}, {title}: {reason}", label=label, title=file.title, reason=reason)
