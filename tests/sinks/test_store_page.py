"""The queries on the page about the store run as they are printed."""

import re
from pathlib import Path

from tests.sinks.cases import SinkCase
from tests.sinks.records import batch, organic, statement
from tests.stores import opened, rows

PAGE = Path(__file__).parents[2] / "docs" / "architecture" / "store.md"
QUERIES = [
    query
    for block in re.findall(r"```sql\n(.*?)```", PAGE.read_text(), re.DOTALL)
    for query in block.split(";")
    if query.strip()
]
MEMBER = "17034209341"


def test_every_query_finds_what_it_asks_for(sql_case: SinkCase) -> None:
    assert len(QUERIES) == 3
    sql_case.apply(batch(statement(MEMBER)), batch(statement(MEMBER, 2, lines=(organic(),))))
    sql_case.apply(batch(statement(MEMBER, 3, status="cancelled", lines=())))
    with opened(sql_case.url) as connection:
        then, credit, statuses = (rows(connection, _at_batch_2(query)) for query in QUERIES)
    assert [(campaign, float(members)) for campaign, members in then] == [("organic", 1.0)]
    assert [line[2] for line in credit] == ["wayang-1", "organic"]
    assert [status for _, status in statuses] == ["cancelled"]


def _at_batch_2(query: str) -> str:
    """For the printed moment the one of a batch."""
    moment = "(SELECT committed_at FROM batch WHERE batch = 2)"
    return re.sub(r"'2026-[^']*'", moment, query)
