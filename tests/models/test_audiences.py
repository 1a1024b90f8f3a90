"""Somebody has decided of every table and view who may read it."""

from models.tables.audiences import MAY_INSERT, MAY_READ
from models.tables.columns import STORE, VIEWS

OF_THE_GATEWAY = {"access", "api_key"}
"""Tables that the gateway will bring; their rights are fixed already."""


def test_every_table_and_view_is_there_and_none_besides() -> None:
    tables = {name for name in MAY_READ if "." not in name}
    assert tables - OF_THE_GATEWAY == {*STORE.tables, *VIEWS.tables}
    assert MAY_INSERT.keys() <= tables


def test_a_column_of_its_own_is_there() -> None:
    columns = {
        f"{table.name}.{column.name}"
        for metadata in (STORE, VIEWS)
        for table in metadata.tables.values()
        for column in table.columns
    }
    assert {name for name in MAY_READ if "." in name} <= columns
