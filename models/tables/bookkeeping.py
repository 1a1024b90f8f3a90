"""Tables that the sinks keep for themselves, beside those that people read."""

from typing import Any, ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from models.tables.columns import Instant, Stored

_IN_KEY_ORDER: dict[str, Any] = {"sqlite_with_rowid": False}


class StoreRevisionRow(Stored, table=True):
    """One row: the revision of the schema that the store was set up or migrated to."""

    version_num: str = Field(primary_key=True, max_length=32)
    """A release refuses every other than its own; `sambung migrate` brings an older store on."""


class TableDescriptionRow(Stored, table=True):
    """What every table, view and column of the store means; in PostgreSQL the same as comments."""

    __table_args__: ClassVar[Any] = _IN_KEY_ORDER
    table_name: str = Field(primary_key=True)
    column_name: str = Field(primary_key=True)
    """Empty for the table or view itself."""
    meaning: str


class GenerationRow(Stored, table=True):
    """Every stream that ever wrote to this store; the greatest number is the current one."""

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    cluster_id: str
    app_version: str
    partitions: int
    rules_digest: str
    places_digest: str
    started_at: int = Field(sa_type=Instant)
    settled_at: int | None = Field(default=None, sa_type=Instant)
    """When the store had all that the stream said of the past; null while it is being rebuilt."""


class SinkPositionRow(Stored, table=True):
    """Next offset to read, written in the transaction that applied everything before it."""

    __table_args__: ClassVar[Any] = _IN_KEY_ORDER
    generation: int = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    partition: int = Field(primary_key=True)
    next_offset: int = Field(sa_type=BigInteger)


class SinkVersionRow(Stored, table=True):
    """Highest version seen of a key, where no other row says it.

    Of a member: when a newer statement said the same again, or when the member is gone. Of a campaign:
    always.
    """

    __table_args__: ClassVar[Any] = _IN_KEY_ORDER
    kind: str = Field(primary_key=True)
    """`member` or `campaign`."""
    key: str = Field(primary_key=True)
    version: int = Field(sa_type=BigInteger)


class RejectedSeenRow(Stored, table=True):
    """Digest of what makes a refused record the same one again (`sinks.rejected.decide`)."""

    __table_args__: ClassVar[Any] = _IN_KEY_ORDER
    digest: str = Field(primary_key=True)
