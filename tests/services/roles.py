"""Roles of a PostgreSQL server for tests: who a URL connects as, and what the server lets a role do."""

from itertools import count
from typing import Final

from sqlalchemy import make_url

from tests.stores import run

RELEASE_0_1_0: Final = (
    "CREATE ROLE {role} LOGIN",
    "ALTER ROLE {role} SET default_transaction_read_only = on",
    "GRANT CONNECT ON DATABASE {database} TO {role}",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {role}",
)
"""What `sambung migrate --reader ROLE` of release 0.1.0 ran: all tables were the store's."""
RIGHTS: Final = ("SELECT", "INSERT", "UPDATE", "REFERENCES")
ON_TABLES: Final = ("DELETE", "TRUNCATE", "TRIGGER")

_number = count(1)


def new_role() -> str:
    """A name that no other test uses: roles are the server's, not a database's."""
    return f"role_{next(_number)}"


def connecting(url: str, role: str) -> str:
    """The URL with that role as its user."""
    return make_url(url).set(username=role).render_as_string(hide_password=False)


def let_read_by_release_0_1_0(url: str, role: str) -> None:
    for statement in RELEASE_0_1_0:
        run(url, statement.format(role=role, database=make_url(url).database))


def rights(url: str, role: str) -> set[tuple[str, str, str]]:
    """Table, column and right, of all that a role may do in the schema `public`."""
    columns = run(
        url,
        "SELECT relname, attname, right_ FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid "
        f"CROSS JOIN unnest(ARRAY{list(RIGHTS)}) AS right_ WHERE relnamespace = 'public'::regnamespace "
        "AND relkind IN ('r', 'v', 'm') AND attnum > 0 AND "
        f"has_column_privilege('{role}', pg_class.oid, attnum, right_)",
    )
    tables = run(
        url,
        "SELECT relname, '', right_ FROM pg_class "
        f"CROSS JOIN unnest(ARRAY{list(ON_TABLES)}) AS right_ WHERE relnamespace = 'public'::regnamespace "
        f"AND relkind IN ('r', 'v', 'm') AND has_table_privilege('{role}', pg_class.oid, right_)",
    )
    return {(table, column, right) for table, column, right in [*columns, *tables]}


def to_come(url: str) -> list[str]:
    """Roles that have rights on tables to come, in any schema."""
    found = run(
        url, "SELECT acl.grantee::regrole::text FROM pg_default_acl CROSS JOIN aclexplode(defaclacl) AS acl"
    )
    return [role for (role,) in found]
