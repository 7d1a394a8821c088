"""What was typed into a field, or the refusal of it."""

from docstore.errors import InvalidInput
from docstore.rules.email_address import normal_email
from docstore.rules.plain import one_line

# As long as the columns of names are.
NAME_LENGTH = 200


def typed(field: str, text: str, *, longest: int, optional: bool = False) -> str:
    """Return what was typed on one line; raise `InvalidInput` for nothing and for too much."""
    said = one_line(text)
    if not said and not optional:
        raise InvalidInput(field=field, reason="required")
    if len(said) > longest:
        raise InvalidInput(field=field, reason="too_long", limit=longest)
    return said


def typed_email(field: str, text: str, *, optional: bool = False) -> str:
    """Return an address as mail servers know it; raise `InvalidInput` for what is none."""
    if optional and not text.strip():
        return ""
    address = normal_email(text)
    if address is None:
        raise InvalidInput(field=field, reason="email")
    return address
