"""Lines that this process wrote last per member, so that they need not be read back for comparison."""

from typing import Final

CAPACITY: Final = 100_000
"""Members; 30 MB."""


class RecentLines:
    """Digest of each member's lines under a version; the member longest unwritten is dropped first.

    The content of a version never changes, so an entry can be missing but not stale: callers name the
    stored version, and another writer's version is not here.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._digests: dict[str, tuple[int, bytes]] = {}

    def get(self, member_id: str, version: int) -> bytes | None:
        entry = self._digests.get(member_id)
        return entry[1] if entry is not None and entry[0] == version else None

    def put(self, member_id: str, version: int, digest: bytes) -> None:
        self._digests.pop(member_id, None)
        self._digests[member_id] = version, digest
        if len(self._digests) > self._capacity:
            del self._digests[next(iter(self._digests))]
