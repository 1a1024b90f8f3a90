"""The keys that the store has: by what an app sends, and by name."""

import time
from collections.abc import Callable

from api.keys.key import Key, digest, is_token
from api.keys.remembered import Remembered
from api.keys.table import Kept, keys_named, valid_keys
from api.store import StoreReader


class KeyRing:
    """Finds valid keys; one that is revoked soon opens nothing."""

    def __init__(self, store: StoreReader, clock: Callable[[], float] = time.monotonic) -> None:
        self._by_digest = Remembered(store, valid_keys, clock)
        self._by_name = Remembered(store, keys_named, clock)

    async def find(self, token: str) -> Key | None:
        """None for a text that is no key, or a revoked one. Raises StoreAway."""
        return await self._by_digest.find(digest(token)) if is_token(token) else None

    async def named(self, name: str) -> Kept | None:
        """None for a name that no valid key has. Raises StoreAway."""
        return await self._by_name.find(name)
