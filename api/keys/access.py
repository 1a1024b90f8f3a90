"""Who looked at which member: a row before each answer that names one."""

import time
from collections.abc import Callable, Collection
from functools import partial
from typing import Final

from sqlalchemy import Connection, insert

from api.keys.turns import Turns
from api.store import AWAY_S, StoreReader
from models.tables.columns import table_of
from models.tables.gateway import AccessRow
from sinks.store import open_side_writer

MOST_AT_ONCE: Final = 1_000
"""Answers whose rows go in one transaction."""

_TABLE: Final = table_of(AccessRow)
_Rows = list[dict[str, str | int]]


def now_us() -> int:
    return time.time_ns() // 1_000


class AccessLog:
    """Writes the table `access`. Those who come while a transaction is under way share the next one."""

    def __init__(self, url: str, clock: Callable[[], int] = now_us, wait_s: int = int(AWAY_S)) -> None:
        """`clock` gives microseconds since 1970."""
        opening = partial(open_side_writer, wait_seconds=wait_s)
        self._store = StoreReader(url, threads=1, opening=opening)
        self._clock = clock
        self._wait_s = wait_s
        self._turns: Turns[_Rows, None] = Turns(self._write, MOST_AT_ONCE)

    async def record(self, key_name: str, member_ids: Collection[str], asked: str) -> None:
        """Returns when the rows are durable. Raises StoreAway: then the answer must not be given.

        `asked` is the route without its ids, such as `/v1/members/{id}/why`.
        """
        if member_ids:
            row: dict[str, str | int] = {"at": self._clock(), "key_name": key_name, "asked": asked}
            await self._turns.ask([row | {"member_id": member_id} for member_id in member_ids])

    def close(self) -> None:
        self._store.close()

    async def _write(self, answers: list[_Rows]) -> list[None]:
        rows = [row for of_answer in answers for row in of_answer]
        await self._store.read(lambda connection: _insert(connection, rows), self._wait_s)
        return [None] * len(answers)


def _insert(connection: Connection, rows: _Rows) -> None:
    connection.execute(insert(_TABLE), rows)
