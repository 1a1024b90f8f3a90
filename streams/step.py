"""The contract between a stage and the engine: records in, rows, records out.

A stage keeps *rows*. A row lives in a *group* (one event, one subject, one member, one campaign) under a
*slot*, and carries the offset of the input that last changed it. A group is read as a whole and lives
decoded in memory; a row is written alone.
"""

from collections.abc import Iterator
from typing import NamedTuple, Protocol, TypeVar

Headers = tuple[tuple[str | bytes, bytes | None], ...]
"""As a client wrote them: a name that is no UTF-8 is bytes."""


class Record(NamedTuple):
    """One input record of a stage, or any object with these attributes: the engine passes on Kafka's own."""

    offset: int
    timestamp: int
    """The broker's, milliseconds since the epoch."""
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


class Out(NamedTuple):
    """One record to send. Without a partition it goes to the one that murmur2 of its key gives."""

    topic: str
    key: bytes
    value: bytes
    partition: int | None = None
    headers: tuple[tuple[str, bytes], ...] = ()


class Row(Protocol):
    """A row of a stage's table; immutable, replaced when it changes."""

    @property
    def version(self) -> int:
        """Offset of the input record that wrote it."""
        ...


R = TypeVar("R", bound="Row")


class Rows(Protocol[R]):
    """The rows of one partition of one stage."""

    def group(self, key: bytes) -> dict[bytes, R]:
        """Every row of a group by slot. Change it in place, then name the change with `write`."""
        ...

    def write(self, key: bytes, slot: bytes, *, write_last: bool = False) -> None:
        """Mark a row for the next checkpoint.

        One marked `write_last` becomes durable after all rows that are not: it states that they were changed.
        """
        ...

    def scan(self) -> Iterator[tuple[bytes, bytes, R]]:
        """Every durable row as (group, slot, row), in no promised order."""
        ...


class Fold(Protocol):
    """The step of one stage over one partition: a pure function of the log's prefix, kept as an object."""

    def restore(self) -> None:
        """Rebuild from the rows all that is in memory only; called once, before the first step."""
        ...

    def step(self, record: Record) -> Iterator[None] | None:
        """Fold one record. Long work is returned as an iterator that does one slice per step."""
        ...

    def outputs(self) -> list[Out]:
        """Outputs of the steps since the last call, to be sent before their rows become durable."""
        ...
