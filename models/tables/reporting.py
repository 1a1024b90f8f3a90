"""Tables of reporting jobs: what the agency wants in a year, and the ledger under other rules.

No sink writes them and no follower needs them: they have no `batch` of their own.
"""

from typing import Any, ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from models.tables.columns import IN_KEY_ORDER, Instant, RowModel
from models.tables.lines import EarnedColumns


class TargetRow(RowModel, table=True):
    """New members wanted in a year, of one place and kind, in all or by one channel or agent."""

    __table_args__: ClassVar[Any] = IN_KEY_ORDER
    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """Of the memberships' first moments, in Asia/Jakarta."""
    place: str = Field(primary_key=True)
    """Province, regency or sub-district where the members work."""
    kind: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    """The channel that is to bring them in; empty for members in all."""
    agent: str = Field(primary_key=True)
    """Campaign id of the agent who is to bring them in; empty for members in all."""
    number: int
    """Members."""
    months: str | None = None
    """JSON list of the shares of January to December in millionths, 1,000,000 together; null: evenly over the
    year's working days."""
    loaded_at: int = Field(sa_type=Instant)
    """When the file was loaded; grows with each load."""


class ScenarioRow(RowModel, table=True):
    """The ledger under other rules, computed beside the live one from the archive as it was at one batch."""

    __table_args__: ClassVar[Any] = IN_KEY_ORDER
    name: str = Field(primary_key=True)
    """1 to 32 of `a-z0-9-`."""
    rules_version: str
    rules: str
    """All values of the rules as JSON, in microseconds and millionths."""
    batch: int = Field(sa_type=BigInteger)
    """The store's last batch when the archive was read: it compares with the live ledger as of that batch."""
    made_at: int = Field(sa_type=Instant)
    """When it was computed."""
    events: int
    """Events of the archive that were read."""
    refused: int
    """Events among them that this release, or its place list, no longer accepts; they count for nothing."""


class ScenarioMemberRow(RowModel, table=True):
    """A member in a scenario; columns as in `member`."""

    __table_args__: ClassVar[Any] = IN_KEY_ORDER
    scenario: str = Field(primary_key=True)
    """Its name."""
    member_id: str = Field(primary_key=True)
    kind: str
    company_id: str | None = None
    place: str
    """Sub-district code where the member works."""
    occurred_at: int = Field(sa_type=Instant)
    enrollment_event_id: str
    """The enrollment that counts."""
    status: str
    evidence: str
    """Strongest evidence in the journey, or `none`."""
    duplicates: int
    """Other active enrollments of the member; they earn nothing."""


class ScenarioLineKey(RowModel):
    """A line of a member's credit in a scenario."""

    scenario: str = Field(primary_key=True)
    """Its name."""
    member_id: str = Field(primary_key=True)
    line: int = Field(primary_key=True)
    """From 0 in touch order, organic last."""


class ScenarioCreditLineRow(EarnedColumns, ScenarioLineKey, table=True):
    """A line of a member's credit in a scenario; columns as in `credit_line_current`."""

    __table_args__: ClassVar[Any] = IN_KEY_ORDER
