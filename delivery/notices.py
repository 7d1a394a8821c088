"""Mails in words: the notice of a packet, a link that was asked for, a try of the mail server."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from delivery.accent import accent, css
from delivery.channels.address import is_mailable
from delivery.channels.seam import Mail
from delivery.cover import Edition, absence_title, paper_names
from delivery.published import Absence, PublishedFile, PublishedItem
from docstore.language import Words
from docstore.models import Body
from docstore.rules.plain import one_line

# A machine wrote it: nobody's holiday notice should answer (RFC 3834, and what Exchange reads).
_HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Whom a mail is for, from which address, and the Message-ID that all its repeats bear."""

    message_id: str
    sent_at: datetime
    sender: str
    to_address: str
    to_name: str


def link_url(public_url: str, slug: str, token: str) -> str:
    """Return the address behind a mail's button; opening it spends nothing."""
    return f"{public_url.rstrip('/')}/{slug}/wejscie/link/{token}"


def notice_mail(
    edition: Edition, envelope: Envelope, *, kind: str, link: str, link_expires_at: datetime
) -> Mail:
    """Return the mail that tells of a packet: date, place, agenda, drafts, what changed.

    It names nothing that was narrowed, whoever it is for: mails are passed on.
    """
    words, packet = edition.words, edition.packet
    last_day = words.local(link_expires_at - timedelta(seconds=1)).date()
    return _mail(
        "notice",
        edition.body,
        words,
        envelope,
        subject=_subject(edition, kind),
        opening=_opening(edition, kind),
        heading=edition.heading,
        place_and_time=edition.place_and_time,
        link=link,
        number=packet.number,
        changes=edition.changes,
        agenda=list(_agenda(edition)),
        terms=words(
            "Link jest przeznaczony tylko dla tej osoby: {name}. Działa raz, do {day} "
            "włącznie; potem na tej samej stronie można poprosić o nowy.",
            name=envelope.to_name,
            day=words.day(last_day),
        ),
        why=_why(edition),
    )


def cancellation_mail(edition: Edition, envelope: Envelope, *, reason: str) -> Mail:
    """Return the mail that tells that a meeting will not be, and why; it asks for nothing."""
    words = edition.words
    return _mail(
        "cancelled",
        edition.body,
        words,
        envelope,
        subject=words("Odwołano: {meeting}", meeting=_dated(edition)),
        opening=words("To posiedzenie zostało odwołane. Nie odbędzie się w tym terminie."),
        heading=edition.heading,
        place_and_time=edition.place_and_time,
        reason=reason,
        kept=words("Materiały, które już masz, pozostają w Teczce."),
        why=_why(edition),
    )


def link_mail(
    body: Body, words: Words, envelope: Envelope, *, link: str, link_expires_at: datetime
) -> Mail:
    """Return the short mail that answers "Wyślij mi nowy link"."""
    return _mail(
        "link",
        body,
        words,
        envelope,
        subject=words("Link do materiałów: {council}", council=body.name),
        link=link,
        terms=words(
            "Link jest przeznaczony tylko dla tej osoby: {name}. Działa raz, do godz. {time}.",
            name=envelope.to_name,
            time=f"{words.local(link_expires_at):%-H:%M}",
        ),
        why=words(
            "Ktoś poprosił o ten link na stronie rady. Jeśli to pomyłka, wystarczy go nie otwierać."
        ),
    )


def test_mail(body: Body, words: Words, envelope: Envelope) -> Mail:
    """Return the mail that proves to an administrator that mails go out."""
    return _mail(
        "test",
        body,
        words,
        envelope,
        subject=words("Próba poczty: {council}", council=body.name),
        explanation=words(
            "Ta wiadomość przeszła tą samą drogą, którą pójdą zawiadomienia o materiałach. "
            "Odpowiedzi trafią na adres: {address}.",
            address=body.email if is_mailable(body.email) else envelope.sender,
        ),
    )


def _mail(
    template: str, body: Body, words: Words, envelope: Envelope, *, subject: str, **said: Any
) -> Mail:
    """Fill both bodies of a mail from the same facts."""
    context = {
        "t": words,
        "subject": one_line(subject),
        "council": body.name,
        "phone": body.phone,
        "address": body.address,
        "accent": css(accent(body.colour)),
        **said,
    }
    return Mail(
        message_id=envelope.message_id,
        sent_at=envelope.sent_at,
        sender=envelope.sender,
        sender_name=one_line(body.name),
        to_address=envelope.to_address,
        to_name=one_line(envelope.to_name),
        subject=one_line(subject),
        text=_templates().get_template(f"{template}.txt").render(context),
        html=_templates().get_template(f"{template}.html").render(context),
        reply_to=body.email if is_mailable(body.email) else "",
        headers={**_HEADERS, "Content-Language": words.language},
    )


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def _why(edition: Edition) -> str:
    return edition.words(
        "Tę wiadomość dostają wszyscy członkowie i stali goście: {organization}.",
        organization=edition.organization,
    )


def _dated(edition: Edition) -> str:
    """Return what a subject calls the meeting: `LIII sesja, 26 listopada 2026`."""
    words = edition.words
    return words(
        "{heading}, {day}",
        heading=edition.heading,
        day=words.day(words.local(edition.packet.meeting.starts_at).date()),
    )


def _subject(edition: Edition, kind: str) -> str:
    words, number, meeting = edition.words, edition.packet.number, _dated(edition)
    if kind == "reminder":
        return words("{meeting}: materiały (przypomnienie)", meeting=meeting)
    if number == 1:
        return words("{meeting}: materiały", meeting=meeting)
    return words("{meeting}: zmiana materiałów (pakiet {number})", meeting=meeting, number=number)


def _opening(edition: Edition, kind: str) -> str:
    words, number = edition.words, edition.packet.number
    if kind == "reminder":
        return words("Przypominamy: materiały na to posiedzenie czekają na otwarcie.")
    if number == 1:
        return words("Materiały na posiedzenie są gotowe.")
    return words("Materiały zmieniły się. Pakiet {number} zastępuje poprzedni.", number=number)


def _agenda(edition: Edition) -> Iterator[dict[str, Any]]:
    words, packet = edition.words, edition.packet
    if packet.own:
        own = PublishedItem("", 0, words("Dokumenty posiedzenia"), entries=packet.own)
        yield {"label": "", "depth": 0, "title": own.title, "lines": list(_lines(words, own))}
    for item in packet.items:
        yield {
            "label": item.label,
            "depth": item.depth,
            "title": item.title,
            "lines": list(_lines(words, item)),
        }


def _lines(words: Words, item: PublishedItem) -> Iterator[str]:
    """Yield the documents of an item, those of one draft behind its name."""
    papers = paper_names(words, item)
    told = ""
    for entry in item.entries:
        paper = papers.get(entry.paper_id or "", "")
        if paper and paper != told:
            yield f"{paper}:"
        told = paper
        yield absence_title(words, entry) if isinstance(entry, Absence) else _told(words, entry)


def _told(words: Words, file: PublishedFile) -> str:
    if not file.pages:
        return file.title
    return f"{file.title} ({words.count(file.pages, 'strona', 'strony', 'stron')})"
