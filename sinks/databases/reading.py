"""Rows of many keys in one query, whose text is the same for any number of keys."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, String, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType


class _ArrayText(UserDefinedType[str]):
    """An array as its text; the driver takes longer to write a list."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_: Any) -> str:
        return "VARCHAR[]"


class Keys(TypeDecorator[Iterable[str]]):
    """All keys as the text of one parameter: a JSON list in SQLite, an array in PostgreSQL."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(_ArrayText() if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> str:
        keys = value or ()
        return _array_text(keys) if dialect.name == "postgresql" else msgspec.json.encode(list(keys)).decode()


def _array_text(keys: Iterable[str]) -> str:
    r"""As PostgreSQL reads an array.

    >>> print(_array_text(["a", 'b"c\\\\']), _array_text([]))
    {"a","b\"c\\\\"} {}
    """
    quoted = ",".join(['"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"' for key in keys])
    return "{" + quoted + "}"


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
