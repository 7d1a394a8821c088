"""Receipts in honest words: what is known of each recipient, and what is not."""

from dataclasses import dataclass
from datetime import datetime

from api.pages.office.wording import Chip
from delivery.words import answer_words
from docstore.database import ReadSession
from docstore.language import Words
from docstore.models import Meeting, Packet
from docstore.services import deliveries
from docstore.services.deliveries import Progress

Cell = str | Chip
"""A text, or a state with its word: (text, state)."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A packet's recipients, and how many of them did what."""

    packet: Packet
    rows: tuple[Progress, ...]

    @property
    def opened(self) -> int:
        """Return how many opened the packet in Teczka."""
        return sum(each.opened_at is not None for each in self.rows)

    @property
    def acknowledged(self) -> int:
        """Return how many confirmed that they have it."""
        return sum(each.acknowledged_at is not None for each in self.rows)

    @property
    def unopened(self) -> tuple[str, ...]:
        """Return who has not opened the packet and can be reached by mail."""
        return tuple(
            each.recipient.person.id
            for each in self.rows
            if each.opened_at is None and each.recipient.person.email
        )

    def having(self, state: str) -> list[Progress]:
        """Return the recipients whose last notice is in a state."""
        return [each for each in self.rows if each.state == state]


def watch(session: ReadSession, *, packet: Packet, meeting: Meeting) -> Watched:
    """Return what was observed of a packet."""
    return Watched(packet, tuple(deliveries.progress(session, packet=packet, meeting=meeting)))


def summary(words: Words, watched: Watched) -> str:
    """Return `15 z 17 otworzyło w Teczce · 2 jeszcze nie`."""
    everyone, opened = len(watched.rows), watched.opened
    said = [words("{opened} z {all} otworzyło w Teczce", opened=opened, all=everyone)]
    if everyone - opened:
        said.append(words("{count} jeszcze nie", count=everyone - opened))
    said.append(words("{count} potwierdziło odbiór", count=watched.acknowledged))
    return " · ".join(said)


def warnings(words: Words, watched: Watched) -> list[str]:
    """Return what stands between the packet and some recipients, with what to do."""
    said = []
    if waiting := watched.having("waiting"):
        letters = words.count(len(waiting), "list czeka", "listy czekają", "listów czeka")
        said.append(
            words(
                "{letters} na serwer poczty. Wyślemy je sami; niczego nie trzeba ponawiać.",
                letters=letters,
            )
        )
    if refused := watched.having("refused"):
        said.append(
            words(
                "Serwer poczty odrzucił adresy: {names}. Popraw adres i wyślij ponownie.",
                names=_names(refused),
            )
        )
    if without := watched.having("no_address"):
        said.append(
            words(
                "Bez adresu e-mail: {names}. Tym osobom doręcz materiały inaczej.",
                names=_names(without),
            )
        )
    return said


def _names(rows: list[Progress]) -> str:
    return ", ".join(each.recipient.person.name for each in rows)


def cells(words: Words, row: Progress) -> list[Cell]:
    """Return a recipient's cells: sent, accepted, opened, downloaded, acknowledged."""
    return [
        _sent(words, row),
        _accepted(words, row),
        _seen(words, row.opened_at, words("jeszcze nie")),
        _seen(words, row.downloaded_at, words("nie odnotowano")),
        _seen(words, row.acknowledged_at, words("jeszcze nie")),
    ]


def _sent(words: Words, row: Progress) -> Cell:
    if row.state == "no_address":
        return (words("brak adresu e-mail"), "attention")
    if row.state == "overtaken":
        return (words("nie wysłano: posiedzenie odwołano"), "attention")
    if row.notified_at is None:
        return (words("nie wysłano"), "attention")
    if row.state == "waiting":
        return (words("czeka od {when}", when=words.moment(row.notified_at)), "attention")
    return words.moment(row.notified_at)


def _accepted(words: Words, row: Progress) -> Cell:
    if row.accepted_at is not None:
        return words.moment(row.accepted_at)
    if row.state == "refused":
        return (words("odrzucone: {answer}", answer=_answer(words, row)), "wrong")
    if row.state == "waiting" and row.answer:
        return words("jeszcze nie; ostatnia odpowiedź: {answer}", answer=_answer(words, row))
    return words("jeszcze nie") if row.state == "waiting" else "–"


def _answer(words: Words, row: Progress) -> str:
    return answer_words(words, row.answer) if row.answer else words("bez podania przyczyny")


def _seen(words: Words, at: datetime | None, unknown: str) -> Cell:
    return words.moment(at) if at else unknown
