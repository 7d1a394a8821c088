"""Roles of people in a pasted roster, as offices write them."""

import re
from enum import StrEnum

from docstore.rules.plain import fold


class RosterRole(StrEnum):
    """What a person is to the council; the codes are those of memberships."""

    MEMBER = "member"
    CHAIR = "chair"
    VICE_CHAIR = "vice_chair"
    GUEST = "guest"


# On folded text.
_CHAIR_OF_COUNCIL = re.compile(
    r"(?P<vice>wice|v-ce\s?|zastepc\w+\s)?przewodnicza?c\w*"
    r"(?:\s+(?:rady(?!\s+(?:solec|osiedl|dzieln|senior|mlodz))|sejmiku)\b.*)?"
)
_CHAIR_OF_PART = re.compile(r"(?:wice)?przewodnicza?c\w*\s+(?:komisj|klub|doraz)")
_MEMBER = re.compile(r"radn[yai]\b|czlon(?:ek|kini)\b(?!\s+zarzadu)")
_GUEST = re.compile(r"(?:gosc|zaproszon[yai])\b\W*")
_FUNCTIONS = re.compile(
    r"burmistrz|wojt|prezydent|starost|wicestarost|marszal|wicemarszal|wiceburmistrz|wiceprezydent"
    r"|zastep|sekretarz|skarbnik|radc[ay]|mecenas|adwokat|soltys|kierowni|dyrektor|wicedyrektor"
    r"|pracowni|inspektor|podinspektor|referent|specjalist|naczelni|komendant|prezes|przedstawiciel"
    r"|biuro|obslug|protokolant|ksiegow|asystent|przewodnicz|wiceprzewodnicz|osoba|audytor|prokurent"
    r"|urzedni|dziennikarz|media|poslanka|posel|senator|mieszkan|czlonek zarzadu|czlonkini zarzadu"
)


_PARTED = re.compile(r"\s*[,/;()–]\s*|\s+(?:-|i|oraz)\s+")


def read_role(text: str) -> tuple[RosterRole, str] | None:
    """Return a role and, for guests, their function as typed; None for an unknown word.

    Nothing typed means a member. A chair of a committee or a club is a member of the council.
    """
    folded = fold(text)
    if not folded:
        return RosterRole.MEMBER, ""
    if guest := _GUEST.match(folded):
        return RosterRole.GUEST, text[guest.end() :].strip(" )")
    parts = [part for part in _PARTED.split(folded) if part]
    seat = _seat(parts)
    if seat is not None:
        return seat, ""
    return (RosterRole.GUEST, text) if _FUNCTIONS.match(folded) else None


def _seat(parts: list[str]) -> RosterRole | None:
    """Return the seat in the council that the parts of a role name, if they name one."""
    is_member = bool(parts) and _MEMBER.match(parts[0]) is not None
    for part in parts if is_member else parts[:1]:
        if chair := _CHAIR_OF_COUNCIL.fullmatch(part):
            return RosterRole.VICE_CHAIR if chair["vice"] else RosterRole.CHAIR
        if _CHAIR_OF_PART.match(part):
            return RosterRole.MEMBER
    return RosterRole.MEMBER if is_member else None
