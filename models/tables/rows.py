"""The tables that people read (docs/spec.md, section 4); names and columns are fixed there."""

from typing import Any, ClassVar

from sqlalchemy import BigInteger, Index, PrimaryKeyConstraint
from sqlmodel import Field

from models.tables.columns import IN_KEY_ORDER, Instant, RowModel, batch_field
from models.tables.lines import LineColumns


class MemberRow(RowModel, table=True):
    """A member by its newest statement; a row exists while an enrollment names the member."""

    __table_args__: ClassVar[Any] = (Index("member_batch", "batch"), IN_KEY_ORDER)
    member_id: str = Field(primary_key=True)
    kind: str
    """`worker` or `company`."""
    company_id: str | None = None
    place: str
    """Sub-district code where the member works."""
    occurred_at: int = Field(sa_type=Instant)
    enrollment_event_id: str
    """The enrollment that counts."""
    status: str
    """`active` or `cancelled`."""
    evidence: str
    """Strongest evidence in the journey, or `none`."""
    duplicates: int
    """Other active enrollments of the member; they earn nothing."""
    rules_version: str
    version: int = Field(sa_type=BigInteger)
    """Version of the statement whose lines are current; later ones with the same content do not change it."""
    decided_at: int = Field(sa_type=Instant)
    batch: int = batch_field()


class CreditLineRow(LineColumns, table=True):
    """History, append-only: the lines of every statement. The views of credit read them.

    The key begins with the version and not with the member, so that new lines are appended at the end of
    the table, which doubles the throughput. Lines are found through `member` or `statement`, which have
    both.
    """

    __table_args__: ClassVar[Any] = (PrimaryKeyConstraint("version", "member_id", "line"), IN_KEY_ORDER)


class StatementRow(RowModel, table=True):
    """Every version of every member, also without lines: with `credit` the ledger as of any past moment."""

    # Not IN_KEY_ORDER: rows are wide, and putting each in its place by key wrote two thirds more bytes.
    __table_args__: ClassVar[Any] = (Index("statement_batch", "batch"),)
    member_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True, sa_type=BigInteger)
    status: str
    """`active`, `cancelled`, or `gone` when no enrollment names the member any more."""
    decided_at: int = Field(sa_type=Instant)
    kind: str | None = None
    """This column and those after it as in `member`; null for `gone`, and in rows of before release 0.2.0."""
    company_id: str | None = None
    place: str | None = None
    enrollment_event_id: str | None = None
    evidence: str | None = None
    rules_version: str | None = None
    occurred_at: int | None = Field(default=None, sa_type=Instant)
    duplicates: int | None = None
    batch: int = batch_field()


class LiveCountRow(RowModel, table=True):
    """Credit of a campaign in one regency, month, kind of member and credit model."""

    __table_args__: ClassVar[Any] = (Index("live_count_batch", "batch"), IN_KEY_ORDER)
    campaign_id: str = Field(primary_key=True)
    district: str = Field(primary_key=True)
    """Regency code of the member's place."""
    month: str = Field(primary_key=True)
    """Month of the membership's first moment, in Asia/Jakarta."""
    kind: str = Field(primary_key=True)
    model: str = Field(primary_key=True)
    credit: int = Field(sa_type=BigInteger)
    """Millionths."""
    members: int
    """Members with any credit on the campaign under this model."""
    version: int = Field(sa_type=BigInteger)
    batch: int = batch_field()


class EventRow(RowModel, table=True):
    """The archive: the newest accepted revision of each event. The stream can be rebuilt from it alone."""

    __table_args__: ClassVar[Any] = (Index("event_batch", "batch"), IN_KEY_ORDER)
    type: str = Field(primary_key=True)
    event_id: str = Field(primary_key=True)
    revision: int
    body: str
    """Canonical text."""
    batch: int = batch_field()


class EventPastRow(RowModel, table=True):
    """Revisions that were replaced in `event`, also by a conflicting one."""

    __table_args__: ClassVar[Any] = (Index("event_past_replaced_by", "replaced_by"), IN_KEY_ORDER)
    type: str = Field(primary_key=True)
    event_id: str = Field(primary_key=True)
    revision: int
    """The one that was replaced."""
    body: str
    """Canonical text."""
    batch: int = Field(primary_key=True, sa_type=BigInteger)
    """The batch that wrote it."""
    replaced_by: int = Field(sa_type=BigInteger)
    """The batch that replaced it."""


class OutreachEventRow(RowModel, table=True):
    """The newest accepted revision of each outreach event, also cancelled ones; lists as counts."""

    __table_args__: ClassVar[Any] = (Index("outreach_event_batch", "batch"), IN_KEY_ORDER)
    event_id: str = Field(primary_key=True)
    revision: int
    status: str
    occurred_at: int = Field(sa_type=Instant)
    recorded_at: int = Field(sa_type=Instant)
    source: str
    campaign_id: str
    channel: str
    place: str
    headcount: int
    attendees: int
    companies: int
    cost_idr: int = Field(sa_type=BigInteger)
    batch: int = batch_field()


class InspectionRow(RowModel, table=True):
    """The newest accepted revision of each inspection, also cancelled ones."""

    __table_args__: ClassVar[Any] = (Index("inspection_batch", "batch"), IN_KEY_ORDER)
    event_id: str = Field(primary_key=True)
    revision: int
    status: str
    occurred_at: int = Field(sa_type=Instant)
    recorded_at: int = Field(sa_type=Instant)
    source: str
    campaign_id: str
    company_id: str
    team: str
    place: str
    stage: str
    outcome: str
    cost_idr: int = Field(sa_type=BigInteger)
    batch: int = batch_field()


class RejectedRow(RowModel, table=True):
    """A refused record with national ids masked; one row per record and reason."""

    __mapper_args__: ClassVar[Any] = {
        "primary_key": [
            "reason",
            "topic",
            "partition",
            "offset",
            "file",
            "line",
        ],  # the table has no key
    }
    __table_args__: ClassVar[Any] = (
        Index("rejected_batch", "batch"),
        Index("rejected_event", "event_type", "event_id"),
    )
    reason: str
    errors: str
    """JSON list of sentences: what was wrong, where, and what to write instead."""
    topic: str | None = None
    """Topic of the original record; null for a line that `sambung replay` refused before any topic."""
    partition: int | None = None
    offset: int | None = Field(default=None, sa_type=BigInteger)
    file: str | None = None
    line: int | None = None
    key: str | None = None
    value: str | None = None
    headers: str
    """JSON list of `{"key", "value"}`."""
    event_type: str | None = None
    """Of the event that the value was a revision of; null where the value does not say it validly."""
    event_id: str | None = None
    """Of that event."""
    revision: int | None = None
    """Of that event."""
    batch: int = batch_field()
