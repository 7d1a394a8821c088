"""Who sees a version, from its document's audience and what has been published."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from docstore import visibility


class AudienceKind(StrEnum):
    """Whom the office means a document for."""

    MEMBERS_AND_GUESTS = "members_and_guests"
    MEMBERS = "members"
    ORGANIZATION = "organization"
    PERSONS = "persons"


@dataclass(frozen=True, slots=True)
class Audience:
    """A kind, and the organisations or persons it names; the other kinds name nobody."""

    kind: AudienceKind = AudienceKind.MEMBERS_AND_GUESTS
    ids: frozenset[str] = frozenset()

    @classmethod
    def of(cls, kind: str, ids: Iterable[str] = ()) -> "Audience":
        """Build an audience from a document's row; an unknown kind raises ValueError."""
        return cls(AudienceKind(kind), frozenset(ids))

    @property
    def is_narrowed(self) -> bool:
        """Tell whether somebody who gets the common packet must not get this document."""
        return self.kind is not AudienceKind.MEMBERS_AND_GUESTS

    def recipients(self, body_id: str) -> frozenset[str]:
        """Return the tokens of those whom the audience names."""
        match self.kind:
            case AudienceKind.MEMBERS_AND_GUESTS:
                return frozenset({visibility.member(body_id), visibility.guest(body_id)})
            case AudienceKind.MEMBERS:
                return frozenset({visibility.member(body_id)})
            case AudienceKind.ORGANIZATION:
                return frozenset(map(visibility.organization, self.ids))
            case AudienceKind.PERSONS:
                return frozenset(map(visibility.person, self.ids))


def audience_tokens(
    *,
    body_id: str,
    audience: Audience,
    is_public: bool,
    published_to_members: bool,
    published_to_public: bool,
) -> frozenset[str]:
    """Return the tokens that a version carries now.

    The office's always; the recipients' once a packet with it is published; the public's once it
    is published to everyone and its document is flagged public. Before that: the office alone.
    """
    tokens = {visibility.office(body_id)}
    if published_to_members:
        tokens |= audience.recipients(body_id)
    if published_to_public and is_public:
        tokens.add(visibility.PUBLIC)
    return frozenset(tokens)
