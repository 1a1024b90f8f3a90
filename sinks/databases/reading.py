"""Rows of many keys in one query, whose text is the same for any number of keys."""

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


class InKeys(FunctionElement[bool]):
    """Second half of a condition: the expression before it is one of the keys."""

    name = "in_keys"
    inherit_cache = True


@compiles(InKeys, "sqlite")
def _in_keys_sqlite(in_keys: InKeys, compiler: SQLCompiler, **options: Any) -> str:
    keys = compiler.process(in_keys.clauses, **options)
    return f"IN (SELECT value FROM json_each({keys}))"  # noqa: S608  a parameter


@compiles(InKeys, "postgresql")
def _in_keys_postgresql(in_keys: InKeys, compiler: SQLCompiler, **options: Any) -> str:
    """One index search. The planner can only guess at a join with the keys, and may scan the table."""
    return f"= ANY ({compiler.process(in_keys.clauses, **options)})"


def among(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """A column is one of `keys`, a parameter of the query."""
    return column.bool_op("")(InKeys(bindparam("keys", type_=Keys())))
