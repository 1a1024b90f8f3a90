"""What the gateway follows in the store: the schema's revision, and the stream with its list of places."""

import asyncio
from typing import Final, NamedTuple

from sqlalchemy import Connection, select

from api.store import StoreAway, StoreReader
from models.tables.bookkeeping import StoreRevisionRow
from models.tables.columns import table_of
from sinks.progress import newest_generation
from sinks.store import REVISION

LOOK_S: Final = 2.0

_REVISION: Final = select(table_of(StoreRevisionRow).c.version_num)


class OtherRevision(Exception):  # noqa: N818
    """The store has been migrated by another release; the text says what to do."""


class _Seen(NamedTuple):
    revision: str | None
    generation: int
    places_digest: str | None
    """None for a store without a stream."""


class Watch:
    def __init__(self, store: StoreReader, places_digest: str) -> None:
        self._store = store
        self._places_digest = places_digest
        self._seen: _Seen | None = None
        self._away = True

    @property
    def not_ready_reasons(self) -> list[str]:
        if self._away or self._seen is None:
            return ["the store does not answer"]
        if self._seen.places_digest is None:
            return ["the store has no stream yet: sambung topics create"]
        if self._seen.places_digest != self._places_digest:
            return ["the list of places is not the stream's: SAMBUNG_PLACES, then start the gateway again"]
        return []

    async def run(self) -> None:
        """Looks again and again. Raises OtherRevision."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Raises OtherRevision."""
        try:
            self._seen = await self._store.read(_look)
        except StoreAway:
            self._away = True
            return
        self._away = False
        if self._seen.revision != REVISION:
            raise OtherRevision(
                f"The store has the schema {self._seen.revision} now, and this release works on {REVISION}. "
                "Start the gateway of the release that migrated it."
            )


def _look(connection: Connection) -> _Seen:
    current = newest_generation(connection)
    revision = connection.scalar(_REVISION)
    if current is None:
        return _Seen(revision, 0, None)
    return _Seen(revision, current.number, current.origin.places_digest)
