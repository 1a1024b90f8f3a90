"""The page of the tables is complete, agrees with the database, and describes every column."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from models.tables import catalog
from models.tables.catalog import TABLES, VIEWS, WITH_ROWS
from models.tables.columns import STORE, RowModel, table_of
from models.tables.meanings import PARTS, SOURCES, description, row_classes
from models.tables.views import create_views
from models.tables.words import WORDS
from tools.table_docs import tables_page

FOLDER = Path(catalog.__file__).parent
ROWS = [row for module in PARTS.values() for row in row_classes(module)]
NAMES = [str(row.__tablename__) for row in ROWS]


def test_the_catalog_imports_every_module_with_rows() -> None:
    modules = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py")}
    with_rows = {name for name, text in modules.items() if "table=True" in text or "(ViewModel)" in text}
    assert {module.__name__.rpartition(".")[2] for module in WITH_ROWS} == with_rows
    assert set(PARTS.values()) == set(WITH_ROWS)


def test_every_table_and_view_of_the_store_is_on_the_page_once() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        STORE.create_all(connection)
        for view in create_views(connection.dialect):
            connection.exec_driver_sql(view)
        store = inspect(connection)
        assert sorted(NAMES) == sorted([*store.get_table_names(), *store.get_view_names()])
    engine.dispose()
    assert len(NAMES) == len(TABLES) + len(VIEWS)
    assert [name for name in NAMES if tables_page().count(f"### `{name}`") != 1] == []


@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_every_column_is_described(row: type[RowModel]) -> None:
    untold = [column.name for column in table_of(row).columns if not description(row, column.name)]
    assert untold == [], "write it under the field"


def test_no_description_is_left_of_a_column_that_is_gone() -> None:
    columns = [(str(row.__tablename__), column.name) for row in ROWS for column in table_of(row).columns]
    assert WORDS.keys() <= {name for table, column in columns for name in (column, f"{table}.{column}")}
    assert SOURCES.keys() <= set(NAMES)


def test_a_line_tells_name_type_key_and_meaning() -> None:
    page = tables_page().splitlines()
    assert "| `member_id` | text | key | Membership number. |" in page
    assert "| `settled_at` | instant | or null | " in tables_page()
    assert (
        "| `duplicates` | integer |  | Other active enrollments of the member; they earn nothing. |" in page
    )
