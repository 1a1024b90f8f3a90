"""The rights of PostgreSQL's roles on a store: exactly those of `models.tables.audiences`."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, text

from models.tables.audiences import MAY_INSERT, MAY_READ, RoleKind, readable
from models.tables.catalog import VIEWS
from sinks.databases.base import Rights
from sinks.databases.excess import Relations, other_relations, refuse_excess

_READ_ONLY = "default_transaction_read_only"
_RELATIONS = """
    SELECT relname, array_agg(attname::text ORDER BY attnum) FROM pg_class
    JOIN pg_namespace ON pg_namespace.oid = relnamespace AND nspname = current_schema()
    JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
    WHERE relname = ANY(:names) AND relkind IN ('r', 'v') GROUP BY relname ORDER BY relname
"""
_TO_COME = """
    SELECT pg_get_userbyid(defaclrole), grantee.rolname, array_agg(privilege_type) FROM pg_default_acl
    JOIN pg_namespace ON pg_namespace.oid = defaclnamespace AND nspname = current_schema()
    CROSS JOIN aclexplode(defaclacl) AS acl JOIN pg_roles AS grantee ON grantee.oid = acl.grantee
    WHERE defaclobjtype = 'r' AND grantee.oid <> defaclrole AND pg_has_role(defaclrole, 'MEMBER')
    GROUP BY defaclrole, grantee.rolname ORDER BY grantee.rolname
"""
_ON_VIEWS = """
    SELECT relname, grantee.rolname, acl.privilege_type, acl.is_grantable FROM pg_class
    JOIN pg_namespace ON pg_namespace.oid = relnamespace AND nspname = current_schema()
    CROSS JOIN aclexplode(relacl) AS acl LEFT JOIN pg_roles AS grantee ON grantee.oid = acl.grantee
    WHERE relname = ANY(:names) AND relkind = 'v' AND acl.grantee <> relowner
"""


def set_rights(connection: Connection, roles: Mapping[RoleKind, str]) -> Rights:
    """As `Database.set_rights`: first all that is granted, then the checks, as one role may be in another."""
    relations = _relations(connection)
    for kind, role in roles.items():
        _make_or_adapt(connection, role, kind)
        _give(connection, role, kind, relations)
    restricted = _readers_of_before(connection)
    for role in restricted:
        _give(connection, role, RoleKind.READER, relations)
    for kind, role in roles.items():
        refuse_excess(connection, role, kind, relations)
    return Rights({role: other_relations(connection, role, relations) for role in roles.values()}, restricted)


def _give(connection: Connection, role: str, kind: RoleKind, relations: Relations) -> None:
    """The rights of its kind in place of those that it was given before."""
    _revoke(connection, role, relations)
    for statement in _grants(connection, role, kind, relations):
        connection.exec_driver_sql(statement)


def _readers_of_before(connection: Connection) -> list[str]:
    """Roles that `--reader` of older releases let read all tables, also those to come."""
    return [role for _, role, rights in connection.execute(text(_TO_COME)) if rights == ["SELECT"]]


def rights_on_views(connection: Connection) -> list[str]:
    """Statements that grant on the views, once they have been created anew, what is granted now."""
    quoted = connection.dialect.identifier_preparer.quote_identifier
    found = connection.execute(text(_ON_VIEWS), {"names": list(VIEWS)})
    return [
        f"GRANT {right} ON {quoted(view)} TO {'PUBLIC' if role is None else quoted(role)}"
        f"{' WITH GRANT OPTION' if passed_on else ''}"
        for view, role, right, passed_on in found
    ]


def _make_or_adapt(connection: Connection, role: str, kind: RoleKind) -> None:
    grantee = connection.dialect.identifier_preparer.quote_identifier(role)
    settings = connection.execute(
        text("SELECT coalesce(rolconfig, '{}') FROM pg_roles WHERE rolname = :role"), {"role": role}
    ).scalar()
    if settings is None:
        connection.exec_driver_sql(f"CREATE ROLE {grantee} LOGIN")
        if kind is not RoleKind.GATEWAY:
            connection.exec_driver_sql(f"ALTER ROLE {grantee} SET {_READ_ONLY} = on")
    elif kind is RoleKind.GATEWAY and f"{_READ_ONLY}=on" in settings:
        connection.exec_driver_sql(f"ALTER ROLE {grantee} RESET {_READ_ONLY}")


def _relations(connection: Connection) -> Relations:
    """Tables and views of the store in the schema, with their columns."""
    found = connection.execute(text(_RELATIONS), {"names": [name for name in MAY_READ if "." not in name]})
    return {name: list(columns) for name, columns in found}


def _revoke(connection: Connection, role: str, relations: Relations) -> None:
    """What any release granted, also on tables to come."""
    quoted = connection.dialect.identifier_preparer.quote_identifier
    grantee, schema = quoted(role), quoted(_current(connection)[1])
    for table in relations:
        rights = "SELECT, INSERT" if table in MAY_INSERT else "SELECT"
        connection.exec_driver_sql(f"REVOKE {rights} ON {quoted(table)} FROM {grantee} CASCADE")
    for owner, of_role, _ in connection.execute(text(_TO_COME)).all():
        if of_role == role:
            connection.exec_driver_sql(
                f"ALTER DEFAULT PRIVILEGES FOR ROLE {quoted(owner)} IN SCHEMA {schema} "
                f"REVOKE ALL ON TABLES FROM {grantee}"
            )


def _grants(connection: Connection, role: str, kind: RoleKind, relations: Relations) -> Iterator[str]:
    quoted = connection.dialect.identifier_preparer.quote_identifier
    grantee, (database, schema) = quoted(role), map(quoted, _current(connection))
    yield f"GRANT CONNECT ON DATABASE {database} TO {grantee}"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {grantee}"
    for table, columns in relations.items():
        some = readable(kind, table, columns)
        if some == columns:
            yield f"GRANT SELECT ON {quoted(table)} TO {grantee}"
        elif some:
            yield f"GRANT SELECT ({', '.join(map(quoted, some))}) ON {quoted(table)} TO {grantee}"
        if kind in MAY_INSERT.get(table, ()):
            yield f"GRANT INSERT ON {quoted(table)} TO {grantee}"


def _current(connection: Connection) -> tuple[str, str]:
    """Names of the database and the schema."""
    database, schema = connection.execute(text("SELECT current_database(), current_schema()")).one()
    return database, schema
