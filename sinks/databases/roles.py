"""A role of PostgreSQL that can only read the store, for reporting jobs."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, text

from models.tables.columns import STORE, VIEWS
from sinks.base import StoreError

_WRITES = "INSERT, UPDATE, DELETE, TRUNCATE"


def let_read(connection: Connection, role: str) -> None:
    """Grant SELECT on all tables and views, now and later. A missing role is made, without a password.

    Raises StoreError for a role that can write.
    """
    quoted = connection.dialect.identifier_preparer.quote_identifier
    grantee = quoted(role)
    database, schema = map(quoted, _first(connection, "SELECT current_database(), current_schema()"))
    if _first(connection, "SELECT count(*) FROM pg_roles WHERE rolname = :role", role=role) == (0,):
        connection.exec_driver_sql(f"CREATE ROLE {grantee} LOGIN")
        connection.exec_driver_sql(f"ALTER ROLE {grantee} SET default_transaction_read_only = on")
    tables = ", ".join(map(quoted, (*STORE.tables, *VIEWS.tables)))
    for statement in (
        f"GRANT CONNECT ON DATABASE {database} TO {grantee}",
        f"GRANT USAGE ON SCHEMA {schema} TO {grantee}",
        f"GRANT SELECT ON {tables} TO {grantee}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT ON TABLES TO {grantee}",
    ):
        connection.exec_driver_sql(statement)
    _refuse_writers(connection, role)


def _refuse_writers(connection: Connection, role: str) -> None:
    may_write = "SELECT bool_or(has_table_privilege(:role, quote_ident(:table), :writes))"
    for table in STORE.tables:
        if _first(connection, may_write, role=role, table=table, writes=_WRITES) == (True,):
            raise StoreError(
                f"The role {role!r} may write to the table {table}: it owns it, is a superuser, or was given "
                "that right. Name another role; one that is not there yet is made."
            )


def _first(connection: Connection, query: str, **values: str) -> Sequence[Any]:
    return tuple(connection.execute(text(query), values).one())
