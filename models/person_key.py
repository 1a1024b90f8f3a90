"""The key of the `person` hashes, and what is made with it (docs/spec.md, section 5)."""

from hashlib import sha256
from hmac import digest
from typing import Final

SHORTEST_KEY_BYTES: Final = 32
FINGERPRINT_BYTES: Final = 8
_FINGERPRINT_OF: Final = b"sambung fingerprint"


class PersonKeyError(ValueError):
    """The key cannot be used; the message says why and what to do, without the key."""


def person_of(national_id: bytes, key: bytes) -> str:
    """HMAC-SHA-256 in hex."""
    return digest(key, national_id, sha256).hex()


def fingerprint(key: bytes) -> str:
    """16 hex digits by which two keys are compared without showing either.

    >>> fingerprint(b"0" * 32) == fingerprint(b"0" * 32) != fingerprint(b"1" * 32)
    True
    """
    return digest(key, _FINGERPRINT_OF, sha256)[:FINGERPRINT_BYTES].hex()
