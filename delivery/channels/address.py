"""Mail addresses as mail servers take them."""

import re

from delivery.errors import MailRefused

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(\.{_ATOM})*")
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_LONGEST, _LONGEST_LOCAL = 254, 64  # RFC 5321, 4.5.3.1


def mailable(address: str) -> str:
    """Return an address as it goes over the wire, its domain in ASCII.

    Raises `MailRefused` (`bad_address`) for one that no server could deliver to.
    """
    local, at, host = address.strip().rpartition("@")
    try:
        host = host.encode("idna").decode()
    except UnicodeError as error:
        raise MailRefused(answer="bad_address") from error
    wire = f"{local}@{host}"
    fits = len(wire) <= _LONGEST and len(local) <= _LONGEST_LOCAL
    if not (at and fits and _LOCAL.fullmatch(local) and _HOST.fullmatch(host)):
        raise MailRefused(answer="bad_address")
    return wire


def is_mailable(address: str) -> bool:
    """Tell whether a server could deliver to an address at all."""
    try:
        mailable(address)
    except MailRefused:
        return False
    return True
