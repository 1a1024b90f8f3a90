"""What every sink promises.

A sink keeps what the topics `credit`, `live-count`, `accepted` and `rejected` say. For all of them:

- **Whole or not at all.** `apply` writes the rows of a batch and the positions after it in one transaction.
  When it raises, nothing has changed.
- **Again changes nothing.** A batch applied twice, a part of one applied again, or an older record that
  comes late leaves every row as it is. So at-least-once delivery ends in exactly the rows of exactly-once.
- **The highest version stands.** A statement or count at or below the highest version seen of its member or
  campaign is ignored, whatever became of the rows since: removed rows leave their version behind. One that
  says the same as the current one writes nothing, but its version counts as seen.
- **One version, one content.** Two contents under one version mean that two streams write to one store;
  `VersionClash` ends the process before either is believed.
- **Old streams are silent.** Statements and counts of an earlier generation than the store's are ignored.
- **What is none of ours changes nothing.** A record of a public topic that cannot be read was written by
  somebody else; it is passed over, logged and counted (`sinks.foreign`).
- **Events need no version.** Of an event the greatest (revision, recorded_at, canonical text) stands.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from models.statement import OFFSET_BITS

Positions = Mapping[tuple[str, int], int]
"""Next offset to read, by (topic, partition)."""


class StoreError(Exception):
    """The store cannot be used as it is; the sentence says why and what to do."""


class RebuildOvertaken(StoreError):  # noqa: N818
    """A rebuild ends after a newer one began."""

    def __init__(self, generation: int, current: int) -> None:
        super().__init__(
            f"Generation {generation} cannot be settled: generation {current} has been opened since, so the "
            f"store takes nothing from {generation} any longer. Stop this stream; the newer one rebuilds."
        )


class VersionClash(StoreError):  # noqa: N818
    """One version says two things. Names no member: its text goes into logs."""

    def __init__(self, subject: str, version: int) -> None:
        generation, offset = version >> OFFSET_BITS, version & ((1 << OFFSET_BITS) - 1)
        super().__init__(
            f"{subject} is stated twice, differently, under one version (generation {generation}, offset "
            f"{offset}). Two streams write to this store. Stop all but one, then start that one as a new "
            "generation; nothing of this batch was written."
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """Records in the order read, by topic, and where to read on after them."""

    generation: int
    """The stream's; positions belong to it."""
    statements: Sequence[bytes] = ()
    """Values of `credit`."""
    counts: Sequence[bytes] = ()
    """Values of `live-count`."""
    accepted: Sequence[bytes] = ()
    """Values of the internal topic `accepted`: canonical text of events."""
    rejected: Sequence[bytes] = ()
    """Values of `rejected`."""
    positions: Positions = field(default_factory=dict)

    @property
    def public(self) -> int:
        """Records of topics that anybody might have written to."""
        return len(self.statements) + len(self.counts) + len(self.rejected)


@dataclass(frozen=True, slots=True)
class Applied:
    """How many records of a batch changed rows; the others were repeats, late, or said nothing new."""

    statements: int = 0
    counts: int = 0
    events: int = 0
    rejected: int = 0
    foreign: int = 0
    """Records that were passed over, as nobody here wrote them (`sinks.foreign`)."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a stream is made of; when any of it changes, a new generation begins."""

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
    """When the store had all that the stream says of the past; None while it is being rebuilt."""


class Sink(ABC):
    """Keeps what the pipeline says; see the top of this module for what an implementation promises."""

    @abstractmethod
    def apply(self, batch: Batch) -> Applied:
        """Take in one batch, whole or not at all. Raises VersionClash."""

    @abstractmethod
    def positions(self) -> Positions:
        """Where to read on in the current generation; a topic partition never applied is absent (0)."""

    @abstractmethod
    def current_generation(self) -> Generation | None:
        """The newest stream that was opened; None in an empty store."""

    @abstractmethod
    def open_generation(self, origin: Origin, started_us: int) -> int:
        """Count one further stream and give its number; two callers at once get two numbers.

        The first one in a store has nothing to rebuild and so is settled at once.
        """

    @abstractmethod
    def settle(self, generation: int, positions: Positions, settled_us: int) -> None:
        """End a rebuild: remove the members and counts that this generation has not stated.

        Whole or not at all. Events and refused records are never removed. Positions are stored with it, so
        that a rebuild cut short before this is begun anew. Raises RebuildOvertaken.
        """

    @abstractmethod
    def archive(self) -> Iterator[bytes]:
        """Canonical text of every event, by type and id; of a size that one chunk at a time is in memory."""

    @abstractmethod
    def close(self) -> None:
        """Let go of files and connections; a second time does nothing."""
