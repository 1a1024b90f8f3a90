"""The names that others rely on: a store keeps all that its contract lists, or has another number."""

from pathlib import Path

from models.tables.columns import table_of
from models.tables.views import CONTRACT
from tests.sinks.cases import Kind
from tests.stores import run
from tools.dbt_sources import ROWS
from tools.table_docs import type_of

LIST = Path(__file__).with_name(f"contract-{CONTRACT}.csv")


def promised() -> set[str]:
    return set(LIST.read_text(encoding="utf-8").splitlines()[1:])


def stored() -> set[str]:
    """Table or view, column, type, and whether it is of the key or may be null."""
    return {
        f"{row.__tablename__},{column.name},{type_of(column)},"
        f"{'key' if column.primary_key else 'null' if column.nullable else ''}"
        for row in ROWS
        for column in table_of(row).columns
    }


def test_nothing_that_the_contract_lists_is_gone_or_changed() -> None:
    assert promised() - stored() == set(), (
        f"raise CONTRACT in models/tables/views.py and list what there is in contract-{CONTRACT + 1}.csv"
    )


def test_what_is_new_is_listed_too() -> None:
    assert stored() - promised() == set(), f"add these lines to {LIST.name}"


def test_a_store_says_which_contract_it_keeps(database: Kind) -> None:
    with database.opened() as opened:
        assert run(opened.url, "SELECT number FROM contract") == [(CONTRACT,)]
