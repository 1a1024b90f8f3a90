"""Meaning of each table, view and column of the store, from the classes behind them.

A column is described under its field, else in `WORDS`, else by the field of the record that it comes from.
"""

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any, Final

import msgspec
from msgspec import Struct
from pydantic import BaseModel

from models.events import Inspection, OutreachEvent
from models.intake.refusal import Rejected
from models.statement import CountRow, Line, LiveCount, Statement
from models.tables import bookkeeping, gateway, reporting, rows, views
from models.tables.columns import RowModel, ViewModel, table_of
from models.tables.words import WORDS

PARTS: Final[dict[str, ModuleType]] = {
    "Tables": rows,
    "Views": views,
    "Tables of the sinks": bookkeeping,
    "Tables of the gateway": gateway,
    "Tables of reporting jobs": reporting,
}
SOURCES: Final[dict[str, tuple[type[BaseModel | Struct], ...]]] = {
    "credit": (Line, Statement),
    "credit_current": (Line, Statement),
    "credit_line": (Line, Statement),
    "credit_line_current": (Line, Statement),
    "inspection": (Inspection,),
    "live_count": (CountRow, LiveCount),
    "member": (Statement,),
    "outreach_event": (OutreachEvent,),
    "rejected": (Rejected,),
    "statement": (Statement,),
}
"""By table: the records that its rows come from."""


def row_classes(module: ModuleType) -> list[type[RowModel]]:
    """Classes of tables and views that a module defines, in its order."""
    classes = (
        one for one in vars(module).values() if inspect.isclass(one) and one.__module__ == module.__name__
    )
    return [one for one in classes if issubclass(one, RowModel) and hasattr(one, "__table__")]


def description(row: type[RowModel], column: str) -> str:
    """Meaning of a column on one line; empty if it has none."""
    table = str(row.__tablename__)
    text = _field_docstring(row, column) or WORDS.get(f"{table}.{column}") or WORDS.get(column)
    return " ".join((text or _source_description(table, column)).split())


def listed_values(table: str, column: str) -> tuple[str, ...]:
    """All values that the records behind a text column may have; empty where none are listed."""
    for source in SOURCES.get(table, ()):
        field = _fields(source).get(column, {})
        for one in (field, *field.get("anyOf", ())):
            if "enum" in one:
                return tuple(one["enum"])
    return ()


def all_meanings() -> Iterator[tuple[str, str, str]]:
    """Table or view, column (empty for the table itself), meaning."""
    for module in PARTS.values():
        for row in row_classes(module):
            table = str(row.__tablename__)
            yield table, "", " ".join((row.__doc__ or "").split())
            for column in table_of(row).columns:
                yield table, column.name, description(row, column.name)


def _field_docstring(row: type, column: str) -> str | None:
    """The docstring under a field, in the class or its nearest base that has the field."""
    owners = (one for one in row.__mro__ if issubclass(one, RowModel) and one not in {RowModel, ViewModel})
    return next((texts[column] for texts in map(_field_docstrings, owners) if column in texts), None)


@cache
def _field_docstrings(row: type) -> dict[str, str | None]:
    """Docstrings under a class's own fields."""
    body = ast.parse(inspect.getsource(row)).body[0]
    assert isinstance(body, ast.ClassDef)  # noqa: S101  the source of a class
    return {
        getattr(field.target, "id", ""): _text(after)
        for field, after in zip(body.body, [*body.body[1:], ast.Pass()], strict=True)
        if isinstance(field, ast.AnnAssign)
    }


def _text(statement: ast.stmt) -> str | None:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return str(statement.value.value)
    return None


def _source_description(table: str, column: str) -> str:
    for source in SOURCES.get(table, ()):
        field = _fields(source).get(column, {})
        if "description" in field:
            return str(field["description"])
    return ""


@cache
def _fields(source: type[BaseModel | Struct]) -> dict[str, Any]:
    """The fields in JSON Schema."""
    if issubclass(source, Struct):
        schema = msgspec.json.schema(source)["$defs"][source.__name__]
    else:
        schema = source.model_json_schema()
    fields: dict[str, Any] = schema["properties"]
    return fields
