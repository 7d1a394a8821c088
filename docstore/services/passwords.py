"""Passwords: argon2id hashes, and the same work for a right, a wrong and an unknown address."""

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError, VerifyMismatchError

from docstore.errors import PasswordTooShort

# NIST SP 800-63B-4 asks for 15 characters where a password is the only factor; for clerks of a
# town hall we keep its older floor of 12 and a limit on tries.
SHORTEST = 12

# RFC 9106's second recommended option (memory-constrained): 64 MiB, 3 passes, one lane here.
_hasher = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=1)
# Each hash takes 64 MiB while it is made: a crowd of guesses must not take all there is.
_turns = threading.BoundedSemaphore(2)


def check_length(password: str) -> None:
    """Raise `PasswordTooShort` for a password that is too short to be taken."""
    if len(password) < SHORTEST:
        raise PasswordTooShort(length=SHORTEST)


def hashed(password: str) -> str:
    """Return the hash of a new password; raise `PasswordTooShort` for a short one."""
    check_length(password)
    with _turns:
        return _hasher.hash(password)


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")


def matches(password: str, password_hash: str | None) -> bool:
    """Tell whether a password is right; without a hash the same work is done for nothing."""
    expected = password_hash or _nobody()
    try:
        with _turns:
            _hasher.verify(expected, password)
    except (VerifyMismatchError, VerificationError):
        return False
    return password_hash is not None
