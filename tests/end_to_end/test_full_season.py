"""The whole drive of 2017, 64,000 lines as field teams sent them, against the oracle and the published sums.

Some minutes of work, so it runs only where TEST_FULL_SEASON is set.
"""

import json
import os
from pathlib import Path

import pytest

from sambung.season import simulate
from tests.end_to_end.runs import replay, sambung_here, tables_for, url, written, wrong_rows

pytestmark = [
    pytest.mark.broker,
    pytest.mark.skipif("TEST_FULL_SEASON" not in os.environ, reason="takes a minute or two"),
]


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    return b"".join(simulate("diy-2017", 2017).lines()).split(b"\n")


@pytest.fixture(scope="module")
def store(lines: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("season")
    replay(folder / "sambung.db", written(folder / "season.ndjson", lines))
    return folder / "sambung.db"


def test_its_tables_are_those_of_the_oracle(lines: list[bytes], store: Path) -> None:
    assert wrong_rows(tables_for(lines), store) == []


def test_it_ends_with_the_published_sums(store: Path) -> None:
    answer = json.loads(sambung_here("campaigns", "--json", "--database", url(store)).stdout)
    assert (answer["progress"]["workers"], answer["progress"]["companies"]) == (50_911, 1_145)


def test_its_audit_is_clean(store: Path) -> None:
    audited = sambung_here("audit", "--database", url(store))
    assert audited.returncode == 0, audited.stdout
