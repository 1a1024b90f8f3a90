"""What this process last wrote of each member, so that the lines need not be read back to be compared."""

from typing import Final

CAPACITY: Final = 100_000
"""Members; 30 MB."""


class RecentLines:
    """Digest of a member's lines under a version; the member longest unwritten is forgotten first.

    A version's content never changes, so an entry can be missing but not stale: whoever asks names the
    version that the store holds now, and another writer's version is simply not here.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._held: dict[str, tuple[int, bytes]] = {}

    def get(self, member_id: str, version: int) -> bytes | None:
        held = self._held.get(member_id)
        return held[1] if held is not None and held[0] == version else None

    def put(self, member_id: str, version: int, digest: bytes) -> None:
        self._held.pop(member_id, None)
        self._held[member_id] = version, digest
        if len(self._held) > self._capacity:
            del self._held[next(iter(self._held))]
