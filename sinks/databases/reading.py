"""Rows of many keys in one query, which stays the same however many they are."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, String, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class Keys(TypeDecorator[Iterable[str]]):
    """All keys as one parameter: a JSON list in SQLite, an array in PostgreSQL."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(String()) if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> str | list[str]:
        keys = list(value or ())
        return keys if dialect.name == "postgresql" else msgspec.json.encode(keys).decode()


class Listed(FunctionElement[bool]):
    """The end of a condition: that what stands before it is one of the keys."""

    name = "listed"
    inherit_cache = True


@compiles(Listed, "sqlite")
def _in_json(listed: Listed, compiler: SQLCompiler, **options: Any) -> str:
    keys = compiler.process(listed.clauses, **options)
    return f"IN (SELECT value FROM json_each({keys}))"  # noqa: S608  a parameter


@compiles(Listed, "postgresql")
def _in_array(listed: Listed, compiler: SQLCompiler, **options: Any) -> str:
    """One search of the index. A join with the keys as a table is planned by guess, and may read it all."""
    return f"= ANY ({compiler.process(listed.clauses, **options)})"


def among(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a column is one of `keys`, a parameter of the query."""
    return column.bool_op("")(Listed(bindparam("keys", type_=Keys())))
