"""Which batch wrote each row, the last removal of each key, events that were replaced, statements in full.

Rows that were there before have batch 0, whose moment is that of the migration.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from models.tables.columns import Instant
from sinks.migrations.columns import (
    BIG,
    FLAG,
    INTEGER,
    TEXT,
    big,
    create,
    flag,
    instant,
    integer,
    or_null,
    text,
)
from sinks.rejected.decide import identity_of

revision = "0002"
down_revision = "0001"

FOLLOWED = ("member", "statement", "live_count", "event", "outreach_event", "inspection", "rejected")
OF_MEMBER = ("kind", "company_id", "place", "enrollment_event_id", "evidence", "rules_version")


def upgrade() -> None:
    batches()
    statements()
    refusals()
    for table in FOLLOWED:
        op.add_column(table, sa.Column("batch", BIG, nullable=False, server_default="0"))
        op.create_index(f"{table}_batch", table, ["batch"])


def batches() -> None:
    create(
        "batch",
        big("batch"),
        instant("committed_at"),
        integer("generation"),
        flag("settle"),
        key=("batch",),
        rowid=True,
    )
    create("removed", text("table", "key"), big("batch"), key=("table", "key"))
    op.create_index("removed_batch", "removed", ["batch"])
    create(
        "event_past",
        text("type", "event_id"),
        integer("revision"),
        text("body"),
        big("batch", "replaced_by"),
        key=("type", "event_id", "batch"),
    )
    op.create_index("event_past_replaced_by", "event_past", ["replaced_by"])
    _mark_the_beginning()


def _mark_the_beginning() -> None:
    """Batch 0: the store as it is now; `settle` where it is in the middle of a rebuild."""
    generation = sa.table("generation", sa.column("number"), sa.column("settled_at"))
    newest = sa.select(generation.c.number, generation.c.settled_at.is_(None))
    row = op.get_bind().execute(newest.order_by(generation.c.number.desc()).limit(1)).one_or_none()
    number, unsettled = row or (0, False)
    batch = sa.table(
        "batch",
        sa.column("batch"),
        sa.column("committed_at", Instant()),
        sa.column("generation"),
        sa.column("settle", FLAG),
    )
    now_us = int(datetime.now(UTC).timestamp() * 1_000_000)
    op.bulk_insert(
        batch, [{"batch": 0, "committed_at": now_us, "generation": number, "settle": bool(unsettled)}]
    )


def statements() -> None:
    """Each with its member's columns: the current ones from `member`, older ones stay without."""
    for name in OF_MEMBER:
        op.add_column("statement", sa.Column(name, TEXT, nullable=True))
    op.add_column("statement", or_null(instant("occurred_at"))[0])
    op.add_column("statement", or_null(integer("duplicates"))[0])
    _in_order_of_arrival()
    columns = (*OF_MEMBER, "occurred_at", "duplicates")
    assignments = ", ".join(f"{name} = member.{name}" for name in columns)
    op.execute(
        f"UPDATE statement SET {assignments} FROM member "  # noqa: S608  names of ours
        "WHERE member.member_id = statement.member_id AND member.version = statement.version"
    )


def _in_order_of_arrival() -> None:
    """In SQLite rows as wide as these are appended, and only their key is stored in its order."""
    if op.get_bind().dialect.name != "sqlite":
        return
    op.rename_table("statement", "statement_before")
    create(
        "statement",
        text("member_id"),
        big("version"),
        text("status"),
        instant("decided_at"),
        or_null(text(*OF_MEMBER)),
        or_null(instant("occurred_at")),
        or_null(integer("duplicates")),
        key=("member_id", "version"),
        rowid=True,
    )
    op.execute("INSERT INTO statement SELECT * FROM statement_before ORDER BY version")
    op.drop_table("statement_before")


def refusals() -> None:
    """Which event a refused record was a revision of, where it can be read."""
    op.add_column("rejected", sa.Column("event_type", TEXT, nullable=True))
    op.add_column("rejected", sa.Column("event_id", TEXT, nullable=True))
    op.add_column("rejected", sa.Column("revision", INTEGER, nullable=True))
    op.create_index("rejected_event", "rejected", ["event_type", "event_id"])
    connection = op.get_bind()
    row_id = "ctid" if connection.dialect.name == "postgresql" else "rowid"
    found = [
        {"row_id": str(one), "type": identity.type, "id": identity.event_id, "revision": identity.revision}
        for one, value in connection.exec_driver_sql(f"SELECT {row_id}, value FROM rejected")  # noqa: S608
        if (identity := identity_of(value)) is not None
    ]
    if found:
        here = "CAST(:row_id AS TID)" if row_id == "ctid" else "CAST(:row_id AS INTEGER)"
        connection.execute(
            sa.text(
                "UPDATE rejected SET event_type = :type, event_id = :id, revision = :revision "  # noqa: S608
                f"WHERE {row_id} = {here}"
            ),
            found,
        )
