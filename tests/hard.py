"""The collection of hard files, and what its makers expect of each, in one word."""

import csv
from collections.abc import Mapping
from pathlib import Path

Row = Mapping[str, str]

EXPECTED = Path(__file__).with_name("expected.tsv")
"""The verdict on every file, as `expected` derives it from the manifest."""
EITHER = frozenset(
    {"ok", "ok-repaired", "no-text", "owner-restricted", "xfa", "container", "refused"}
)
"""What `either` allows: to take the file, or to refuse it; but not to ask for a password."""


def rows(shared_data: Path) -> list[Row]:
    """Return the manifest."""
    with (shared_data / "hard" / "MANIFEST.tsv").open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source, delimiter="\t"))


def name_of(row: Row) -> str:
    """Return a file's place in the collection."""
    return row["file"].removeprefix("data/hard/")


def upload_name(row: Row) -> str:
    """Return the name it is uploaded by: the manifest wants what a fuzzer made taken as PDF."""
    name = Path(row["file"]).name
    return f"{name}.pdf" if "treat as .pdf upload" in row["expect"] else name


def expected(row: Row) -> str:
    """Derive the verdict from what the manifest says, the strictest reading first.

    `enc`, `pages` and `chars` are what Poppler saw: whether a file is encrypted, whether it opens
    without a password, and whether it has a text layer.
    """
    if row["bytes"] == "0":
        return "refused"
    return _lock(row) or _kind(row) or _freedom(row) or _text(row)


def _lock(row: Row) -> str:
    """Judge what is locked: with a password, or by the word of its author alone."""
    is_locked = row["enc"] == "yes"
    says_so = "password" in row["expect"] or "report as encrypted" in row["expect"]
    if "opens without a password" in row["expect"] or "permission bits" in row["expect"]:
        return "owner-restricted" if row["pages"] else "needs-password"
    if says_so:
        return "owner-restricted" if is_locked and row["pages"] else "needs-password"
    if is_locked and not _may_refuse(row):
        return "owner-restricted" if row["pages"] else "needs-password"
    return ""


def _kind(row: Row) -> str:
    """Judge what is not a document at all but a form or a bundle."""
    if "dynamic XFA" in row["expect"]:
        return "xfa"
    if row["category"] == "signed-container" or "PDFPackage" in row["file"]:
        return "container"
    # "accept", although a reader that trusts the file finds it broken.
    return "ok-repaired" if row["category"] == "bad-metadata" else ""


def _may_refuse(row: Row) -> bool:
    """Tell whether the manifest asks for no more than an end without harm."""
    return any(
        words in row["expect"] for words in ("refuse", "no crash", "must terminate", "bounded")
    )


def _freedom(row: Row) -> str:
    """Judge where two verdicts are right."""
    office = row["pages"] == "" and not row["file"].endswith((".pdf", ".png", ".jpg", ".txt"))
    # Of an office file the manifest does not say whether there are words beside the picture, or
    # beside what must not run; of a font it asks for quality, whatever text there is.
    silent = office and row["category"] in {"scan", "active-content"}
    is_free = _may_refuse(row) or silent or row["category"] == "text-extraction"
    return "either" if is_free else ""


def _text(row: Row) -> str:
    """Judge what is accepted: by its text layer."""
    pictures = row["category"].startswith(("scan", "image-only", "text-without-unicode"))
    return "no-text" if pictures or row["chars"] == "0" else "ok"


def known() -> dict[str, str]:
    """Return the verdicts that are written down, by the file's place."""
    with EXPECTED.open(encoding="utf-8", newline="") as source:
        return {row["file"]: row["verdict"] for row in csv.DictReader(source, delimiter="\t")}


def written(shared_data: Path) -> str:
    """Return what `expected.tsv` should say."""
    lines = [f"{name_of(row)}\t{expected(row)}\n" for row in rows(shared_data)]
    return "file\tverdict\n" + "".join(lines)
