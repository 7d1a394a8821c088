"""Meetings, changes and reasons in sentences; pages, mails and covers all say them alike."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from delivery.genitive import genitive
from delivery.published import PublishedMeeting
from docstore.language import Words
from docstore.models import Exclusion, Meeting
from docstore.rules.roman import to_roman
from docstore.services.changes import Change
from docstore.services.grounds import DESTRUCTION_GROUNDS, GROUNDS

AnyMeeting = Meeting | PublishedMeeting


def meeting_heading(words: Words, meeting: AnyMeeting, organization: str = "") -> str:
    """Return `LIII sesja`, and whose it is when the organisation is given by its name."""
    number = to_roman(meeting.number) if meeting.number else ""
    heading = _numbered(words, meeting.kind, number) if number else _plain(words, meeting.kind)
    if not organization:
        return heading
    whose = genitive(organization) if words.language == "pl" else organization
    if whose is None:
        return words("{meeting} ({organization})", meeting=heading, organization=organization)
    return words("{meeting} {whose}", meeting=heading, whose=whose)


def _numbered(words: Words, kind: str, number: str) -> str:
    match kind:
        case "extraordinary":
            return words("{number} sesja nadzwyczajna", number=number)
        case "ceremonial":
            return words("{number} sesja uroczysta", number=number)
        case "sitting":
            return words("{number} posiedzenie", number=number)
    return words("{number} sesja", number=number)


def _plain(words: Words, kind: str) -> str:
    match kind:
        case "extraordinary":
            return words("Sesja nadzwyczajna")
        case "ceremonial":
            return words("Sesja uroczysta")
        case "sitting":
            return words("Posiedzenie")
    return words("Sesja")


def change_sentences(words: Words, changes: Iterable[Change], *, number: int) -> list[str]:
    """Return what packet `number` changed, a sentence each; the first packet changed nothing.

    Narrowed documents are in no common difference: a later packet without one changed only those.
    """
    sentences = [change_sentence(words, change) for change in changes]
    if not sentences and number > 1:
        return [words("Zmieniono tylko dokumenty udostępniane odrębnie.")]
    return sentences


def change_sentence(words: Words, change: Change) -> str:
    """Return one change of a packet as a sentence."""
    kind = change["kind"]
    if kind == "meeting":
        return _meeting_change(words, change)
    label = change["label"]
    sentence = _item_change(words, change, label) or _file_change(words, change)
    if label and kind.startswith("file_"):
        return words("Punkt {label}: {change}", label=label, change=sentence)
    return sentence[:1].upper() + sentence[1:]


def _meeting_change(words: Words, change: Change) -> str:
    old, new = (_fact(words, change["field"], change[key]) for key in ("from", "to"))
    match change["field"]:
        case "starts_at":
            return words("Nowy termin: {new} (było: {old})", new=new, old=old)
        case "place":
            return words("Nowe miejsce: {new} (było: {old})", new=new, old=old)
        case "number":
            return words("Nowy numer: {new} (było: {old})", new=new, old=old)
        case "kind":
            return words("Nowy rodzaj: {new} (było: {old})", new=new, old=old)
    return words("Nowa nazwa: {new} (było: {old})", new=new, old=old)


def _fact(words: Words, field: str, value: Any) -> str:
    if not value:
        return words("nie podano")
    match field:
        case "starts_at":
            return words.long_moment(datetime.fromisoformat(value))
        case "number":
            return to_roman(value)
        case "kind":
            heading = _plain(words, value)
            return heading[:1].lower() + heading[1:]
    return str(value)


def _item_change(words: Words, change: Change, label: str) -> str:
    title = change.get("title", "")
    match change["kind"]:
        case "item_added":
            return words("Dodano punkt {label}: {title}", label=label, title=title)
        case "item_removed":
            return words("Usunięto punkt {label}: {title}", label=label, title=title)
        case "item_reworded":
            return words(
                "Punkt {label} brzmi teraz: {title} (było: {old})",
                label=label,
                title=title,
                old=change["from"],
            )
        case "item_moved":
            old = change["from"]
            if old == label:
                return words("Przesunięto punkt {label}: {title}", label=label, title=title)
            return words(
                "Punkt {old} jest teraz punktem {label}: {title}",
                old=old,
                label=label,
                title=title,
            )
    return ""


def _file_change(words: Words, change: Change) -> str:
    title = change.get("title", "")
    match change["kind"]:
        case "file_added":
            return words("nowy dokument „{title}”", title=title)
        case "file_replaced":
            return words(
                "nowa wersja dokumentu „{title}” (wersja {new} zamiast {old})",
                title=title,
                new=change["to"],
                old=change["from"],
            )
        case "file_narrowed":
            return words("dokument jest teraz udostępniany odrębnie")
        case "file_taken_down":
            return words("dokument wyłączono z udostępniania")
    return words("usunięto dokument „{title}”", title=title)


def ground_words(words: Words, ground: str) -> str:
    """Return a legal ground in words; one in words of its own stays as it is."""
    known = GROUNDS.get(ground) or DESTRUCTION_GROUNDS.get(ground)
    return words(known) if known else ground


def exclusion_sentence(words: Words, row: Exclusion) -> str:
    """Return what is said of a document that was taken down or destroyed."""
    said = {
        "scope": row.scope.rstrip("."),
        "ground": ground_words(words, row.basis or row.legal_ground),
        "by": row.excluded_by,
        "day": words.day(words.local(row.made_at).date()),
    }
    if row.is_destruction:
        return words(
            "Zniszczono: {scope}. Podstawa: {ground}. Zniszczenia dokonał: {by}, {day}.", **said
        )
    return words(
        "Zakres wyłączenia: {scope}. Podstawa: {ground}. Wyłączenia dokonał: {by}, {day}.", **said
    )


def answer_words(words: Words, answer: str) -> str:
    """Return what stands in a delivery's `answer`: the mail server's own words, or ours."""
    ours = {
        "not_configured": words("nie ustawiono serwera poczty"),
        "unreachable": words("serwer poczty nie odpowiada"),
        "timeout": words("serwer poczty nie odpowiedział na czas"),
        "broken_off": words("serwer poczty przerwał połączenie"),
        "tls": words("certyfikat serwera poczty nie jest zaufany"),
        "no_tls": words("serwer poczty nie oferuje szyfrowania, więc nie podano mu hasła"),
        "no_auth": words("serwer poczty nie przyjmuje logowania"),
        "not_writable": words("nie można zapisać do skrzynki na dysku"),
        "bad_sender": words("ustawiony adres nadawcy jest nieprawidłowy"),
        "bad_address": words("adres e-mail jest nieprawidłowy"),
    }
    return ours.get(answer, answer)


def unmerged_reason(words: Words, problems: Iterable[str]) -> str:
    """Return why a file is in the ZIP alone; the first reason that applies is the one to tell."""
    reasons = (
        ({"encrypted"}, words("zabezpieczony hasłem")),
        ({"no_renderer"}, words("plik edytora tekstu, a na serwerze nie ma LibreOffice")),
        ({"broken", "render_broken", "empty_file"}, words("uszkodzony, nie da się go odczytać")),
        ({"timed_out", "render_timeout"}, words("jego odczytanie trwało zbyt długo")),
        (
            {"too_large", "too_many_pages", "render_memory", "render_output"},
            words("zbyt duży do łączenia"),
        ),
        ({"xfa"}, words("formularz, który działa tylko w programie Acrobat")),
        ({"container"}, words("paczka z innymi plikami")),
        ({"repaired"}, words("uszkodzony, nie da się go dołączyć")),
    )
    found = set(problems)
    other = words("tego rodzaju plik nie łączy się w PDF")
    return next((reason for codes, reason in reasons if codes & found), other)
