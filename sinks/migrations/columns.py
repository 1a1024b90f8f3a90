"""Column types for revisions, with the same meaning in both databases.

Text sorts by code point, as in SQLite: in PostgreSQL by the collation "C", whatever the database's own. A
revision must create the same tables for ever, so change nothing here: add.
"""

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

TEXT: Final = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INSTANT: Final = sa.String(26).with_variant(sa.DateTime(timezone=True), "postgresql")
INTEGER: Final = sa.Integer()
BIG: Final = sa.BigInteger()
FLAG: Final = sa.Boolean()

Columns = list[sa.Column[Any]]


def text(*names: str) -> Columns:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def instant(*names: str) -> Columns:
    return [sa.Column(name, INSTANT, nullable=False) for name in names]


def integer(*names: str) -> Columns:
    return [sa.Column(name, INTEGER, nullable=False, autoincrement=False) for name in names]


def big(*names: str) -> Columns:
    return [sa.Column(name, BIG, nullable=False) for name in names]


def flag(*names: str) -> Columns:
    return [sa.Column(name, FLAG, nullable=False) for name in names]


def or_null(columns: Columns) -> Columns:
    for column in columns:
        column.nullable = True
    return columns


def create(table: str, *columns: Columns, key: tuple[str, ...] = (), rowid: bool = False) -> None:
    """A table; in SQLite it is stored in key order (WITHOUT ROWID) if it has a key, unless `rowid`."""
    constraints = [sa.PrimaryKeyConstraint(*key)] if key else []
    every = [column for some in columns for column in some]
    op.create_table(table, *every, *constraints, sqlite_with_rowid=rowid or not key)
