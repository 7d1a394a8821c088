"""What the office's pages call things: kinds, states, outcomes, problems; Polish is the message."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from api.names import PAPER_KINDS as PAPER_KINDS
from api.names import STATUSES as STATUSES
from delivery.words import change_sentences as change_sentences
from delivery.words import exclusion_sentence as exclusion_sentence
from delivery.words import ground_words as ground_words
from delivery.words import meeting_heading
from docstore.errors import EditConflict
from docstore.files.opening import OPENABLE
from docstore.files.verdict import Verdict, verdict_of
from docstore.language import Words
from docstore.models import AgendaItem, Document, Facts, Meeting, Organization, Rendition
from docstore.rules.agenda_numbers import spoken_numbers
from docstore.rules.document_role import DocumentRole
from docstore.rules.sentences import role_name
from docstore.services.opening import may_be_opened as may_be_opened
from docstore.services.renditions import RENDERED as RENDERED

KINDS: Mapping[str, str] = {
    "ordinary": "sesja zwyczajna",
    "extraordinary": "sesja nadzwyczajna",
    "ceremonial": "sesja uroczysta",
    "sitting": "posiedzenie komisji",
}

OUTCOMES: Mapping[str, str] = {
    "pending": "bez wyniku",
    "adopted": "przyjęto",
    "rejected": "odrzucono",
    "withdrawn": "wycofano",
    "referred": "skierowano do komisji",
}

FACTS: Mapping[str, str] = {
    "adopted_on": "data podjęcia",
    "number": "numer",
    "title": "tytuł",
    "druk": "druk",
    "organ": "organ",
    "basis": "podstawa prawna",
    "annex": "załącznik",
    "amends": "zmienia uchwałę",
    "repeals": "uchyla uchwałę",
}
"""What is read from an act's text."""

ROLES = tuple(role.value for role in DocumentRole)

AUDIENCES: Mapping[str, str] = {
    "members_and_guests": "radni i goście",
    "members": "tylko radni",
    "organization": "wybrane komisje lub kluby",
    "persons": "wybrane osoby",
}

# What can be wrong with a file, and what that means for the packet; the codes are stored.
PROBLEMS: Mapping[str, tuple[str, str]] = {
    "empty_file": ("plik jest pusty", "wrong"),
    "wrong_extension": ("nazwa nie zgadza się z zawartością", "attention"),
    "encrypted": ("zaszyfrowany: będzie tylko w ZIP", "attention"),
    "opened": ("otwarty hasłem: jest kopia bez hasła", "neutral"),
    "protected": ("zabezpieczony przed zmianami", "neutral"),
    "broken": ("uszkodzony: nie da się go odczytać", "wrong"),
    "repaired": ("był uszkodzony, odczytano go po naprawie", "attention"),
    "unsupported": ("ten rodzaj pliku będzie tylko w ZIP", "neutral"),
    "container": ("paczka plików: będzie tylko w ZIP", "neutral"),
    "parts_unread": ("nie wszystko odczytano", "attention"),
    "no_text": ("skan bez tekstu: nie da się go przeszukać", "attention"),
    "recognising": ("skan: rozpoznajemy jego tekst", "neutral"),
    "withheld": ("skan jest publiczny i są w nim dane osobowe: nie pokazujemy tekstu", "attention"),
    "recognised": ("skan z rozpoznanym tekstem", "neutral"),
    "text_cut": ("tekst przeszukamy tylko w części", "attention"),
    "too_many_pages": ("za dużo stron: odczytano tylko część", "attention"),
    "too_large": ("za duży do odczytania", "attention"),
    "timed_out": ("odczytywanie trwało za długo", "attention"),
    "xfa": ("formularz, który w scalonym PDF będzie pusty", "attention"),
    "signed": ("podpisany: podpis jest w oryginale", "neutral"),
    "attachments": ("ma w sobie inne pliki", "neutral"),
    "tracked_changes": ("nieprzyjęte zmiany", "attention"),
    "comments": ("komentarze autorów", "attention"),
    "empty_pages": ("ma puste strony", "neutral"),
    "missing_fonts": ("nie ma w nim jego czcionek", "attention"),
    "active_content": ("ma makra lub skrypty, których nie uruchamiamy", "attention"),
    "no_renderer": ("bez wersji PDF: na serwerze nie ma LibreOffice", "attention"),
    "render_timeout": ("bez wersji PDF: przekształcanie trwało za długo", "attention"),
}
NO_PDF = ("bez wersji PDF: nie udało się go przekształcić", "attention")
"""What is said of every other reason why a Word file has no PDF."""
VERDICTS: Mapping[Verdict, str] = {
    Verdict.REPAIRED: "Plik był uszkodzony i odczytaliśmy z niego, co się dało. "
    "Obejrzyj go, zanim wyślesz pakiet.",
    Verdict.NO_TEXT: "Są w nim strony bez tekstu, na przykład skan: nie da się ich przeszukać.",
    Verdict.NEEDS_PASSWORD: "Otwiera się tylko z hasłem, więc radni dostaną go wyłącznie w "
    "archiwum ZIP. Poproś autora o plik bez hasła.",
    Verdict.OWNER_RESTRICTED: "Autor zastrzegł, co wolno robić z tym plikiem, ale otwiera się on "
    "bez hasła. W scalonym PDF zastrzeżeń nie będzie; w oryginale zostają.",
    Verdict.XFA: "To formularz, który pokazuje tylko program Adobe. Wydrukuj go do zwykłego PDF "
    "i dodaj jeszcze raz.",
    Verdict.CONTAINER: "To paczka z innymi plikami. Przechowujemy ją w całości i szukamy także w "
    "tym, co da się z niej odczytać. Radni dostaną ją w archiwum ZIP; żeby pliki z niej znalazły "
    "się w scalonym PDF, dodaj je osobno.",
    Verdict.REFUSED: "Nie udało się odczytać treści tego pliku. Radni dostaną go w archiwum ZIP "
    "takim, jaki jest; sprawdź, czy się otwiera, albo poproś autora o nowy.",
}
"""What a verdict means for the clerk; of a file that is as it should be, nothing is said."""
# A rendition answers this one, so that it is no news to a clerk.
_SILENT = frozenset({"needs_rendition"})

Chip = tuple[str, str] | tuple[str, str, str]
"""A text, its state (neutral, info, done, attention or wrong), and an icon of its own."""


def paper_kinds(words: Words) -> list[tuple[str, str]]:
    """Return the kinds of papers to choose from."""
    return [(code, words(name)) for code, name in PAPER_KINDS.items()]


def meeting_name(words: Words, meeting: Meeting) -> str:
    """Return `LIII sesja`, `XII posiedzenie`."""
    return meeting_heading(words, meeting)


def cancelled_chip(words: Words, meeting: Meeting) -> Chip:
    """Return the chip of a meeting that was called off."""
    at = meeting.cancelled_at
    text = words("odwołano {when}", when=words.moment(at)) if at else words("odwołano")
    return (text, "attention")


def whose_meeting(words: Words, meeting: Meeting, organization: Organization) -> str:
    """Return the name of a meeting with whose it is."""
    return meeting_heading(words, meeting, organization.name)


def why_despite(words: Words, reason: str, who: str, when: datetime) -> Mapping[str, str]:
    """Return a summary's row: why something was published despite personal data."""
    signed = ", ".join(part for part in (who, words.moment(when)) if part)
    return {
        "term": words("Dlaczego opublikowano mimo danych osobowych (tylko dla biura)"),
        "text": f"{reason} ({signed})",
    }


def item_numbers(items: Sequence[AgendaItem]) -> dict[str, str]:
    """Return what each item of an agenda is called in a sentence."""
    numbers = spoken_numbers((item.depth, item.label) for item in items)
    return {item.id: number for item, number in zip(items, numbers, strict=True)}


def role_of(words: Words, code: str) -> str:
    """Return what a document is to its paper."""
    try:
        return role_name(words, DocumentRole(code))
    except ValueError:
        return words("inny dokument")


def seat_of(words: Words, role: str) -> str:
    """Return as what somebody receives a packet."""
    names = {
        "chair": words("przewodniczy"),
        "vice_chair": words("wiceprzewodniczy"),
        "guest": words("gość"),
    }
    return names.get(role, words("radny/radna"))


def problem_chips(words: Words, facts: Facts | None, rendition: Rendition | None) -> list[Chip]:
    """Return what a clerk should know of a file, in words."""
    codes = [code for code in (facts.problems if facts else ()) if code not in _SILENT]
    if rendition is not None and rendition.problem:
        codes.append(rendition.problem)
    known = [PROBLEMS.get(code, NO_PDF if code.startswith("render_") else None) for code in codes]
    return [(words(text), state) for text, state in filter(None, known)]


def verdict_sentence(words: Words, facts: Facts | None) -> str:
    """Return what a clerk should do about a file, or nothing where all is well or not yet known."""
    if facts is None:
        return ""
    verdict = verdict_of(facts.text_state, facts.problems)
    if verdict is Verdict.CONTAINER and facts.text_state == "unread":
        return words(
            "To paczka z innymi plikami, z której nic nie odczytaliśmy. Radni dostaną ją w "
            "archiwum ZIP; żeby dało się je przeszukać, dodaj pliki z niej osobno."
        )
    if verdict is Verdict.NEEDS_PASSWORD and facts.media_type in OPENABLE:
        return words(
            "Otwiera się tylko z hasłem, więc radni dostaną go wyłącznie w archiwum ZIP. Jeśli "
            "znasz hasło, podaj je; możesz też poprosić autora o plik bez hasła."
        )
    sentence = VERDICTS.get(verdict)
    if sentence is None and {"tracked_changes", "comments"} & {*facts.problems}:
        return words(
            "W pliku zostały zmiany, których nikt nie przyjął, albo komentarze: zobaczy je każdy, "
            "kto go dostanie. Przyjmij albo odrzuć zmiany, usuń komentarze i dodaj plik jako nową "
            "wersję."
        )
    if sentence is None and "missing_fonts" in facts.problems:
        return words(
            "Plik korzysta z czcionek, których w nim nie ma: na tablecie radnego może wyglądać "
            "inaczej, a litery mogą zniknąć. Zapisz go jako PDF jeszcze raz, z czcionkami "
            "osadzonymi w pliku."
        )
    return words(sentence) if sentence else ""


def audience_chips(words: Words, document: Document) -> list[Chip]:
    """Return for whom a document is, where that is not the usual."""
    narrowed = document.audience != "members_and_guests"
    chips: list[Chip] = (
        [(words(AUDIENCES[document.audience]), "attention", "locked")] if narrowed else []
    )
    if document.is_public:
        return [*chips, (words("publiczny"), "neutral", "public")]
    return [*chips, (words("nie dla publiczności"), "neutral", "locked")]


def conflict_sentence(
    words: Words, conflict: EditConflict, names: Mapping[str, str], me: str | None
) -> str:
    """Say who changed a meeting in the meantime, and that nothing was overwritten."""
    by, at = conflict.fields.get("by"), conflict.fields.get("at")
    when = words.moment(at) if isinstance(at, datetime) else ""
    if by and by == me:
        return words(
            "W innym oknie wprowadzono w międzyczasie Twoją zmianę ({when}). Niczego nie "
            "nadpisano. Widzisz teraz stan aktualny; zapisz swoją zmianę jeszcze raz.",
            when=when,
        )
    return words(
        "W międzyczasie zmianę wprowadziła inna osoba: {name}, {when}. Niczego nie nadpisano. "
        "Widzisz teraz stan aktualny; zapisz swoją zmianę jeszcze raz.",
        name=names.get(str(by), words("osoba nieznana")),
        when=when,
    )
