"""Refusals as answers: a page for people, problem+json (RFC 9457) for programs."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import compile_path

from api.dependencies import FormExpired, SignInNeeded
from api.errors import PROTOCOL, RETRY_AFTER, challenge, misshapen, sentence, status_of, why_not
from api.rendering import render, words_for
from api.requests import request_number
from api.security.askers import Asker
from api.security.cookies import is_secure
from api.security.headers import secure
from docstore.errors import DocstoreError, InvalidInput, StorageFull
from docstore.language import Words
from docstore.room import NO_ROOM

_PROBLEM = "application/problem+json"
# RFC 9110 asks for it beside each 401; a browser asks nobody for a password because of it.
_WHO_ARE_YOU = 'Bearer realm="teczka"'
# A list of fields longer than this helps nobody.
_MOST_ERRORS = 20


class Refusal(Exception):
    """A refusal that HTTP itself knows, where it is noticed; `values` fill its sentence."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def answer_refusals(app: FastAPI) -> None:
    """Give every error of an application its answer."""
    handlers: dict[type[Exception], Callable[[Request, Exception], Response]] = {
        DocstoreError: refused,
        SignInNeeded: sign_in_needed,
        FormExpired: _form_expired,
        HTTPException: _http_error,
        Refusal: _refusal,
        RequestValidationError: _malformed,
        DataError: _unstorable,
        OSError: _unwritable,
        Exception: _broken,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def problem(
    request: Request,
    code: str,
    *,
    values: Mapping[str, object] | None = None,
    errors: Sequence[Mapping[str, str]] = (),
) -> Response:
    """Return a refusal that HTTP itself knows (`PROTOCOL`); `values` fill its sentence."""
    status, message = PROTOCOL[code]
    words = _words(request)
    return _answered(request, status, code, words(message, **(values or {})), words, errors)


def _words(request: Request) -> Words:
    asker: Asker | None = getattr(request.state, "asker", None)
    return words_for(request, asker.body if asker else None)


def _answered(
    request: Request,
    status: int,
    code: str,
    detail: str,
    words: Words,
    errors: Sequence[Mapping[str, str]] = (),
) -> Response:
    """Return a refusal as RFC 9457 asks, or as a page for somebody with a browser."""
    headers = {"Retry-After": RETRY_AFTER[status]} if status in RETRY_AFTER else {}
    if wants_json(request):
        if status == HTTPStatus.UNAUTHORIZED:
            headers["WWW-Authenticate"] = _WHO_ARE_YOU
        body: dict[str, object] = {
            "type": f"{_home(request)}/api/v1/problems/{code}",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": detail,
            "code": code,
            "request_id": request_number(request),
        }
        if errors:
            body["errors"] = list(errors)
        headers |= {"Content-Language": words.language, "Vary": "Accept-Language"}
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


def _home(request: Request) -> str:
    public_url: str = request.app.state.parts.settings.public_url
    return public_url.rstrip("/")


def _audience(asker: Asker | None) -> str:
    if asker is None or asker.person is None:
        return "public"
    return "office" if asker.is_office else "reader"


def wants_json(request: Request) -> bool:
    """Tell whether the asker is a program: the interface, or a script of a page."""
    accept = request.headers.get("accept", "")
    return is_for_programs(request) or ("application/json" in accept and "text/html" not in accept)


def is_for_programs(request: Request) -> bool:
    """Tell whether an address is one of the interface, there or not."""
    return f"{request.url.path}/".startswith("/api/")


def refused(request: Request, error: Exception) -> Response:
    """Answer an error of the record or of another floor with its status and its sentence."""
    assert isinstance(error, DocstoreError)  # noqa: S101 - registered for this class
    words = _words(request)
    errors = [why_not(error, words)] if isinstance(error, InvalidInput) else []
    response = _answered(
        request, status_of(error), error.code, sentence(error, words), words, errors
    )
    if "seconds" in error.fields:
        response.headers["Retry-After"] = str(error.fields["seconds"])
    if said := challenge(error):
        response.headers["WWW-Authenticate"] = said
    return response


def sign_in_needed(request: Request, error: Exception) -> Response:
    """Lead a person to the door, and from there to where they wanted to go."""
    del error
    if wants_json(request):
        return problem(request, "sign_in_needed")
    door = f"/{request.path_params['slug']}/wejscie"
    if request.method in {"GET", "HEAD"}:
        query = f"?{request.url.query}" if request.url.query else ""
        door += f"?dalej={quote(quote(request.url.path) + query, safe='/')}"
    return RedirectResponse(door, status_code=HTTPStatus.SEE_OTHER)


def _refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)  # noqa: S101 - registered for this class
    return problem(request, error.code, values=error.values)


def _form_expired(request: Request, error: Exception) -> Response:
    del error
    return problem(request, "form_expired")


_KNOWN = {
    HTTPStatus.BAD_REQUEST: "malformed_json",  # the framework's, for a body that is not UTF-8
    HTTPStatus.NOT_FOUND: "no_such_address",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
}


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class
    is_page = not is_for_programs(request)
    if error.status_code == HTTPStatus.NOT_FOUND and is_page and (bare := _without_slash(request)):
        return RedirectResponse(bare, status_code=HTTPStatus.TEMPORARY_REDIRECT)
    if isinstance(error.__cause__, OSError) and error.__cause__.errno in NO_ROOM:
        return refused(request, StorageFull())  # a form was being written to disk
    code = _KNOWN.get(HTTPStatus(error.status_code), "refused")
    words = _words(request)
    response = _answered(request, error.status_code, code, words(PROTOCOL[code][1]), words)
    response.headers.update(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = ", ".join(sorted(_methods_here(request)))
    return response


def _methods_here(request: Request) -> set[str]:
    """Return every method of an address; the framework knows the first route alone."""
    found: set[str] = set()
    for route in iter_route_contexts(request.app.routes):
        if route.path and route.methods and compile_path(route.path)[0].match(request.url.path):
            found |= route.methods
    return found


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
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        return problem(request, "malformed_json")
    words = _words(request)
    errors = [misshapen(each, words) for each in found[:_MOST_ERRORS]]
    names = dict.fromkeys(each["field"] for each in errors)
    return problem(request, "malformed", values={"fields": ", ".join(names)}, errors=errors)


def _unstorable(request: Request, error: Exception) -> Response:
    """Answer for what PostgreSQL cannot hold: a NUL in a text, a number beyond its column."""
    del error
    return problem(request, "unstorable")


def _unwritable(request: Request, error: Exception) -> Response:
    """Answer for a disk that is full; any other trouble of the system's is ours."""
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return refused(request, StorageFull())
    raise error


def _broken(request: Request, error: Exception) -> Response:
    """Answer for an error of our own making; it is outside of what adds the headers."""
    del error  # it is logged with its trace, under the same number: api/requests.py
    response = problem(request, "internal")
    secure(response.headers, path=request.url.path, is_https=is_secure(request))
    return response
