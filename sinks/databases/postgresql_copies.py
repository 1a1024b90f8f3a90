"""Copies of a store in PostgreSQL, by its own `pg_dump` and `pg_restore`."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote as urlquote

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL

from models.tables.bookkeeping import StoreRevisionRow
from models.tables.catalog import TABLES, VIEWS
from models.tables.columns import table_of
from sinks.base import StoreError
from sinks.databases.base import own_tables
from sinks.databases.postgresql_programs import Program

_REVISION: Final = table_of(StoreRevisionRow).name
_LISTED: Final = re.compile(rf"^\d+; \d+ \d+ TABLE (?!DATA )(.+) {_REVISION} \S+$", re.MULTILINE)
"""A line of `pg_restore --list`: `215; 1259 16402 TABLE public store_revision sambung`."""
_ROWS: Final = re.compile(r"^COPY .* FROM stdin;\n(.*?)^\\\.$", re.MULTILINE | re.DOTALL)


def back_up(connection: Connection, url: URL, file: Path) -> None:
    """The tables and views of our names, in the schema that the URL names."""
    connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")  # it waits for pg_dump
    snapshot, schema = connection.exec_driver_sql("SELECT pg_export_snapshot(), current_schema()").one()
    tables = [f"--table={_pattern(schema)}.{_pattern(table)}" for table in (*TABLES, *VIEWS)]
    options = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", *tables)
    with file.open("wb") as written:
        Program("pg_dump", server_of(connection), url).run(*options, output=written)


def revision_in(engine: Engine, url: URL, file: Path) -> str | None:
    with engine.connect() as connection:
        _schema_of(connection, url)
        program = Program("pg_restore", server_of(connection))
    if _schema_in(file, program) is None:
        return None
    with file.open("rb") as opened:  # to its end: one that was cut is found before anything is written
        program.run(f"--file={os.devnull}", given=opened)
    with file.open("rb") as opened:
        printed = program.run("--file=-", "--data-only", f"--table={_REVISION}", given=opened)
    rows = _ROWS.search(printed)
    return rows[1].strip() or None if rows else None


@contextmanager
def restored(engine: Engine, url: URL, file: Path) -> Iterator[URL]:
    """All of it in one transaction, of which nothing is left when this process is killed."""
    try:
        with engine.begin() as connection:
            server = server_of(connection)
            _check_free(connection, url, _schema_in(file, Program("pg_restore", server)) or "")
        options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
        with file.open("rb") as opened:
            Program("pg_restore", server, url).run(*options, given=opened)
        with engine.begin() as connection:
            quoted = connection.dialect.identifier_preparer.quote_identifier
            for table in TABLES.keys() & own_tables(connection):
                connection.exec_driver_sql(f"ANALYZE {quoted(table)}")  # a dump has no statistics
    finally:
        engine.dispose()
    yield url


def server_of(connection: Connection) -> int:
    """Its major version."""
    return int((connection.dialect.server_version_info or (0,))[0])


def _schema_in(file: Path, program: Program) -> str | None:
    """The schema whose store a dump has; None where there is none."""
    with file.open("rb") as opened:
        found = _LISTED.search(program.run("--list", given=opened))
    return found[1] if found else None


def _check_free(connection: Connection, url: URL, copied: str) -> None:
    schema = _schema_of(connection, url)
    shown = url.render_as_string(hide_password=True)
    quoted = connection.dialect.identifier_preparer.quote
    if copied != schema:
        raise StoreError(
            f"The copy is of the schema {copied}, and {shown} names the schema {schema}. A copy is restored "
            "into a schema of its own name: create that one if it is not there, and end the URL in "
            f"?options={urlquote(f'-csearch_path={quoted(copied)}')}"
        )
    if own_tables(connection):
        raise StoreError(
            f"{shown} has a store already, or tables of one. A store is restored into a database without "
            "one: make a new one (CREATE DATABASE), and name that."
        )


def _schema_of(connection: Connection, url: URL) -> str:
    schema = connection.exec_driver_sql("SELECT current_schema()").scalar_one()
    if schema is None:
        shown = url.render_as_string(hide_password=True)
        raise StoreError(f"The schema that {shown} names is not there. Create it first (CREATE SCHEMA).")
    return str(schema)


def _pattern(name: str) -> str:
    """As pg_dump takes it: within quotes nothing but a quote has a meaning."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
