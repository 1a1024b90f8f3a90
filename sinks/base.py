"""The promises of every sink.

A sink stores the records of the topics `credit`, `live-count`, `accepted` and `rejected`. For all of them:

- **Atomic.** `apply` writes the rows of a batch and the positions after it in one transaction. When it
  raises, nothing has changed.
- **Idempotent.** A batch applied twice, a part of one applied again, or an older record that arrives late
  leaves every row as it is. So at-least-once delivery ends in exactly the rows of exactly-once.
- **The highest version wins.** A statement or count at or below the highest version seen of its member or
  campaign is ignored, also after its rows were removed: their version is remembered. One with the content of
  the current one writes nothing, but its version counts as seen.
- **One version, one content.** Two contents under one version mean that two streams write to one store;
  `VersionClash` ends the process before either is stored.
- **Old streams are ignored.** Statements and counts of an earlier generation than the store's change nothing.
- **Other clients' records change nothing.** A record of a public topic that cannot be read was written by
  another client; it is skipped, logged and counted (`sinks.foreign`).
- **Events need no version.** The greatest (revision, recorded_at, canonical text) of an event is stored.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from models.statement import OFFSET_BITS

Positions = Mapping[tuple[str, int], int]
"""Next offset to read, by (topic, partition)."""


class StoreError(Exception):
    """The store cannot be used as it is; the message says why and what to do."""


class StoreUnavailable(StoreError):  # noqa: N818
    """The store, or a copy of it, cannot be read or written now; the message says what the machine says."""


class RebuildOvertaken(StoreError):  # noqa: N818
    """A rebuild ends after a newer one began."""

    def __init__(self, generation: int, current: int) -> None:
        super().__init__(
            f"Generation {generation} cannot be settled: generation {current} has been opened since, so the "
            f"store takes nothing from {generation} any longer. Stop this stream; the newer one rebuilds."
        )


class VersionClash(StoreError):  # noqa: N818
    """Two contents under one version. Names no member: its text goes into logs."""

    def __init__(self, subject: str, version: int) -> None:
        generation, offset = version >> OFFSET_BITS, version & ((1 << OFFSET_BITS) - 1)
        super().__init__(
            f"{subject} is stated twice, differently, under one version (generation {generation}, offset "
            f"{offset}). Two streams write to this store. Stop all but one, then start that one as a new "
            "generation; nothing of this batch was written."
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """Records by topic, in the order read, and the positions after them."""

    generation: int
    """The stream's number; the positions belong to this stream."""
    statements: Sequence[bytes] = ()
    """Values of `credit`."""
    counts: Sequence[bytes] = ()
    """Values of `live-count`."""
    accepted: Sequence[bytes] = ()
    """Values of the internal topic `accepted`: canonical text of events."""
    rejected: Sequence[bytes] = ()
    """Values of `rejected`."""
    positions: Positions = field(default_factory=dict)
    settle: bool = False
    """Whether it is one of several batches that end a rebuild: no report reads the store between them."""

    @property
    def public_records(self) -> int:
        """Number of records of public topics, which any client can write to."""
        return len(self.statements) + len(self.counts) + len(self.rejected)


@dataclass(frozen=True, slots=True)
class Applied:
    """Number of records of a batch that changed rows; the others were repeats, late, or nothing new."""

    statements: int = 0
    counts: int = 0
    events: int = 0
    rejected: int = 0
    foreign: int = 0
    """Records that were skipped, written by another client (`sinks.foreign`)."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Properties of a stream; when one of them changes, a new generation begins."""

    cluster_id: str
    app_version: str
    partitions: int
    rules_digest: str
    places_digest: str


@dataclass(frozen=True, slots=True)
class Generation:
    number: int
    origin: Origin
    started_us: int
    settled_us: int | None
    """When the rebuild by this stream was complete; None until then."""


class Sink(ABC):
    """Stores the pipeline's output; the top of this module lists the promises of an implementation."""

    @abstractmethod
    def apply(self, batch: Batch) -> Applied:
        """Store one batch atomically. Raises VersionClash."""

    @abstractmethod
    def positions(self) -> Positions:
        """Next offsets to read in the current generation; a partition never applied is absent (0)."""

    @abstractmethod
    def current_generation(self) -> Generation | None:
        """The newest one that was opened; None in an empty store."""

    @abstractmethod
    def open_generation(self, origin: Origin, started_us: int) -> int:
        """Register a new stream and return its number; two callers at once get two numbers.

        The first one in a store has nothing to rebuild and is settled at once.
        """

    @abstractmethod
    def settle(self, generation: int, positions: Positions, settled_us: int) -> None:
        """End a rebuild: remove the members and counts that this generation has not stated.

        Atomic. Events and refused records are not removed. The positions are stored in the same
        transaction, so a rebuild interrupted before it starts again. Raises RebuildOvertaken.
        """

    @abstractmethod
    def remove_national_ids(self) -> None:
        """Remove the events, and replaced revisions, with a national id that an older release accepted.

        A rebuild does it once their refusals are stored and before it stores an earlier revision of one.
        """

    @abstractmethod
    def archive(self) -> Iterator[bytes]:
        """Canonical text of every event, by type and id; only one chunk at a time is in memory."""

    @abstractmethod
    def close(self) -> None:
        """Close files and connections; a second call does nothing."""
