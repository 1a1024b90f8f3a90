"""The sinks' own tables, beside those that people read."""

from typing import Any, ClassVar

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from models.tables.columns import IN_KEY_ORDER, Instant, RowModel


class StoreRevisionRow(RowModel, table=True):
    """One row: the schema revision that the store was set up with or migrated to."""

    version_num: str = Field(primary_key=True, max_length=32)
    """A release refuses every revision but its own; `sambung migrate` upgrades an older store."""


class TableDescriptionRow(RowModel, table=True):
    """Meaning of each table, view and column of the store; in PostgreSQL also as comments."""

    __table_args__: ClassVar[Any] = IN_KEY_ORDER
    table_name: str = Field(primary_key=True)
    column_name: str = Field(primary_key=True)
    """Empty for the table or view itself."""
    meaning: str


class GenerationRow(RowModel, table=True):
    """Each stream that ever wrote to this store; the greatest number is the current one."""

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    cluster_id: str
    app_version: str
    partitions: int
    rules_digest: str
    places_digest: str
    started_at: int = Field(sa_type=Instant)
    settled_at: int | None = Field(default=None, sa_type=Instant)
    """When the rebuild by this stream was complete; null until then."""


class SinkPositionRow(RowModel, table=True):
    """Next offset to read, written in the transaction that applied the records before it."""

    __table_args__: ClassVar[Any] = IN_KEY_ORDER
    generation: int = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    partition: int = Field(primary_key=True)
    next_offset: int = Field(sa_type=BigInteger)


class SinkVersionRow(RowModel, table=True):
    """Highest version seen of a key where no other row has it.

    Of a member when a newer statement had the same content or the member is gone; of a campaign always.
    """

    __table_args__: ClassVar[Any] = IN_KEY_ORDER
    kind: str = Field(primary_key=True)
    """`member` or `campaign`."""
    key: str = Field(primary_key=True)
    version: int = Field(sa_type=BigInteger)


class RejectedSeenRow(RowModel, table=True):
    """Digest of a refused record's identity (`sinks.rejected.decide`)."""

    __table_args__: ClassVar[Any] = IN_KEY_ORDER
    digest: str = Field(primary_key=True)


class BatchRow(RowModel, table=True):
    """One row per transaction that changed the tables with a column `batch`; batch 0: set-up or migration.

    A follower keeps the highest batch it has seen, reads every row above it, applies removals, then rows.
    """

    batch: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    """Grows in the order of commits."""
    committed_at: int = Field(sa_type=Instant)
    """By the writer's clock, just before the commit; never falls."""
    generation: int
    """The stream that wrote it."""
    settle: bool
    """Whether it belongs to the end of a rebuild, which is a moment of the store only when it is whole."""


class RemovedRow(RowModel, table=True):
    """The last removal of each key; the row may have been written anew since, in a later batch."""

    __table_args__: ClassVar[Any] = (Index("removed_batch", "batch"), IN_KEY_ORDER)
    table: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    """JSON list of the values of the table's key, in the order of its columns."""
    batch: int = Field(sa_type=BigInteger)
    """The batch that removed it."""
