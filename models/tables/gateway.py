"""Tables of the gateway: the keys of apps, and who looked at whom."""

from typing import Any, ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from models.tables.columns import IN_KEY_ORDER, Instant, RowModel


class ApiKeyRow(RowModel, table=True):
    """A key that an app sends to the gateway. A row stays when its key is revoked, and so does its name."""

    __table_args__: ClassVar[Any] = (Index("api_key_digest", "digest", unique=True), IN_KEY_ORDER)
    name: str = Field(primary_key=True)
    """1 to 32 of `a-z0-9-`."""
    digest: str
    """SHA-256 of the key in hex; the key itself is nowhere."""
    scopes: str
    """What it allows: distinct, sorted, joined by `,`."""
    places: str | None = None
    """Codes of the places that it is for, sorted, joined by `,`; null for all places."""
    created_at: int = Field(sa_type=Instant)
    revoked_at: int | None = Field(default=None, sa_type=Instant)
    """Since when it opens nothing; null for a valid one."""


class AccessRow(RowModel, table=True):
    """One row before each answer of the gateway that names a member. Append-only."""

    __mapper_args__: ClassVar[Any] = {
        "primary_key": ["at", "key_name", "member_id", "asked"]
    }  # it has no key
    at: int = Field(sa_type=Instant)
    key_name: str
    """Name of the key (table `api_key`) whose holder asked."""
    member_id: str
    asked: str
    """What was asked for: the route, without ids."""
