"""What a stage is, and what it needs of the world: Faust and Kafka in life, a few dicts in a simulation."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from streams.engine.changelog import ChangelogPorts, WritableStore
from streams.engine.rows import CachedRows, Codec
from streams.step import Fold


class StageSpec(NamedTuple):
    """One stage: where it reads, where its table's changes go, how its rows are packed, its step."""

    name: str
    topic: str
    changelog: str
    codec: Codec[Any]
    fold: Callable[[CachedRows[Any], int], Fold]
    """Makes the step of one partition over its rows."""
    from_outside: bool = False
    """Whether its input comes from outside, not from another stage."""
    downstream_topics: frozenset[str] = frozenset()
    """Topics of further stages, which are told how old the causes of their records are."""


class Ports(ChangelogPorts, Protocol):
    """All that a stage needs of the world; Faust and Kafka in life, a few dicts in a simulation."""

    def store(self, partition: int) -> WritableStore: ...
    def committed(self, topic: str, partition: int) -> int | None:
        """Offset that the group has committed; None when it never did."""
        ...

    def partitions(self, topic: str) -> int: ...
    def partition_of(self, key: bytes, partitions: int) -> int: ...
    async def fence(self) -> None:
        """Return when this process may write: its membership of the group is fresh."""
        ...
