"""What rules found, said in Polish or English."""

from collections.abc import Mapping

from docstore.language import Words
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
