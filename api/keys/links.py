"""Links by which whoever has the terminal signs in a browser: each good once, and not for long."""

import hashlib
import secrets
import time
from collections.abc import Callable
from typing import Final

GOOD_S: Final = 600.0
MOST: Final = 100
"""Links that are open at a time; the oldest one closes for a newer."""


class Links:
    """Of one process. Tokens are kept as digests."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until_s: dict[str, float] = {}

    def make(self) -> str:
        """The token of a new link; whoever brings it first is let in."""
        token = secrets.token_urlsafe(32)
        self._until_s[_digest(token)] = self._clock() + GOOD_S
        if len(self._until_s) > MOST:
            del self._until_s[next(iter(self._until_s))]
        return token

    def take(self, token: str) -> bool:
        """Whether it opens; from now on it does not."""
        until_s = self._until_s.pop(_digest(token), None)
        return until_s is not None and self._clock() < until_s


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
