"""Looks at everything in a PostgreSQL database that a role can look at, by its own connection."""

from collections.abc import Iterator

import psycopg

FOUND = tuple[str, str]
"""Where, and one text from there."""

RELATIONS = """
    SELECT quote_ident(nspname), quote_ident(relname), relkind, array(
        SELECT quote_ident(attname) FROM pg_attribute
        WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum)
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 't', 'S') ORDER BY 1, 2
"""
FUNCTIONS = """
    SELECT quote_ident(nspname), quote_ident(proname) FROM pg_proc
    JOIN pg_namespace ON pg_namespace.oid = pronamespace
    WHERE prokind = 'f' AND pronargs = pronargdefaults AND prorettype NOT IN ('trigger'::regtype,
    'event_trigger'::regtype) AND (proretset OR nspname NOT IN ('pg_catalog', 'information_schema'))
    ORDER BY 1, 2
"""
"""Those that can be called without an argument: that return rows, or that somebody made."""
AS_XML = ("database_to_xml(false, false, '')", "schema_to_xml('public', false, false, '')")


def everything(url: str) -> Iterator[FOUND]:
    """What is refused is left out; whatever else fails is too."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET jit = off")
        for schema, relation, kind, columns in connection.execute(RELATIONS).fetchall():
            yield from _of_relation(connection, f"{schema}.{relation}", columns)
            if schema == "public":
                yield from _as_xml(connection, f"{schema}.{relation}")
            if kind in "rpm":
                yield from _copied(connection, f"{schema}.{relation}")
        for schema, function in connection.execute(FUNCTIONS).fetchall():
            yield from _texts(
                connection, f"{schema}.{function}()", f"SELECT t::text FROM {schema}.{function}() AS t"
            )
        for call in AS_XML:
            yield from _texts(connection, call.partition("(")[0], f"SELECT {call}::text")


def _of_relation(connection: psycopg.Connection, relation: str, columns: list[str]) -> Iterator[FOUND]:
    """Whole rows, else each column alone."""
    whole = [*_texts(connection, relation, f"SELECT t::text FROM {relation} AS t")]
    yield from whole
    if not whole:
        for column in columns:
            yield from _texts(
                connection, f"{relation}.{column}", f"SELECT t.{column}::text FROM {relation} AS t"
            )


def _as_xml(connection: psycopg.Connection, relation: str) -> Iterator[FOUND]:
    query = f"SELECT table_to_xml('{relation}', false, false, '')::text"
    yield from _texts(connection, f"{relation} as XML", query)


def _texts(connection: psycopg.Connection, place: str, query: str) -> Iterator[FOUND]:
    try:
        found = connection.execute(query.encode()).fetchall()
    except psycopg.Error:
        return
    yield from ((place, text) for (text,) in found if text)


def _copied(connection: psycopg.Connection, relation: str) -> Iterator[FOUND]:
    try:
        with connection.cursor().copy(f"COPY {relation} TO STDOUT".encode()) as copy:
            lines = [bytes(line).decode() for line in copy]
    except psycopg.Error:
        return
    yield from ((f"{relation} copied", line) for line in lines)
