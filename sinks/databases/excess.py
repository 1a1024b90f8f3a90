"""Refuses a role of PostgreSQL that could write to a store or read more of it than its kind may.

Rights come also through PUBLIC, through roles that it is a member of (which it can become, even where it does
not inherit), by grants that the owner did not make, and with attributes such as CREATEROLE.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, text

from models.tables.audiences import MAY_INSERT, RoleKind, readable
from sinks.base import StoreError

Relations = dict[str, list[str]]
"""Columns by table or view."""

_WRITES: Final = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
_HERE: Final = """
    pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace AND nspname = current_schema()
    CROSS JOIN pg_roles AS who
"""
_IS_IT: Final = "pg_has_role(:role, who.oid, 'MEMBER')"
_WRITERS: Final = f"""
    SELECT who.rolname, relname, privilege
    FROM {_HERE} CROSS JOIN unnest(CAST(:writes AS text[])) AS privilege
    WHERE {_IS_IT} AND relname = ANY(:tables) AND CASE WHEN privilege IN ('DELETE', 'TRUNCATE', 'TRIGGER')
    THEN has_table_privilege(who.oid, pg_class.oid, privilege)
    ELSE has_any_column_privilege(who.oid, pg_class.oid, privilege) END
    ORDER BY who.rolname = :role, relname
"""  # noqa: S608  own words
_MAKERS: Final = f"""
    SELECT who.rolname FROM pg_roles AS who
    WHERE {_IS_IT} AND has_schema_privilege(who.oid, quote_ident(current_schema()), 'CREATE')
    ORDER BY who.rolname = :role
"""  # noqa: S608  own words
_MIGHTY: Final = f"""
    SELECT who.rolname FROM pg_roles AS who WHERE {_IS_IT} AND (
        rolcreaterole OR rolreplication OR rolname IN
        ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program'))
    ORDER BY who.rolname = :role
"""  # noqa: S608  own words
_COLUMNS: Final = f"""
    SELECT relname, attname, who.rolname, has_column_privilege('public', pg_class.oid, attnum, 'SELECT')
    FROM {_HERE} JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
    WHERE {_IS_IT} AND relname = ANY(:tables)
    AND has_column_privilege(who.oid, pg_class.oid, attnum, 'SELECT')
    ORDER BY who.rolname = :role, relname, attnum
"""  # noqa: S608  own words
_TO_COME: Final = f"""
    SELECT coalesce(who.rolname, 'PUBLIC') FROM pg_default_acl
    LEFT JOIN pg_namespace ON pg_namespace.oid = defaclnamespace
    CROSS JOIN aclexplode(defaclacl) AS acl LEFT JOIN pg_roles AS who ON who.oid = acl.grantee
    WHERE defaclobjtype = 'r' AND acl.grantee <> defaclrole AND coalesce(nspname, current_schema()) =
    current_schema() AND (acl.grantee = 0 OR {_IS_IT})
"""  # noqa: S608  own words
_OTHERS: Final = """
    SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = current_schema() AND relkind IN ('r', 'v', 'm', 'f', 'p') AND relname <> ALL(:tables)
    AND has_any_column_privilege(CAST(:role AS name), pg_class.oid, 'SELECT') ORDER BY relname
"""


def refuse_excess(connection: Connection, role: str, kind: RoleKind, relations: Relations) -> None:
    """Raises StoreError."""
    _refuse_writers(connection, role, kind, relations)
    _refuse_mighty(connection, role)
    _refuse_more_reading(connection, role, kind, relations)
    for (holder,) in _found(connection, _TO_COME, role):
        raise StoreError(
            f"The role {role!r} would get rights on tables to come: {holder} has default privileges. Take "
            f"them back: ALTER DEFAULT PRIVILEGES ... REVOKE ALL ON TABLES FROM {holder}."
        )


def other_relations(connection: Connection, role: str, relations: Relations) -> Sequence[str]:
    """What the role may read in the schema beside the store, such as views that others built on it."""
    return [name for (name,) in _found(connection, _OTHERS, role, tables=[*relations])]


def _refuse_writers(connection: Connection, role: str, kind: RoleKind, relations: Relations) -> None:
    found = _found(connection, _WRITERS, role, tables=[*relations], writes=[*_WRITES])
    for holder, table, right in found:
        if right == "INSERT" and kind in MAY_INSERT.get(table, ()):
            continue
        raise StoreError(
            f"The role {role!r} may write to the table {table}: {_through(holder, role)}it owns it, is a "
            "superuser, or was given that right. Name another role; one that is not there yet is made."
        )
    for (holder,) in _found(connection, _MAKERS, role):
        raise StoreError(
            f"The role {role!r} may make tables in the store's schema: {_through(holder, role)}it was given "
            "that right, or everybody was. Take it away with REVOKE CREATE ON SCHEMA, from it or PUBLIC."
        )


def _refuse_mighty(connection: Connection, role: str) -> None:
    for (holder,) in _found(connection, _MIGHTY, role):
        raise StoreError(
            f"The role {role!r} could get at everything: {_through(holder, role)}it may make roles, "
            "replicate, or use the server's files or programs. Name another role; one that is not there yet "
            "is made."
        )


def _refuse_more_reading(connection: Connection, role: str, kind: RoleKind, relations: Relations) -> None:
    allowed = {(table, name) for table in relations for name in readable(kind, table, relations[table])}
    for table, column, holder, everybody in _found(connection, _COLUMNS, role, tables=[*relations]):
        if (table, column) in allowed:
            continue
        if everybody:
            why = f"everybody may. Take that back from PUBLIC, on the table {table}"
        elif holder != role:
            why = f"it is a member of {holder!r}. End that, or name another role"
        else:
            why = "somebody other than the table's owner gave it that right, who has to take it back"
        raise StoreError(f"The role {role!r} is no {kind}: it may read {table}.{column}, since {why}.")


def _through(holder: str, role: str) -> str:
    return "" if holder == role else f"it is a member of {holder!r}, and "


def _found(connection: Connection, query: str, role: str, **values: list[str]) -> Sequence[Any]:
    return connection.execute(text(query), {"role": role} | values).all()
