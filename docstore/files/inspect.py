"""Learns the facts of a file: kind, pages, text, and what is wrong with it."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from docstore.files import media, sandbox
from docstore.files.bundles import read_contents
from docstore.files.detect import detect, extension_agrees
from docstore.files.errors import FileRefused, Refusal
from docstore.files.facts import FileFacts, Problem, TextState
from docstore.files.readers.reading import Reading
from docstore.files.sandbox import DEFAULT, Limits

_READERS: Mapping[str, str] = {
    media.PDF: "docstore.files.readers.pdf:read",
    media.DOCX: "docstore.files.readers.markup:read_docx",
    media.XLSX: "docstore.files.readers.markup:read_xlsx",
    media.PPTX: "docstore.files.readers.markup:read_pptx",
    media.ODT: "docstore.files.readers.markup:read_open_document",
    media.ODS: "docstore.files.readers.markup:read_open_document",
    media.ODP: "docstore.files.readers.markup:read_open_document",
    media.HTML: "docstore.files.readers.markup:read_html",
    media.RTF: "docstore.files.readers.plain:read_rtf",
    media.TEXT: "docstore.files.readers.plain:read_text",
    media.CSV: "docstore.files.readers.plain:read_text",
    media.XML: "docstore.files.readers.markup:read_xml",
}
_REPAIR = "docstore.files.readers.repair"
# How deep bundles within bundles are taken apart: a signed archive of signed files.
_DEEPEST = 3
# A text under such a name is what is left of a file that broke on its way.
_NEVER_TEXT = frozenset(
    extension
    for kind in (media.PDF, media.DOCX, media.XLSX, media.PPTX, media.ODT, media.ODS, media.ODP)
    for extension in media.EXTENSIONS[kind]
)
# What is said of a kind of file that has no reader.
_UNREAD: Mapping[str, Problem] = {
    media.MSG: Problem.CONTAINER,
    **dict.fromkeys((media.DOC, media.XLS, media.PPT), Problem.NEEDS_RENDITION),
    **dict.fromkeys((media.PNG, media.JPEG, media.TIFF, media.WEBP, media.GIF), Problem.NO_TEXT),
    media.ENCRYPTED_OFFICE: Problem.ENCRYPTED,
}
# What makes a second look worth its 0.1 s.
_DOUBTFUL = frozenset({Problem.REPAIRED, Problem.ATTACHMENTS})
_PROBLEM_OF: Mapping[Refusal, Problem] = {
    "timeout": Problem.TIMED_OUT,
    "memory": Problem.TOO_LARGE,
    "output": Problem.TOO_LARGE,
    "forbidden": Problem.BROKEN,
    "broken": Problem.BROKEN,
    "encrypted": Problem.ENCRYPTED,
    "unsupported": Problem.UNSUPPORTED,
    "unavailable": Problem.UNSUPPORTED,
    "full": Problem.UNSUPPORTED,  # never comes so far: see `sandbox`
}
# Part of the processor's time that a reader may use before it answers with what it has.
_READING_SHARE = 0.7


def inspect(path: Path, file_name: str, *, limits: Limits = DEFAULT) -> FileFacts:
    """Return the facts of a file; whatever is in it, this does not raise."""
    return _inspect(path, file_name, limits, depth=0)


def _inspect(path: Path, file_name: str, limits: Limits, *, depth: int) -> FileFacts:
    media_type = detect(path, file_name)
    problems: list[Problem | str] = []
    if path.stat().st_size == 0:
        return _unread(media_type, [Problem.EMPTY_FILE])
    if not extension_agrees(media_type, file_name):
        problems.append(Problem.WRONG_EXTENSION)
        if _is_wreck(media_type, file_name):
            return _unread(media_type, [*problems, Problem.BROKEN])
    if media_type in media.BUNDLES:
        return _of_bundle(path, file_name, media_type, problems, limits, depth)
    if media_type not in _READERS:
        return _unread(media_type, [*problems, _UNREAD.get(media_type, Problem.UNSUPPORTED)])
    try:
        reading = _read(path, media_type, limits)
    except FileRefused as refusal:
        return _unread(media_type, [*problems, _PROBLEM_OF[refusal.code]])
    return _facts(media_type, reading, problems)


def _is_wreck(media_type: str, file_name: str) -> bool:
    """Tell what is left of a file of another kind from a file with a wrong name."""
    shapeless = media_type in {media.TEXT, media.CSV, media.UNKNOWN}
    return shapeless and PurePosixPath(file_name).suffix.lower() in _NEVER_TEXT


def _of_bundle(
    path: Path, file_name: str, media_type: str, problems: list[Problem | str], limits: Limits,
    depth: int,
) -> FileFacts:  # fmt: skip
    """Return the facts of a bundle: it is kept whole, and found by what can be read in it."""

    def inner(member: Path, name: str, left: Limits) -> FileFacts:
        return _inspect(member, name, left, depth=depth + 1)

    problems = [*problems, Problem.CONTAINER]
    if depth >= _DEEPEST:
        return _unread(media_type, [*problems, Problem.PARTS_UNREAD])
    try:
        contents = read_contents(path, file_name, media_type, inner, limits)
    except FileRefused as refusal:
        return _unread(media_type, [*problems[:-1], _PROBLEM_OF[refusal.code]])
    problems += [Problem.ENCRYPTED] if contents.locked else []
    problems += contents.problems
    if not contents.all_read:
        problems.append(Problem.PARTS_UNREAD)
    state: TextState = "text" if contents.all_read else "partial"
    return FileFacts(
        media_type, None, state if contents.has_text else "unread", encrypted=contents.locked,
        mergeable=False, problems=tuple(str(problem) for problem in problems),
        page_texts=(contents.text,),
    )  # fmt: skip


def _read(path: Path, media_type: str, limits: Limits) -> Reading:
    job = _READERS[media_type]
    if media_type != media.PDF:
        unpaged: Reading = sandbox.run(job, {"path": str(path)}, limits=limits, reads=[path])
        return unpaged
    try:
        reading = _read_pdf(job, path, limits)
    except FileRefused as refusal:
        if refusal.code == "broken":
            return _read_pdf(f"{_REPAIR}:read", path, limits)
        raise
    if reading["encrypted"] or _DOUBTFUL & {*reading["problems"]}:
        _look_again(reading, path, limits)
    return reading


def _read_pdf(job: str, path: Path, limits: Limits) -> Reading:
    seconds = limits.cpu_seconds * _READING_SHARE
    arguments = {"path": str(path), "pages": limits.pages, "seconds": seconds}
    reading: Reading = sandbox.run(job, arguments, limits=limits, reads=[path])
    return reading


def _look_again(reading: Reading, path: Path, limits: Limits) -> None:
    """Ask pypdf too, where PDFium's word is not enough: what it says does not merge, does not."""
    try:
        job, arguments = f"{_REPAIR}:look", {"path": str(path)}
        seen = sandbox.run(job, arguments, limits=limits, reads=[path])
    except FileRefused:
        seen = {"merges": False, "portfolio": False}
    if seen["portfolio"]:
        reading["problems"] += [Problem.CONTAINER, Problem.PARTS_UNREAD]
    reading["mergeable"] = reading["mergeable"] and seen["merges"] and not seen["portfolio"]


def _facts(media_type: str, reading: Reading, problems: list[Problem | str]) -> FileFacts:
    state = _text_state(reading["page_texts"])
    found = [*problems, *reading["problems"]]
    if state in {"none", "partial"}:
        found.append(Problem.NO_TEXT)
    return FileFacts(
        media_type=media_type,
        pages=reading["pages"],
        text_state=state,
        encrypted=reading["encrypted"],
        mergeable=reading["mergeable"],
        problems=tuple(str(problem) for problem in found),
        page_texts=tuple(text or "" for text in reading["page_texts"]),
    )


def _text_state(texts: list[str | None]) -> TextState:
    """Judge the pages that show anything; blank ones count neither way."""
    with_text = sum(bool(text) for text in texts)
    without = sum(text == "" for text in texts)
    if not with_text:
        return "none"
    return "partial" if without else "text"


def _unread(media_type: str, problems: list[Problem | str]) -> FileFacts:
    encrypted = Problem.ENCRYPTED in problems
    state: TextState = "none" if Problem.NO_TEXT in problems else "unread"
    return FileFacts(
        media_type, None, state, encrypted, mergeable=False,
        problems=tuple(str(problem) for problem in problems), page_texts=(),
    )  # fmt: skip
