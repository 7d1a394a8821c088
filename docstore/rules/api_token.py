"""The form of a token of the interface: a prefix to know it by, 36 random letters, a checksum.

`teczka_` and 42 letters and figures: whoever scans code for secrets finds it by one pattern, and
six of the letters are the CRC-32 of the others, so that a mistyped one is told from a wrong one
without asking the record.
"""

import re
import secrets
import zlib

PREFIX = "teczka_"
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# 62 ** 36 is more than 2 ** 214: nobody guesses one, and its hash needs no salt.
_RANDOM = 36
# 62 ** 6 is more than 2 ** 32.
_CHECK = 6
PATTERN = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_RANDOM + _CHECK}}}")


def new_token() -> str:
    """Return a fresh token."""
    body = PREFIX + "".join(secrets.choice(_LETTERS) for _ in range(_RANDOM))
    return body + _checksum(body)


def is_named_so(text: str) -> bool:
    """Tell whether a text means to be a token of the interface, well formed or not."""
    return text.startswith(PREFIX)


def is_well_formed(text: str) -> bool:
    """Tell whether a text is as tokens are made, its checksum included."""
    return PATTERN.fullmatch(text) is not None and _checksum(text[:-_CHECK]) == text[-_CHECK:]


def _checksum(body: str) -> str:
    left, found = zlib.crc32(body.encode()), ""
    for _ in range(_CHECK):
        left, place = divmod(left, len(_LETTERS))
        found = _LETTERS[place] + found
    return found
