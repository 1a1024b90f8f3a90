"""Sessions of browsers: what a cookie stands for, as long as the key behind it is valid.

A session by a key is written in its cookie and signed with the key's digest. So it goes on when the gateway
is started again, and at every gateway of the store, and ends everywhere when the key is revoked. The cookie
itself is no key. A session by a link belongs to the process whose terminal showed the link.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from typing import Final, TypeVar

from api.keys.key import Key, Scope, digest
from api.keys.ring import KeyRing

LONGEST_S: Final = 30 * 86_400
MOST: Final = 10_000
"""Sessions by link of a process, and likewise those that were ended; the oldest one goes for a newer."""
BY_LINK: Final = Key(
    "(sign-in link)", frozenset({Scope.READ_COUNTS, Scope.READ_MEMBERS, Scope.READ_REJECTED})
)
"""Who came by a link from the terminal: may read what the command line there reads. No key has this name."""
_RANDOM_BYTES: Final = 32
_PURPOSE: Final = "sambung session"
Value = TypeVar("Value")


class Sessions:
    """What is kept of an id is its digest."""

    def __init__(self, keys: KeyRing, clock: Callable[[], float] = time.time) -> None:
        self._keys = keys
        self._clock = clock
        self._by_link: dict[str, float] = {}
        """When each began, in seconds of the epoch."""
        self._ended: dict[str, None] = {}
        """Of those by keys."""

    def begin_by_link(self) -> str:
        """The id of a new session."""
        session_id = secrets.token_urlsafe(_RANDOM_BYTES)
        _keep(self._by_link, digest(session_id), self._clock())
        return session_id

    def begin_by_key(self, name: str, token: str) -> str:
        """The id of a new session, for a key that was found."""
        content = f"{name}.{int(self._clock())}.{secrets.token_urlsafe(_RANDOM_BYTES)}"
        return f"{content}.{_signature(content, digest(token))}"

    async def find(self, session_id: str) -> Key | None:
        """The key of a session; None once it has ended, or its key was revoked. Raises StoreAway."""
        began_s = self._by_link.get(digest(session_id))
        if began_s is not None:
            return BY_LINK if self._is_young(began_s) else None
        content, _, signature = session_id.rpartition(".")
        name, *rest = content.split(".")
        if len(rest) != len(("began", "random")) or digest(session_id) in self._ended:
            return None
        kept = await self._keys.named(name)
        if kept is None or not _are_same(signature, _signature(content, kept.digest)):
            return None
        return kept.key if self._is_young(int(rest[0])) else None

    def end(self, session_id: str) -> None:
        """In this process; whoever signs out has no cookie any more."""
        if self._by_link.pop(digest(session_id), None) is None:
            _keep(self._ended, digest(session_id), None)

    def _is_young(self, began_s: float) -> bool:
        return self._clock() - began_s < LONGEST_S


def _keep(kept: dict[str, Value], one: str, value: Value) -> None:
    kept[one] = value
    if len(kept) > MOST:
        del kept[next(iter(kept))]


def _are_same(one: str, other: str) -> bool:
    """In a time that tells nothing of where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def _signature(content: str, key_digest: str) -> str:
    return hmac.digest(key_digest.encode(), f"{_PURPOSE} {content}".encode(), hashlib.sha256).hex()
