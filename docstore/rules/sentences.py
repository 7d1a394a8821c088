"""What rules found, said in Polish or English."""

from collections.abc import Iterator, Mapping

from docstore.language import Words
from docstore.rules.comparing.redline import Block, Fate, place_name
from docstore.rules.comparing.summary import Summary
from docstore.rules.document_role import DocumentRole
from docstore.rules.personal_data import FindingKind
from docstore.rules.roster import RosterCode, RosterProblem
from docstore.rules.roster_roles import RosterRole


def role_name(words: Words, role: DocumentRole) -> str:
    """Return what a document's role is called."""
    names: Mapping[DocumentRole, str] = {
        DocumentRole.MAIN: words("tekst główny"),
        DocumentRole.JUSTIFICATION: words("uzasadnienie"),
        DocumentRole.ANNEX: words("załącznik"),
        DocumentRole.OPINION: words("opinia"),
        DocumentRole.INVITATION: words("zawiadomienie"),
        DocumentRole.MINUTES: words("protokół"),
        DocumentRole.ROLL_CALL: words("imienny wykaz głosowania"),
        DocumentRole.SIGNED_ACT: words("podpisana uchwała"),
        DocumentRole.OTHER: words("inny dokument"),
    }
    return names[role]


def seat_name(words: Words, role: RosterRole) -> str:
    """Return what a person is to the council."""
    names: Mapping[RosterRole, str] = {
        RosterRole.MEMBER: words("radny lub radna"),
        RosterRole.CHAIR: words("przewodniczący lub przewodnicząca rady"),
        RosterRole.VICE_CHAIR: words("wiceprzewodniczący lub wiceprzewodnicząca rady"),
        RosterRole.GUEST: words("gość"),
    }
    return names[role]


def finding_name(words: Words, kind: FindingKind) -> str:
    """Return what kind of personal number was found."""
    names: Mapping[FindingKind, str] = {
        "pesel": words("numer PESEL"),
        "iban": words("numer rachunku bankowego"),
        "phone": words("numer telefonu"),
    }
    return names[kind]


def roster_problem(words: Words, problem: RosterProblem) -> str:
    """Return what is wrong in a row of a pasted roster, and what to do."""
    text = problem.text
    sentences: Mapping[RosterCode, str] = {
        RosterCode.NO_ROWS: words(
            "Nie ma tu żadnej osoby. Wklej wiersze: imię i nazwisko, e-mail, rola."
        ),
        RosterCode.MISSING_NAME: words(
            "brak imienia i nazwiska („{text}”). Uzupełnij je.", text=text
        ),
        RosterCode.INVALID_EMAIL: words(
            "„{text}” nie jest adresem e-mail. Popraw go lub usuń.", text=text
        ),
        RosterCode.DUPLICATE_EMAIL: words(
            "adres {text} ma już inna osoba. Każda osoba potrzebuje własnego.", text=text
        ),
        RosterCode.DUPLICATE_ROW: words("{text} występuje już wyżej. Usuń ten wiersz.", text=text),
        RosterCode.UNKNOWN_ROLE: words(
            "nieznana rola „{text}”. Wpisz: radny, radna, przewodniczący, wiceprzewodniczący"
            " albo gość i funkcję, na przykład „gość – sołtys”.",
            text=text,
        ),
        RosterCode.MISSING_EMAIL: words(
            "{text} nie ma adresu e-mail i nie dostanie zawiadomień.", text=text
        ),
        RosterCode.MISSING_ROLE: words(
            "{text} nie ma podanej roli. Przyjęto: radny lub radna.", text=text
        ),
        RosterCode.SAME_NAME: words(
            "{text}: druga osoba o tym imieniu i nazwisku. Sprawdź.", text=text
        ),
        RosterCode.SECOND_CHAIR: words(
            "{text}: druga osoba jako przewodniczący rady. Sprawdź.", text=text
        ),
    }
    said = sentences[problem.code]
    return f"{words('Wiersz {row}:', row=problem.row)} {said}" if problem.row else said


def summary_sentence(words: Words, summary: Summary) -> str:
    """Return what changed in a line: "3 zmienione paragrafy, 1 nowy załącznik"."""
    said = [*_sections(words, summary), *_annexes(words, summary), *_paragraphs(words, summary)]
    if summary.unread:
        pages = words.count(summary.unread, "strona", "strony", "stron")
        said.append(words("bez tekstu, więc nieporównane: {pages}", pages=pages))
    said = said or [words("tekst ten sam")]
    if summary.unsure:
        said.append(
            words("możliwe błędy odczytu skanu: {count}", count=words.number(summary.unsure))
        )
    return ", ".join(said)


def _sections(words: Words, summary: Summary) -> Iterator[str]:
    if number := summary.sections_changed:
        yield words.count(
            number, "zmieniony paragraf", "zmienione paragrafy", "zmienionych paragrafów"
        )
    if number := summary.sections_added:
        yield words.count(number, "nowy paragraf", "nowe paragrafy", "nowych paragrafów")
    if number := summary.sections_removed:
        yield words.count(
            number, "usunięty paragraf", "usunięte paragrafy", "usuniętych paragrafów"
        )
    if number := summary.sections_moved:
        yield words.count(
            number, "przeniesiony paragraf", "przeniesione paragrafy", "przeniesionych paragrafów"
        )
    if number := summary.sections_renumbered:
        yield words.count(
            number,
            "paragraf z innym numerem",
            "paragrafy z innymi numerami",
            "paragrafów z innymi numerami",
        )


def _annexes(words: Words, summary: Summary) -> Iterator[str]:
    if number := summary.annexes_added:
        yield words.count(number, "nowy załącznik", "nowe załączniki", "nowych załączników")
    if number := summary.annexes_removed:
        yield words.count(
            number, "usunięty załącznik", "usunięte załączniki", "usuniętych załączników"
        )


def _paragraphs(words: Words, summary: Summary) -> Iterator[str]:
    number = summary.paragraphs
    if number and summary.has_sections:
        yield words.count(
            number,
            "zmieniony akapit poza paragrafami",
            "zmienione akapity poza paragrafami",
            "zmienionych akapitów poza paragrafami",
        )
    elif number:
        yield words.count(number, "zmieniony akapit", "zmienione akapity", "zmienionych akapitów")
    if number := summary.paragraphs_renumbered:
        yield words.count(
            number,
            "akapit z innym numerem",
            "akapity z innymi numerami",
            "akapitów z innymi numerami",
        )
    if summary.justification == "added":
        yield words("nowe uzasadnienie")
    elif summary.justification == "removed":
        yield words("usunięte uzasadnienie")
    elif summary.justification:
        yield words("zmienione uzasadnienie")


def fate_sentence(words: Words, block: Block) -> str:
    """Return what became of a unit of a text, in a word or two; nothing where it stayed."""
    was = place_name(block.was.place) if block.was else ""
    now = place_name(block.now.place) if block.now else ""
    if block.fate is Fate.SAME and block.is_unsure:
        return words("może to tylko błąd odczytu skanu")
    if block.fate is Fate.LEFT:
        return words("jest teraz: {place}", place=now) if now else words("stoi teraz gdzie indziej")
    is_moved_and_changed = block.fate is Fate.MOVED and block.has_new_words
    what = {
        Fate.SAME: "",
        Fate.ADDED: words("nowe"),
        Fate.REMOVED: words("usunięte"),
        Fate.CHANGED: words("zmienione"),
        Fate.RENUMBERED: words("inny numer"),
        Fate.MOVED: words("przeniesione i zmienione")
        if is_moved_and_changed
        else words("przeniesione"),
    }[block.fate]
    if what and was and now and was != now:
        return words("{what}; wcześniej {place}", what=what, place=was)
    return what
