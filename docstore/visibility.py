"""Who may see what, computed in one pure place.

A `Visibility` is a set of audience tokens. It has no default and no "everything": whoever asks the
record or an index must say for whom. Tokens are the same in SQL and in every index:
`public`, `body:ID:member`, `body:ID:guest`, `body:ID:office`, `org:ID`, `person:ID`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

PUBLIC = "public"


def member(body_id: str) -> str:
    """Return the token of every member of a body's council or committees."""
    return f"body:{body_id}:member"


def guest(body_id: str) -> str:
    """Return the token of everyone who receives a body's packets without being a member."""
    return f"body:{body_id}:guest"


def office(body_id: str) -> str:
    """Return the token of a body's office; drafts are visible to it alone."""
    return f"body:{body_id}:office"


def organization(organization_id: str) -> str:
    """Return the token of the members of one organisation."""
    return f"org:{organization_id}"


def person(person_id: str) -> str:
    """Return the token of one person."""
    return f"person:{person_id}"


@dataclass(frozen=True, slots=True)
class Visibility:
    """What one asker may see: a document is visible when it carries any of these tokens.

    `body_id` confines every answer to one council; strangers' rows never match.
    """

    body_id: str
    tokens: frozenset[str]

    @classmethod
    def of(cls, body_id: str, tokens: Iterable[str]) -> "Visibility":
        """Build a visibility; the public's token is part of everyone's."""
        return cls(body_id, frozenset(tokens) | {PUBLIC})

    @classmethod
    def public(cls, body_id: str) -> "Visibility":
        """Return what anyone may see of one council."""
        return cls(body_id, frozenset({PUBLIC}))

    def allows(self, tokens: Iterable[str]) -> bool:
        """Tell whether something carrying `tokens` is visible."""
        return not self.tokens.isdisjoint(tokens)
