"""Columns of credit, line by line, which several tables have."""

from sqlalchemy import BigInteger
from sqlmodel import Field

from models.tables.columns import Instant, RowModel


class EarnedColumns(RowModel):
    """A line of a member's credit: the touch, and what it earned under each model."""

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


class LineKey(RowModel):
    """A line of a statement."""

    member_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True, sa_type=BigInteger)
    line: int = Field(primary_key=True)
    """From 0 in touch order, organic last."""


class LineColumns(EarnedColumns, LineKey):
    """One line of one statement, with its credit under each model."""
