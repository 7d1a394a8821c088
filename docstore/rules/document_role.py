"""What a file is likely to be, told from its name."""

import re
from dataclasses import dataclass
from enum import StrEnum

from docstore.rules.acts.number import file_act_number
from docstore.rules.file_name import extension, spoken_stem
from docstore.rules.plain import fold
from docstore.rules.roman import from_roman


class DocumentRole(StrEnum):
    """What a document is to its paper, agenda item or meeting."""

    MAIN = "main"
    JUSTIFICATION = "justification"
    ANNEX = "annex"
    OPINION = "opinion"
    INVITATION = "invitation"
    MINUTES = "minutes"
    ROLL_CALL = "roll_call"
    SIGNED_ACT = "signed_act"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RoleProposal:
    """A role, a title to show, and an annex's number where the name tells one."""

    role: DocumentRole
    title: str
    annex_number: int | None = None


# On folded names; `_` and joining hyphens are spaces by then.
_ROLL_CALL = re.compile(
    r"\bimienn\w+|\bwynik\w* glosow\w+|\bwykaz\w* glosow\w+|\braport\w* z glosow\w+"
    r"|\bglosowani[ea](?=[ -]?\d| nr\b|$)"
)
_ANNEX = re.compile(
    r"\b(?:zalaczni[kc]\w*|zal\b\.?|zal(?=\d)|aneks)\s*(?:n(?:r|umer)\b\.?)?\s*"
    r"(?P<number>\d{1,3}\b|[ivx]{1,6}\b)?"
)
_ROLES: tuple[tuple[DocumentRole, re.Pattern[str]], ...] = (
    (DocumentRole.ANNEX, _ANNEX),
    (DocumentRole.JUSTIFICATION, re.compile(r"(?<!z )\buzasadnieni\w+")),
)
# These count only before "w sprawie": behind it they are what a resolution is about.
_ROLES_BEFORE_MATTER: tuple[tuple[DocumentRole, re.Pattern[str]], ...] = (
    (DocumentRole.OPINION, re.compile(
        r"\bopini[aei]\w*|\buchwal\w+ (?:nr .{1,20} )?(?:skladu orzek|rio\b)"
        r"|\bstanowisko komisji\b"
    )),
    (DocumentRole.INVITATION, re.compile(
        r"\bzaproszeni\w+|\bzawiadomieni\w+|\bzwolani\w+"
        r"|\bporzad\w+ (?:obrad|dzienn|sesji|posied)\w*"
    )),
    (DocumentRole.MINUTES, re.compile(r"\bprotok[o0]l\w*")),
    (DocumentRole.ANNEX, re.compile(r"\b(?:mapa|mapy|mapka|rysunek|plansza|wyrys|szkic)\b")),
)  # fmt: skip
_MATTER = re.compile(r"\bw spr(?:awie)?\b|\bws\b|$")
_DRAFT = re.compile(r"\bprojekt\w*\b|\bdruk\w?\b|\bpu\b")
_ACT = re.compile(r"\buchwal\w+|\bapel\b|\bstanowisko\b|\brezolucj\w+|\bobwieszczeni\w+")
_SIGNED = re.compile(r"\bpodpisan[aey]\b|\bsigned\b|\bz podpisem\b")
_SIGNATURE_FORMATS = {"xades", "sig", "p7s", "p7m", "zipx", "asice", "asics"}
_JOINT = " -–,:;."


def propose_role(file_name: str) -> RoleProposal:
    """Return the role and title that a file's name suggests; a clerk may change both.

    The word that comes first decides: "opinia - załącznik" is an opinion, "załącznik do protokołu"
    an annex; a named list of votes is one wherever the name says so.
    """
    stem = spoken_stem(file_name)
    folded = fold(stem)
    if _ROLL_CALL.search(folded):
        return RoleProposal(DocumentRole.ROLL_CALL, _title(stem))
    found = _first_word(folded)
    if found is None:
        return RoleProposal(_main_or_other(file_name, folded), _title(stem))
    role, match = found
    return _annex(stem, match) if match.re is _ANNEX else RoleProposal(role, _title(stem))


def _first_word(folded: str) -> tuple[DocumentRole, re.Match[str]] | None:
    matter = _MATTER.search(folded)
    before_matter = matter.start() if matter else len(folded)
    found = [(role, words.search(folded)) for role, words in _ROLES]
    found += [
        (role, words.search(folded, 0, before_matter)) for role, words in _ROLES_BEFORE_MATTER
    ]
    told = [(role, match) for role, match in found if match is not None]
    return min(told, key=lambda one: one[1].start()) if told else None


def _main_or_other(file_name: str, folded: str) -> DocumentRole:
    """Tell a draft from a signed act: an act's number exists only once it is adopted."""
    if _DRAFT.search(folded):
        return DocumentRole.MAIN
    signed = _SIGNED.search(folded) or extension(file_name) in _SIGNATURE_FORMATS
    is_act = _ACT.search(folded) is not None
    if file_act_number(file_name) or (signed and is_act):
        return DocumentRole.SIGNED_ACT
    return DocumentRole.MAIN if is_act else DocumentRole.OTHER


def _annex(stem: str, match: re.Match[str]) -> RoleProposal:
    typed = match["number"]
    number = None
    if typed:
        number = int(typed) if typed.isdigit() else from_roman(typed)
    name = f"Załącznik nr {number}" if number else "Załącznik"
    before, after = stem[: match.start()].strip(_JOINT), stem[match.end() :].strip(_JOINT)
    rest = " – ".join(filter(None, (before, after)))
    if rest:
        name += f" {rest}" if rest.startswith("do ") else f" – {rest}"
    return RoleProposal(DocumentRole.ANNEX, name, number)


def _title(stem: str) -> str:
    return stem[:1].upper() + stem[1:] or "Dokument"
