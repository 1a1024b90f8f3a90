"""What every table, view and column of the store means, in the words of the classes behind them.

A column is described under its field; failing that by `WORDS`, or as the field of the record that it comes
from.
"""

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any, Final

from pydantic import BaseModel

from models.events import Inspection, OutreachEvent
from models.intake.refusal import Rejected
from models.statement import CountRow, Line, LiveCount, Statement
from models.tables import bookkeeping, rows, views
from models.tables.columns import Stored, ViewModel, table_of
from models.tables.words import WORDS

PARTS: Final[dict[str, ModuleType]] = {
    "Tables": rows,
    "Views": views,
    "Tables of the sinks": bookkeeping,
}
SOURCES: Final[dict[str, tuple[type[BaseModel], ...]]] = {
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
"""The records that a table's rows come from."""


def row_classes(module: ModuleType) -> list[type[Stored]]:
    """The classes of tables and views that a module defines, in its order."""
    found = (
        one for one in vars(module).values() if inspect.isclass(one) and one.__module__ == module.__name__
    )
    return [one for one in found if issubclass(one, Stored) and hasattr(one, "__table__")]


def description(row: type[Stored], column: str) -> str:
    """What a column means, on one line; empty where nobody says."""
    table = str(row.__tablename__)
    told = _under_its_field(row, column) or WORDS.get(f"{table}.{column}") or WORDS.get(column)
    return " ".join((told or _of_its_source(table, column)).split())


def described() -> Iterator[tuple[str, str, str]]:
    """Table or view, column, meaning; the meaning of a table itself has an empty column."""
    for module in PARTS.values():
        for row in row_classes(module):
            table = str(row.__tablename__)
            yield table, "", " ".join((row.__doc__ or "").split())
            for column in table_of(row).columns:
                yield table, column.name, description(row, column.name)


def _under_its_field(row: type, column: str) -> str | None:
    """The text under a field, in the class or the nearest one above it that has the field."""
    owners = (one for one in row.__mro__ if issubclass(one, Stored) and one not in {Stored, ViewModel})
    return next((told[column] for told in map(_under_fields, owners) if column in told), None)


@cache
def _under_fields(row: type) -> dict[str, str | None]:
    """Of a class's own fields."""
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


def _of_its_source(table: str, column: str) -> str:
    for source in SOURCES.get(table, ()):
        field = _fields(source).get(column, {})
        if "description" in field:
            return str(field["description"])
    return ""


@cache
def _fields(source: type[BaseModel]) -> dict[str, Any]:
    """In JSON Schema."""
    fields: dict[str, Any] = source.model_json_schema()["properties"]
    return fields
