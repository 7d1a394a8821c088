"""Refusals as answers: one status and one sentence for each, as problem+json or as a page."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from delivery import errors as delivery_errors
from docstore import errors
from docstore.backup import errors as backup_errors
from docstore.errors import DocstoreError
from docstore.language import Words
from docstore.services.grounds import DESTRUCTION_GROUNDS, GROUNDS
from indexer import errors as indexer_errors

_NOT_FOUND = HTTPStatus.NOT_FOUND
_CONFLICT = HTTPStatus.CONFLICT
_MALFORMED = HTTPStatus.UNPROCESSABLE_ENTITY
_AWAY = HTTPStatus.SERVICE_UNAVAILABLE

STATUS: Mapping[type[DocstoreError], HTTPStatus] = {
    errors.ObjectNotFound: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.NotDrawn: HTTPStatus.NOT_FOUND,
    errors.PagesBusy: _AWAY,
    errors.ObjectDamaged: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.StorageUnavailable: _AWAY,
    errors.StorageFull: HTTPStatus.INSUFFICIENT_STORAGE,
    errors.RecordUnavailable: _AWAY,
    # No 503: pages and programs repeat by themselves what was answered so.
    errors.OutcomeUnknown: HTTPStatus.GATEWAY_TIMEOUT,
    errors.RecordNewer: _AWAY,
    errors.NotFound: _NOT_FOUND,
    errors.Gone: HTTPStatus.GONE,
    errors.Destroyed: HTTPStatus.GONE,
    errors.BasisMissing: _MALFORMED,
    errors.EditConflict: _CONFLICT,
    errors.NotAllowed: HTTPStatus.FORBIDDEN,
    errors.InvalidInput: _MALFORMED,
    errors.PacketEmpty: _CONFLICT,
    errors.PacketWaiting: _CONFLICT,
    errors.PacketUnchanged: _CONFLICT,
    errors.MeetingCancelled: _CONFLICT,
    errors.MeetingHeld: _CONFLICT,
    errors.PersonalDataFound: _CONFLICT,
    errors.NumberTaken: _CONFLICT,
    errors.NotAdopted: _CONFLICT,
    errors.NobodyToNotify: _CONFLICT,
    errors.FileEmpty: _MALFORMED,
    errors.FileTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.UploadBroken: _MALFORMED,
    errors.SameBytes: _CONFLICT,
    errors.KeyReused: _MALFORMED,
    errors.RequestUnderWay: _CONFLICT,
    errors.SlugTaken: _CONFLICT,
    errors.EmailTaken: _CONFLICT,
    errors.PasswordTooShort: _MALFORMED,
    errors.SignInRefused: HTTPStatus.UNAUTHORIZED,
    errors.TooManyTries: HTTPStatus.TOO_MANY_REQUESTS,
    errors.TooManyLinks: HTTPStatus.TOO_MANY_REQUESTS,
    errors.LinkSpent: HTTPStatus.GONE,
    errors.TokenMistyped: HTTPStatus.UNAUTHORIZED,
    errors.TokenUnknown: HTTPStatus.UNAUTHORIZED,
    errors.TokenExpired: HTTPStatus.UNAUTHORIZED,
    errors.TokenRevoked: HTTPStatus.UNAUTHORIZED,
    errors.ScopeMissing: HTTPStatus.FORBIDDEN,
    errors.SetupClosed: _NOT_FOUND,
    errors.SetupCodeWrong: HTTPStatus.FORBIDDEN,
    indexer_errors.SearchUnavailable: _AWAY,
    indexer_errors.IndexDamaged: _AWAY,
    delivery_errors.MailUnavailable: _AWAY,
    delivery_errors.MailRefused: HTTPStatus.BAD_GATEWAY,
    backup_errors.NotABackup: _NOT_FOUND,
    backup_errors.BackupFolderTaken: _CONFLICT,
    backup_errors.BackupBusy: _CONFLICT,
    backup_errors.BackupNotWritten: HTTPStatus.INSUFFICIENT_STORAGE,
    backup_errors.SnapshotDamaged: _CONFLICT,
    backup_errors.SnapshotTooNew: _CONFLICT,
    backup_errors.RecordNotEmpty: _CONFLICT,
    backup_errors.StoreNotEmpty: _CONFLICT,
    backup_errors.RowsRefused: _CONFLICT,
    backup_errors.RestoreDiffers: _CONFLICT,
}

SENTENCES: Mapping[str, str] = {
    "object_not_found": "Nie możemy wydać tego pliku, bo brakuje go w magazynie. Powiadom biuro "
    "rady: gdy doda ten sam plik jeszcze raz, będzie można go otworzyć.",
    "object_damaged": "Zapisany plik jest uszkodzony i nie zostanie wydany. "
    "Powiadom biuro rady: gdy doda ten sam plik jeszcze raz, będzie można go otworzyć.",
    "not_drawn": "Tej strony nie da się tu pokazać. Pobierz plik i otwórz go na swoim urządzeniu.",
    "pages_busy": "Zbyt wiele osób ogląda teraz strony naraz. Spróbuj ponownie za chwilę.",
    "storage_unavailable": "Nie udało się zapisać ani odczytać pliku: magazyn nie odpowiada. "
    "Nic nie zginęło; spróbuj ponownie za chwilę.",
    "storage_full": "Nie udało się tego zapisać: na serwerze brakuje miejsca. "
    "Nic nie zginęło i nic nie zostało zapisane w części; powiadom administratora.",
    "record_unavailable": "Baza danych nie odpowiada. Nic nie zostało zmienione; "
    "spróbuj ponownie za chwilę.",
    "outcome_unknown": "Baza danych zamilkła w trakcie zapisywania i nie wiadomo, czy zdążyła. "
    "Zanim zrobisz to jeszcze raz, wróć i sprawdź, czy zmiana już jest.",
    "record_newer": "Baza danych pochodzi z nowszego wydania Teczki (schemat {revision}). "
    "Uruchom to wydanie albo odtwórz kopię zapasową sprzed aktualizacji. Niczego nie zmieniono.",
    "not_found": "Nie ma takiej strony albo nie jest ona dla Ciebie dostępna.",
    "gone": "Ten dokument wyłączono z udostępniania. Zakres: {scope}. Podstawa: {legal_ground}. "
    "Wyłączenia dokonał: {excluded_by}.",
    "destroyed": "Ten dokument zniszczono {at}. Podstawa: {basis}. Zakres: {scope}. "
    "Zniszczenia dokonał: {destroyed_by}.",
    "basis_missing": "Zniszczenie wymaga podstawy prawnej: wybierz ją z listy ({codes}) albo "
    "napisz pełnym zdaniem, od {least} znaków. Niczego nie zniszczono.",
    "edit_conflict": "Ktoś zmienił to w międzyczasie. Niczego nie nadpisano: "
    "zobacz aktualny stan i wprowadź swoją zmianę jeszcze raz.",
    "not_allowed": "Ta czynność wymaga innych uprawnień.",
    "invalid_input": "Nie można przyjąć wartości pola „{field}”.",
    "packet_empty": "W porządku obrad nie ma żadnego dokumentu, więc nie ma czego publikować. "
    "Dodaj co najmniej jeden plik.",
    "packet_waiting": "Trwa odczytywanie dokumentów: {titles}. Spróbuj ponownie za chwilę.",
    "packet_unchanged": "Od pakietu {number} nic się nie zmieniło.",
    "meeting_cancelled": "To posiedzenie odwołano, więc niczego już w nim nie zmienisz. "
    "Nowy termin zapisz jako nowe posiedzenie.",
    "meeting_held": "Na tym posiedzeniu zapisano już wyniki, więc nie można go odwołać.",
    "personal_data_found": "W dokumentach, które staną się publiczne, są dane osobowe albo strony "
    "bez tekstu. Podaj powód, aby kontynuować.",
    "number_taken": "Numer {number} ma już inna uchwała tej kadencji: {title}.",
    "not_adopted": "Opublikować można tylko uchwałę podjętą, z numerem i datą.",
    "nobody_to_notify": "To posiedzenie nie ma odbiorców. Dodaj członków albo gości.",
    "file_empty": "Plik „{name}” jest pusty. Niczego nie zapisano; sprawdź plik "
    "i wgraj go ponownie.",
    "file_too_large": "Plik jest za duży: największy dozwolony ma {limit_mb} MB. "
    "Niczego nie zapisano.",
    "upload_broken": "Plik dotarł uszkodzony. Niczego nie zapisano; wgraj go ponownie.",
    "same_bytes": "Ten plik jest taki sam jak wersja {number}. Nowej wersji nie utworzono.",
    "key_reused": "Ten klucz (Idempotency-Key) był już przy innym żądaniu. Użyj nowego.",
    "request_under_way": "To samo żądanie jest właśnie wykonywane. Ponów je za chwilę.",
    "slug_taken": "Skrócona nazwa „{slug}” jest już zajęta.",
    "email_taken": "Adres {email} ma już inna osoba z tego urzędu.",
    "password_too_short": "Hasło musi mieć co najmniej {length} znaków.",
    "sign_in_refused": "Adres lub hasło są nieprawidłowe.",
    "too_many_tries": "Zbyt wiele prób. Spróbuj ponownie za {wait}.",
    "too_many_links": "O link proszono tu już wiele razy. Zajrzyj do poczty: te, które wysłaliśmy "
    "w ostatnich minutach i z zawiadomieniami, działają. Następny wyślemy najwcześniej za {wait}.",
    "link_spent": "Ten link został już użyty albo stracił ważność.",
    "token_mistyped": "Token zapisano z błędem: brakuje w nim znaku albo jakiś znak jest inny.",
    "token_unknown": "Tego tokenu tu nie ma albo zalogowanie się skończyło.",
    "token_expired": "Token stracił ważność. Utwórz nowy na swoim koncie.",
    "token_revoked": "Token unieważniono.",
    "scope_missing": "Ten token nie ma zakresu „{scope}”. Utwórz taki, który go ma.",
    "setup_closed": "Ta instalacja jest już skonfigurowana.",
    "setup_code_wrong": "To nie jest kod z terminala. Sprawdź go i wpisz jeszcze raz.",
    "search_unavailable": "Wyszukiwarka chwilowo nie odpowiada. Spróbuj ponownie za chwilę.",
    "index_damaged": "Wyszukiwarka jest właśnie odbudowywana. Niczego nie utracono; "
    "spróbuj ponownie za kilka minut.",
    "mail_unavailable": "Serwer poczty nie odpowiada. Wiadomości czekają "
    "i zostaną wysłane później.",
    "mail_refused": "Serwer poczty odmówił przyjęcia wiadomości: {answer}.",
    "not_a_backup": "W folderze {folder} nie ma kopii zapasowej Teczki.",
    "backup_folder_taken": "W folderze {folder} jest coś innego niż kopia zapasowa Teczki. "
    "Niczego w nim nie zapisano; wskaż pusty folder.",
    "backup_busy": "W folderze {folder} pracuje właśnie inna kopia, kontrola lub odtwarzanie. "
    "Spróbuj ponownie, gdy skończy.",
    "backup_not_written": "Nie udało się zapisać kopii: {reason}. Wcześniejsze kopie są całe.",
    "snapshot_damaged": "Kopia jest uszkodzona: plik {file} nie jest taki, jak zapisano. "
    "Niczego z niej nie odtworzono.",
    "snapshot_too_new": "Tę kopię zrobiła nowsza Teczka ({version}). Zainstaluj co najmniej "
    "tę wersję i odtwórz kopię ponownie; niczego nie zmieniono.",
    "record_not_empty": "Ta instalacja ma już radę i jej dane, a odtwarzanie niczego "
    "nie nadpisuje. Wskaż w ustawieniach pustą bazę danych.",
    "store_not_empty": "W magazynie plików są obiekty innej instalacji. Wskaż w ustawieniach "
    "pusty magazyn; niczego nie zmieniono.",
    "rows_refused": "Baza danych nie przyjmuje wierszy tabeli {table}. Niczego nie odtworzono.",
    "restore_differs": "To, co zapisano w tabeli {table}, nie jest takie jak w kopii. "
    "Niczego nie odtworzono.",
}

_FORM_EXPIRED = (
    "Ten formularz stracił ważność. Niczego nie zmieniono: wróć, odśwież stronę "
    "i wyślij go jeszcze raz."
)
_BROKEN = (
    "Po naszej stronie wystąpił błąd. To, co już zapisano, jest bezpieczne; "
    "spróbuj ponownie za chwilę."
)
# What is refused before the record is asked: code, status, sentence.
PROTOCOL: Mapping[str, tuple[HTTPStatus, str]] = {
    "malformed_json": (HTTPStatus.BAD_REQUEST, "Treść żądania nie jest poprawnym JSON-em."),
    "sign_in_needed": (HTTPStatus.UNAUTHORIZED, "Zaloguj się, aby przejść dalej."),
    "form_expired": (HTTPStatus.FORBIDDEN, _FORM_EXPIRED),
    "no_such_address": (_NOT_FOUND, SENTENCES["not_found"]),
    "method_not_allowed": (
        HTTPStatus.METHOD_NOT_ALLOWED,
        "Tego adresu nie można użyć w ten sposób.",
    ),
    "not_acceptable": (
        HTTPStatus.NOT_ACCEPTABLE,
        "Tej odpowiedzi nie ma w żadnym z formatów, o które prosi nagłówek Accept.",
    ),
    "unsupported_media_type": (
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "Ten adres przyjmuje treść typu {wanted}.",
    ),
    "condition_unmet": (
        HTTPStatus.PRECONDITION_FAILED,
        "Plik nie jest już tym, o który chodziło.",
    ),
    "range_not_satisfiable": (
        HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
        "Plik nie ma takiego fragmentu: ma {size} bajtów.",
    ),
    "malformed": (_MALFORMED, "Nie można przyjąć tych danych: {fields}."),
    "unstorable": (_MALFORMED, "W danych są znaki albo liczby, których nie można zapisać."),
    "refused": (HTTPStatus.BAD_REQUEST, "Nie można wykonać tej czynności."),
    "internal": (HTTPStatus.INTERNAL_SERVER_ERROR, _BROKEN),
}

# Why a field was not taken; the rule's code is `reason` of `InvalidInput`.
REASONS: Mapping[str, str] = {
    "required": "To pole trzeba wypełnić.",
    "choice": "Wybierz jedną z możliwości.",
    "none_chosen": "Zaznacz co najmniej jedno pole.",
    "order": "Koniec musi być później niż początek.",
    "range": "Ta liczba jest poza dozwolonym zakresem.",
    "slug": "Skrócona nazwa to małe litery bez polskich znaków, cyfry i łączniki.",
    "counts": "Liczby głosów wpisz cyframi, na przykład 14; puste pole znaczy zero.",
    "act_number": "„{value}” nie wygląda na numer uchwały. Przykład: XLV/312/2018.",
    "too_many": "Porządek obrad może mieć najwyżej {limit} punktów.",
    "date": "Podaj datę w postaci 26.11.2026.",
    "email": "To nie wygląda na adres e-mail.",
    "too_long": "To pole może mieć najwyżej {limit} znaków.",
    "taken": "Taka nazwa lub taki numer już jest.",
    "not_a_colour": "Podaj kolor w postaci #7a1f2b.",
    "roll_call_empty": "Nie ma tu żadnego głosu. Wklej wiersze takie jak: Kowalczyk Anna – za.",
    "roll_call_lines": "Nie rozumiemy wierszy: {lines}. W każdym potrzebne są imię, nazwisko "
    "i głos: za, przeciw, wstrzymał się, brak głosu albo nieobecny.",
    "roll_call_twice": "Te osoby są na liście więcej niż raz: {names}.",
    "roll_call_counts": "Wykaz nie zgadza się z zapisanym wynikiem. Na liście jest {read} (za, "
    "przeciw, wstrzymało się, brak głosu, nieobecni). Popraw listę albo wynik głosowania.",
    "cursor": "To nie jest „next” z poprzedniej strony tej listy.",
    "wrong_password": "To hasło nie otwiera tego pliku. Sprawdź wielkie i małe litery.",
    "too_heavy": "Tego pliku nie da się tu otworzyć: jest za duży albo trwa to za długo. Poproś "
    "autora o plik bez hasła.",
    "already_public": "Ten plik jest już publiczny, więc jego treść zobaczyliby od razu wszyscy. "
    "Otwórz go u siebie i dodaj bez hasła jako nową wersję: sprawdzimy ją przed publikacją.",
    "cannot_open": "Tego pliku nie da się otworzyć hasłem: jest uszkodzony albo zabezpieczony w "
    "inny sposób. Poproś autora o plik bez hasła.",
    "page_changed": "W międzyczasie ktoś inny zmienił tekst tej strony. Twój tekst jest niżej; "
    "zapisz go jeszcze raz, jeśli ma zastąpić tamten.",
    "teryt": "Kod TERYT ma 6 albo 7 cyfr.",
}

# Why the shape of a field was not taken, by the code of pydantic; `{limit}` is what was broken.
SHAPES: Mapping[str, str] = {
    "missing": REASONS["required"],
    "extra_forbidden": "Nie ma takiego pola.",
    "string_too_long": REASONS["too_long"],
    "string_too_short": "To pole musi mieć co najmniej {limit} znaków.",
    "string_pattern_mismatch": "Ta wartość nie ma wymaganej postaci.",
    "too_long": "Ta lista może mieć najwyżej {limit} elementów.",
    "too_short": "Ta lista musi mieć co najmniej {limit} elementów.",
    "greater_than_equal": REASONS["range"],
    "less_than_equal": REASONS["range"],
    "enum": REASONS["choice"],
    "literal_error": REASONS["choice"],
}
OTHER_SHAPE = "Ta wartość jest innego rodzaju, niż powinna."

_MINUTE = 60
RETRY_AFTER: Mapping[int, str] = {_AWAY: "5", HTTPStatus.INSUFFICIENT_STORAGE: "60"}
"""Seconds after which a client may try again: what is away comes back sooner than room does."""


def codes() -> Mapping[str, tuple[HTTPStatus, str]]:
    """Return every code that a refusal over HTTP may have, with its status and its sentence."""
    own = {
        kind.code: (status, SENTENCES[kind.code])
        for kind, status in STATUS.items()
        if kind.__module__ != backup_errors.__name__  # backups are a command's alone
    }
    return {**PROTOCOL, **own}


def status_of(error: DocstoreError) -> HTTPStatus:
    """Return the status of a refusal."""
    return STATUS[type(error)]


def sentence(error: DocstoreError, words: Words) -> str:
    """Return what a refusal says to a person, in their language."""
    if isinstance(error, errors.InvalidInput):
        reason = REASONS.get(str(error.fields.get("reason")), "")
        if reason:
            return words(reason, **{key: str(value) for key, value in error.fields.items()})
    fields = {key: _spoken(value, words) for key, value in error.fields.items()}
    if "seconds" in error.fields:
        fields["wait"] = _wait(int(str(error.fields["seconds"])), words)
    return words(SENTENCES[error.code], **fields)


def why_not(error: errors.InvalidInput, words: Words) -> dict[str, str]:
    """Return which field the record did not take and why, as `errors` of a problem lists it."""
    field, reason = str(error.fields.get("field", "")), str(error.fields.get("reason", "range"))
    return {"field": field, "code": reason, "detail": sentence(error, words)}


def misshapen(found: Mapping[str, Any], words: Words) -> dict[str, str]:
    """Return which field has not the shape it should have, of one error that pydantic found."""
    place, *names = found.get("loc") or ("body",)
    given = found.get("ctx") or {}
    limit = given.get("max_length", given.get("min_length", ""))
    return {
        "field": ".".join(str(each) for each in names) or str(place),
        "code": str(found["type"]),
        "detail": words(SHAPES.get(str(found["type"]), OTHER_SHAPE), limit=limit),
    }


def challenge(error: DocstoreError) -> str:
    """Return what `WWW-Authenticate` says of a refusal of a program (RFC 6750, section 3)."""
    if isinstance(error, errors.ScopeMissing):
        return f'Bearer realm="teczka", error="insufficient_scope", scope="{error.fields["scope"]}"'
    tokens = (errors.TokenMistyped, errors.TokenUnknown, errors.TokenExpired, errors.TokenRevoked)
    if isinstance(error, tokens):
        return f'Bearer realm="teczka", error="invalid_token", error_description="{error.code}"'
    return ""


def _wait(seconds: int, words: Words) -> str:
    """Return how long to wait as people say it, rounded up."""
    if seconds < _MINUTE:
        return words.count(seconds, "sekundę", "sekundy", "sekund")
    return words.count(-(-seconds // _MINUTE), "minutę", "minuty", "minut")


def _spoken(value: object, words: Words) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value)
    if isinstance(value, datetime):
        return words.moment(value)
    if isinstance(value, str):
        ground = GROUNDS.get(value) or DESTRUCTION_GROUNDS.get(value)
        return words(ground) if ground else value
    return str(value)
