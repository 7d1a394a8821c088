"""Refusals as answers: a page for people, problem+json (RFC 9457) for programs."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from api.dependencies import FormExpired, SignInNeeded
from api.errors import RETRY_AFTER, challenge, sentence, status_of
from api.rendering import render, words_for
from api.requests import request_number
from api.security.askers import Asker
from api.security.cookies import is_secure
from api.security.headers import secure
from docstore.errors import DocstoreError, TooManyTries

_PROBLEM = "application/problem+json"
# RFC 9110 asks for it beside each 401; a browser asks nobody for a password because of it.
_WHO_ARE_YOU = 'Bearer realm="teczka"'


def answer_refusals(app: FastAPI) -> None:
    """Give every error of an application its answer."""
    handlers: dict[type[Exception], Callable[[Request, Exception], Response]] = {
        DocstoreError: refused,
        SignInNeeded: sign_in_needed,
        FormExpired: _form_expired,
        HTTPException: _http_error,
        RequestValidationError: _malformed,
        DataError: _unstorable,
        Exception: _broken,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def problem(request: Request, status: int, *, code: str, detail: str) -> Response:
    """Return a refusal as RFC 9457 asks, or as a page for somebody with a browser."""
    headers = {"Retry-After": RETRY_AFTER} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    if wants_json(request):
        if status == HTTPStatus.UNAUTHORIZED:
            headers["WWW-Authenticate"] = _WHO_ARE_YOU
        body = {
            "type": f"/api/v1/problems/{code}",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": detail,
            "code": code,
            "request_id": request_number(request),
        }
        return JSONResponse(body, status_code=status, media_type=_PROBLEM, headers=headers)
    asker: Asker | None = getattr(request.state, "asker", None)
    response = render(
        request,
        "error.html",
        asker=asker,
        audience=_audience(asker),
        status=status,
        sentence=detail,
        code=code,
        status_code=status,
        number=request_number(request),
    )
    response.headers.update(headers)
    return response


def _audience(asker: Asker | None) -> str:
    if asker is None or asker.person is None:
        return "public"
    return "office" if asker.is_office else "reader"


def wants_json(request: Request) -> bool:
    """Tell whether the asker is a program: the interface, or a script of a page."""
    accept = request.headers.get("accept", "")
    return request.url.path.startswith("/api/") or (
        "application/json" in accept and "text/html" not in accept
    )


def refused(request: Request, error: Exception) -> Response:
    """Answer an error of the record or of another floor with its status and its sentence."""
    assert isinstance(error, DocstoreError)  # noqa: S101 - registered for this class
    asker: Asker | None = getattr(request.state, "asker", None)
    words = words_for(request, asker.body if asker else None)
    response = problem(request, status_of(error), code=error.code, detail=sentence(error, words))
    if isinstance(error, TooManyTries):
        response.headers["Retry-After"] = str(error.fields["seconds"])
    if said := challenge(error):
        response.headers["WWW-Authenticate"] = said
    return response


def sign_in_needed(request: Request, error: Exception) -> Response:
    """Lead a person to the door, and from there to where they wanted to go."""
    del error
    if wants_json(request):
        return problem(
            request,
            HTTPStatus.UNAUTHORIZED,
            code="sign_in_needed",
            detail=words_for(request)("Zaloguj się, aby przejść dalej."),
        )
    door = f"/{request.path_params['slug']}/wejscie"
    if request.method in {"GET", "HEAD"}:
        query = f"?{request.url.query}" if request.url.query else ""
        door += f"?dalej={quote(quote(request.url.path) + query, safe='/')}"
    return RedirectResponse(door, status_code=HTTPStatus.SEE_OTHER)


def _form_expired(request: Request, error: Exception) -> Response:
    del error
    return problem(
        request,
        HTTPStatus.FORBIDDEN,
        code="form_expired",
        detail=words_for(request)(
            "Ten formularz stracił ważność. Niczego nie zmieniono: wróć, odśwież stronę "
            "i wyślij go jeszcze raz."
        ),
    )


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class
    if error.status_code == HTTPStatus.NOT_FOUND and (bare := _without_slash(request)):
        return RedirectResponse(bare, status_code=HTTPStatus.TEMPORARY_REDIRECT)
    words = words_for(request)
    sentences = {
        HTTPStatus.NOT_FOUND: words("Nie ma takiej strony albo nie jest ona dla Ciebie dostępna."),
        HTTPStatus.METHOD_NOT_ALLOWED: words("Tego adresu nie można użyć w ten sposób."),
    }
    detail = sentences.get(HTTPStatus(error.status_code), words("Nie można wykonać tej czynności."))
    response = problem(request, error.status_code, code=f"http_{error.status_code}", detail=detail)
    response.headers.update(error.headers or {})
    return response


def _without_slash(request: Request) -> str:
    """Return the address without the slash at its end, on this host alone; empty where none is.

    The framework would build it from the Host header, which anybody may forge.
    """
    path = request.url.path
    bare = path.rstrip("/")
    if path == bare or not bare or bare.startswith("//") or request.method not in {"GET", "HEAD"}:
        return ""
    query = f"?{request.url.query}" if request.url.query else ""
    return quote(bare) + query


def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class
    words = words_for(request)
    names = sorted({str(each["loc"][-1]) for each in error.errors() if each.get("loc")})
    return problem(
        request,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        code="malformed",
        detail=words("Nie można przyjąć tych danych: {fields}.", fields=", ".join(names)),
    )


def _unstorable(request: Request, error: Exception) -> Response:
    """Answer for what PostgreSQL cannot hold: a NUL in a text, a number beyond its column."""
    del error
    return problem(
        request,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        code="unstorable",
        detail=words_for(request)("W danych są znaki albo liczby, których nie można zapisać."),
    )


def _broken(request: Request, error: Exception) -> Response:
    """Answer for an error of our own making; it is outside of what adds the headers."""
    del error  # it is logged with its trace, under the same number: api/requests.py
    response = problem(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        code="internal",
        detail=words_for(request)(
            "Po naszej stronie wystąpił błąd. To, co już zapisano, jest bezpieczne; "
            "spróbuj ponownie za chwilę."
        ),
    )
    secure(response.headers, path=request.url.path, is_https=is_secure(request))
    return response
