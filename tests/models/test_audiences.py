"""Somebody has decided of every table and view who may read it."""

from models.tables.audiences import MAY_INSERT, MAY_READ
from models.tables.catalog import TABLES, VIEWS


def test_every_table_and_view_is_there_and_none_besides() -> None:
    tables = {name for name in MAY_READ if "." not in name}
    assert tables == {*TABLES, *VIEWS}
    assert MAY_INSERT.keys() <= tables


def test_a_column_of_its_own_is_there() -> None:
    columns = {
        f"{table.name}.{column.name}"
        for table in (*TABLES.values(), *VIEWS.values())
        for column in table.columns
    }
    assert {name for name in MAY_READ if "." in name} <= columns
