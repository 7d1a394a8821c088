"""The page that the `type` of a refusal leads to: what each code means, and what to do about it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.errors import codes
from api.rendering import render, words_for
from api.shown import Shown
from docstore.errors import NotFound
from docstore.language import Words

router = APIRouter(prefix="/api/v1/problems", include_in_schema=False, route_class=Shown)

_PLACEHOLDER = re.compile(r"\{\w+\}")
_AGAIN = "Ponowienie tego samego żądania niczego nie zmieni: popraw je."
_LATER = "Ponów to samo żądanie po tylu sekundach, ile podaje nagłówek Retry-After."
_TELL = "Zgłoś to administratorowi instalacji."
# What a program should do about a refusal, by its status.
ADVICE: Mapping[int, str] = {
    HTTPStatus.BAD_REQUEST: _AGAIN,
    HTTPStatus.UNAUTHORIZED: "Wyślij ważny token w nagłówku Authorization.",
    HTTPStatus.FORBIDDEN: "Użyj tokenu osoby, która ma do tego prawo.",
    HTTPStatus.NOT_FOUND: "Sprawdź adres; rzecz może też nie być dostępna dla tego, kto pyta.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Nagłówek Allow wymienia metody, które tu działają.",
    HTTPStatus.NOT_ACCEPTABLE: "W nagłówku Accept dopuść application/json.",
    HTTPStatus.CONFLICT: "Odczytaj obecny stan i zdecyduj na nowo; niczego nie zmieniono.",
    HTTPStatus.PRECONDITION_FAILED: "Odczytaj plik i jego ETag na nowo.",
    HTTPStatus.GONE: "Nie pytaj więcej o ten adres.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _AGAIN,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Wyślij treść w tym typie, bez formularza wokół niej.",
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: "Nagłówek Content-Range podaje rozmiar pliku.",
    HTTPStatus.UNPROCESSABLE_ENTITY: _AGAIN,
    HTTPStatus.TOO_MANY_REQUESTS: _LATER,
    HTTPStatus.INTERNAL_SERVER_ERROR: _TELL,
    HTTPStatus.BAD_GATEWAY: _TELL,
    HTTPStatus.SERVICE_UNAVAILABLE: _LATER,
    HTTPStatus.GATEWAY_TIMEOUT: "Z nagłówkiem Idempotency-Key ponów to samo żądanie; bez niego "
    "najpierw sprawdź, co zapisano.",
    HTTPStatus.INSUFFICIENT_STORAGE: _TELL,
}


@dataclass(frozen=True, slots=True)
class _Kind:
    code: str
    status: int
    phrase: str
    sentence: str
    advice: str


def _kinds(words: Words) -> list[_Kind]:
    kinds = [
        _Kind(
            code, status, status.phrase, _PLACEHOLDER.sub("…", words(text)), words(ADVICE[status])
        )
        for code, (status, text) in codes().items()
    ]
    return sorted(kinds, key=lambda kind: (kind.status, kind.code))


@router.get("")
def problems(request: Request) -> Response:
    """Show every kind of refusal there is."""
    return render(request, "public/problems.html", kinds=_kinds(words_for(request)), only="")


@router.get("/{code}")
def problem_kind(request: Request, code: str) -> Response:
    """Show one kind of refusal."""
    kinds = [each for each in _kinds(words_for(request)) if each.code == code]
    if not kinds:
        raise NotFound
    return render(request, "public/problems.html", kinds=kinds, only=code)
