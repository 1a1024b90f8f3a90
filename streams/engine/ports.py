"""Definition of a stage, and the ports through which it reaches Kafka and its store."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from streams.engine.changelog import ChangelogPorts, WritableStore
from streams.engine.rows import CachedRows, Codec
from streams.step import Fold


class StageSpec(NamedTuple):
    """One stage: its input topic, its changelog, the encoding of its rows, its fold."""

    name: str
    topic: str
    changelog: str
    codec: Codec[Any]
    fold: Callable[[CachedRows[Any], int], Fold]
    """Makes the fold of one partition over its rows."""
    external_input: bool = False
    """True if its input is a public topic, not another stage's output."""
    downstream_topics: frozenset[str] = frozenset()
    """Input topics of further stages; records to them carry the origin time (observing.py)."""


class Ports(ChangelogPorts, Protocol):
    """Everything outside a stage: Faust and Kafka in production, a few dicts in the simulation."""

    def store(self, partition: int) -> WritableStore: ...
    def committed(self, topic: str, partition: int) -> int | None:
        """Offset committed by the group; None when there is none."""
        ...

    def partitions(self, topic: str) -> int: ...
    def partition_of(self, key: bytes, partitions: int) -> int: ...
    async def fence(self) -> None:
        """Return when this process may write: its last heartbeat is recent enough."""
        ...
