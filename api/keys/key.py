"""Keys of apps: what one may do, and where; made as text that is shown once, kept as a digest."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from models.places import holds

PREFIX: Final = "sb_"
"""By which people, and scanners for lost secrets, know a key."""
RANDOM_BYTES: Final = 32

_TOKEN: Final = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")


class Scope(StrEnum):
    """What a key allows."""

    PUBLISH_ENROLLMENT = "publish:enrollment"
    PUBLISH_OUTREACH_EVENT = "publish:outreach-event"
    PUBLISH_INSPECTION = "publish:inspection"
    READ_COUNTS = "read:counts"
    READ_MEMBERS = "read:members"
    READ_REJECTED = "read:rejected"


def scope_to_publish(event_type: str) -> Scope:
    """What a key needs for events of a type.

    >>> scope_to_publish("outreach-event")
    <Scope.PUBLISH_OUTREACH_EVENT: 'publish:outreach-event'>
    """
    return Scope(f"publish:{event_type}")


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key; not the key itself."""

    name: str
    """It goes into logs, headers and the table `access`."""
    scopes: frozenset[Scope]
    places: tuple[str, ...] = ()
    """Codes of any level; none: all places."""

    def allows_place(self, code: str) -> bool:
        """Whether a place is one that the key is for, or below one.

        >>> key = Key("sleman-app", frozenset(), ("34.04",))
        >>> [key.allows_place(code) for code in ("34.04", "34.04.07", "34", "34.02.01")]
        [True, True, False, False]
        """
        return not self.places or any(holds(place, code) for place in self.places)


def new_token() -> str:
    """A new key as an app sends it: 256 random bits."""
    return PREFIX + secrets.token_urlsafe(RANDOM_BYTES)


def is_token(text: str) -> bool:
    """Whether a text has the form of a key, so that it is worth a look into the store.

    >>> is_token(new_token()), is_token("sb_"), is_token("Bearer")
    (True, False, False)
    """
    return _TOKEN.fullmatch(text) is not None


def digest(token: str) -> str:
    """SHA-256 in hex: what the store keeps. No slow hash, as nobody can guess 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
