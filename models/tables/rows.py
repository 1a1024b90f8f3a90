"""The tables that people read (docs/spec.md, section 4); names and columns are fixed there.

Every key is composite or text, so SQLite keeps the rows in the key itself (WITHOUT ROWID).
"""

from typing import Any, ClassVar

from sqlalchemy import BigInteger, PrimaryKeyConstraint
from sqlmodel import Field

from models.tables.columns import Instant, Stored

IN_KEY_ORDER: dict[str, Any] = {"sqlite_with_rowid": False}


class MemberRow(Stored, table=True):
    """A member as the newest statement says; a row exists while an enrollment names the member."""

    __table_args__: ClassVar[Any] = IN_KEY_ORDER
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
    """Strongest in the journey, or `none`."""
    duplicates: int
    """Other active enrollments of the member; they earn nothing."""
    rules_version: str
    version: int = Field(sa_type=BigInteger)
    """Of the statement whose lines are current; not of later ones that said the same."""
    decided_at: int = Field(sa_type=Instant)


class LineColumns(Stored):
    """What one line of one statement says, and what it earns under each credit model."""

    member_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True, sa_type=BigInteger)
    line: int = Field(primary_key=True)
    """From 0 in touch order, organic last."""
    touch_id: str | None = None
    """The event that touched; null for organic."""
    campaign_id: str
    channel: str
    evidence: str
    approach: str
    touched_at: int | None = Field(default=None, sa_type=Instant)
    first: int | None = None
    """Millionths of the member under this model, as in the columns after it; null for none."""
    last: int | None = None
    linear: int | None = None
    position: int | None = None
    time_decay: int | None = None


class CreditLineRow(LineColumns, table=True):
    """History, append-only: the lines of every statement. The views of credit are made of them.

    The key begins with the version and not with the member, so that new lines go to the end of the
    table and none is written between old ones: that doubles what a second can take in. Lines are found
    through `member` or `statement`, which have both.
    """

    __table_args__: ClassVar[Any] = (PrimaryKeyConstraint("version", "member_id", "line"), IN_KEY_ORDER)


class StatementRow(Stored, table=True):
    """Every version of every member, those without lines too: with `credit` the ledger of any past moment."""

    __table_args__: ClassVar[Any] = IN_KEY_ORDER
    member_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True, sa_type=BigInteger)
    status: str
    """`active`, `cancelled`, or `gone` when no enrollment names the member any longer."""
    decided_at: int = Field(sa_type=Instant)


class LiveCountRow(Stored, table=True):
    """Credit of a campaign in one regency, month, kind of member and credit model."""

    __table_args__: ClassVar[Any] = IN_KEY_ORDER
    campaign_id: str = Field(primary_key=True)
    district: str = Field(primary_key=True)
    """Regency code of the member's place."""
    month: str = Field(primary_key=True)
    """Of the membership's first moment, in Asia/Jakarta."""
    kind: str = Field(primary_key=True)
    model: str = Field(primary_key=True)
    credit: int = Field(sa_type=BigInteger)
    """Millionths."""
    members: int
    """Members with any credit on the campaign under this model."""
    version: int = Field(sa_type=BigInteger)


class EventRow(Stored, table=True):
    """The archive: the newest accepted revision of every event; the stream can be rebuilt from it alone."""

    __table_args__: ClassVar[Any] = IN_KEY_ORDER
    type: str = Field(primary_key=True)
    event_id: str = Field(primary_key=True)
    revision: int
    body: str
    """Canonical text."""


class OutreachEventRow(Stored, table=True):
    """The newest accepted revision of an outreach event, cancelled ones too; lists as counts."""

    __table_args__: ClassVar[Any] = IN_KEY_ORDER
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


class InspectionRow(Stored, table=True):
    """The newest accepted revision of an inspection, cancelled ones too."""

    __table_args__: ClassVar[Any] = IN_KEY_ORDER
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


class RejectedRow(Stored, table=True):
    """A refused record as it first lay, national ids masked; one row for one record and reason."""

    __mapper_args__: ClassVar[Any] = {
        "primary_key": ["reason", "topic", "partition", "offset", "file", "line"],  # in the table: no key
    }
    reason: str
    errors: str
    """JSON list of sentences: what was wrong, where, what to write instead."""
    topic: str | None = None
    """Where it first lay; null for a line that `sambung replay` refused before any topic."""
    partition: int | None = None
    offset: int | None = Field(default=None, sa_type=BigInteger)
    file: str | None = None
    line: int | None = None
    key: str | None = None
    value: str | None = None
    headers: str
    """JSON list of `{"key", "value"}`."""
