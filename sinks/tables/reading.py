"""Rows of many keys in one query."""

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, String, any_, bindparam, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY


def among(connection: Connection, column: ColumnElement[Any], keys: Collection[str]) -> ColumnElement[bool]:
    """`column` is one of `keys`, however many: they travel as one parameter, so the SQL stays the same."""
    if connection.dialect.name == "postgresql":
        return column == any_(bindparam(None, list(keys), type_=ARRAY(String)))
    values = func.json_each(literal(msgspec.json.encode(list(keys)).decode())).table_valued("value")
    return column.in_(select(values.c.value))
