"""What the pages and the language of search call kinds, stages and legal states; Polish."""

from collections.abc import Mapping

from indexer.fields import Labels

PAPER_KINDS: Mapping[str, str] = {
    "resolution": "uchwała",
    "report": "sprawozdanie",
    "information": "informacja",
    "motion": "wniosek",
    "petition": "skarga albo petycja",
    "other": "inna sprawa",
}
MEETING_FILES = "dokument posiedzenia"
"""What the index calls files of a meeting itself; their kind is `meeting`."""

STATUSES: Mapping[str, str] = {
    "unknown": "brak informacji",
    "adopted": "uchwalona",
    "in_force": "obowiązuje",
    "in_force_amended": "obowiązuje ze zmianami",
    "repealed": "uchylona",
    "expired": "utraciła moc",
    "declared_invalid": "stwierdzono nieważność",
}
# The look of a state says how sure it is and whether one may rely on the text; the word says it.
STATUS_STATES: Mapping[str, str] = {
    "unknown": "neutral",
    "adopted": "info",
    "in_force": "done",
    "in_force_amended": "done",
    "repealed": "wrong",
    "expired": "wrong",
    "declared_invalid": "wrong",
}

STAGES: Mapping[str, str] = {
    "adopted": "uchwały",
    "draft": "projekty uchwał",
    "material": "inne dokumenty",
}

LABELS: Labels = {
    "kind": {
        **{name: code for code, name in PAPER_KINDS.items()},
        "petycja": "petition",
        "skarga": "petition",
        "resolution": "resolution",
        "report": "report",
    },
    "status": {
        **{name: code for code, name in STATUSES.items()},
        "w mocy": "in_force",
        "nieważna": "declared_invalid",
        "wygasła": "expired",
        "nieznany": "unknown",
    },
}
"""What kinds and statuses may be called in a query (`rodzaj:petycja`, `status:uchylona`)."""
