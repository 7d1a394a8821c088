"""Who is asking: nobody, a recipient by link, somebody with a password, or a program of theirs."""

from dataclasses import dataclass

from docstore import visibility
from docstore.models import ApiToken, Body, Person, SignIn
from docstore.services.standings import Standing
from docstore.visibility import Visibility


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody before one body's door; without a sign-in or a token it is the public.

    A link gives a recipient's rights alone: office and administrator need their password, or a
    token that was made by who had signed in with it.
    """

    body: Body
    person: Person | None = None
    sign_in: SignIn | None = None
    standing: Standing | None = None
    token: ApiToken | None = None

    @property
    def _by(self) -> str:
        """Return how they were let in: password, link, or nothing for the public."""
        way = self.sign_in or self.token
        return way.by if way is not None else ""

    def _has_duty(self, role: str) -> bool:
        return self.standing is not None and self._by == "password" and role in self.standing.duties

    @property
    def lacks_password(self) -> bool:
        """Tell whether they came by a link and could do more with their password."""
        return self.standing is not None and self._by == "link" and bool(self.standing.duties)

    @property
    def is_office(self) -> bool:
        """Tell whether they may work for the council office."""
        return self._has_duty("office") or self.is_administrator

    @property
    def is_administrator(self) -> bool:
        """Tell whether they run the installation."""
        return self._has_duty("administrator")

    @property
    def is_member(self) -> bool:
        """Tell whether they sit in the council or one of its organisations."""
        return self.standing is not None and self.standing.is_member

    @property
    def is_recipient(self) -> bool:
        """Tell whether packets are sent to them."""
        return self.standing is not None and self.standing.is_recipient

    @property
    def is_chair(self) -> bool:
        """Tell whether they preside over the council."""
        return self.standing is not None and self.standing.is_chair

    @property
    def person_id(self) -> str | None:
        """Return who acts, for the record."""
        return self.person.id if self.person else None

    @property
    def visibility(self) -> Visibility:
        """Return what they may see: the only place where roles become audience tokens."""
        tokens: set[str] = set()
        body_id = self.body.id
        if self.is_office:
            tokens.add(visibility.office(body_id))
        if self.standing is not None and self.person is not None:
            if self.standing.is_member:
                tokens.add(visibility.member(body_id))
            if self.standing.is_guest:
                tokens.add(visibility.guest(body_id))
            tokens |= {visibility.organization(each) for each in self.standing.organization_ids}
            if self.is_recipient:
                tokens.add(visibility.person(self.person.id))
        return Visibility.of(body_id, tokens)
