"""What the gateway needs of whatever stores its records."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class PublicRecord(NamedTuple):
    """A record for a public topic."""

    topic: str
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()


class NotDurable(Exception):  # noqa: N818
    """Records could not be made durable now; some of them may be all the same. The text says why."""


class Publisher(Protocol):
    """Makes records durable: in Kafka, or in the journal of office mode."""

    async def publish(self, records: Sequence[PublicRecord]) -> None:
        """Returns when every record is durable. Raises NotDurable within 5 s."""

    @property
    def not_ready_reasons(self) -> list[str]:
        """Sentences; empty while records can be made durable."""

    @property
    def warnings(self) -> list[str]:
        """Sentences on what is no reason to stop, such as too few copies."""


class Backlog(Protocol):
    """Knows how many records are on their way to the store."""

    async def records(self) -> int | None:
        """Of all stages, and those that the store has not read; None if nobody can say now."""
