"""Addresses of e-mail as people type and paste them."""

import re

from docstore.rules.plain import one_line

# RFC 5321 section 4.5.3.1: 64 octets before the @, 254 in all; RFC 1035: 63 in a label.
_LONGEST_LOCAL, _LONGEST_ADDRESS = 64, 254
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LAST_LABEL = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{2,59}")
_IN_BRACKETS = re.compile(r"[^<>]*<([^<>]+)>")


def normal_email(text: str) -> str | None:
    """Return an address in lower case, or None when no mail could ever reach it.

    Takes `mailto:` and `Anna Nowak <anna@example.pl>`; a domain with Polish letters stays as it is
    read (`rada.łódź.pl`). Letters beyond ASCII before the @ are refused: few servers take them.
    """
    typed = one_line(text)
    bracketed = _IN_BRACKETS.fullmatch(typed)
    address = (bracketed[1] if bracketed else typed).strip().removeprefix("mailto:").lower()
    local, at, domain = address.rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or len(local) > _LONGEST_LOCAL:
        return None
    if len(address) > _LONGEST_ADDRESS or not _is_domain(domain):
        return None
    return address


def _is_domain(domain: str) -> bool:
    try:
        labels = domain.encode("idna").decode("ascii").split(".")
    except UnicodeError:
        return False  # an empty or too long label, or letters that no domain may hold
    return (
        len(labels) > 1
        and all(map(_LABEL.fullmatch, labels))
        and _LAST_LABEL.fullmatch(labels[-1]) is not None
    )
