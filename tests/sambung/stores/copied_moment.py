"""Holds a copy of a store against its original, which has gone on since."""

from typing import Final

from sqlalchemy import select

from models.tables.columns import table_of
from models.tables.rows import MemberRow
from reports.moments import Moment
from tests.stores import opened, rows, run

SINCE: Final = {
    "batch": ("batch", "WHERE batch <= {last}"),
    "statement": ("*", "WHERE batch <= {last}"),
    "rejected": ("*", "WHERE batch <= {last}"),
    "event_past": ("*", "WHERE replaced_by <= {last}"),
}
"""By table of which nothing is removed: columns, and which rows there were after a batch."""
LINES: Final = (
    "SELECT credit_line.* FROM credit_line JOIN statement USING (version, member_id) WHERE batch <= {last}"
)
ARCHIVE: Final = """
    SELECT type, event_id, revision, body, batch FROM event WHERE batch <= {last}
    UNION ALL
    SELECT type, event_id, revision, body, batch FROM event_past
    WHERE batch <= {last} AND replaced_by > {last}
"""


def check_copy(original: str, copied: str) -> int:
    """The last batch in the copy, whose rows must all be those of the original after that batch."""
    ((last,),) = run(copied, "SELECT max(batch) FROM batch")
    assert run(copied, "SELECT next_offset FROM sink_position") == [(last,)]
    for table, (columns, there) in SINCE.items():
        query = f"SELECT {columns} FROM {table}"
        assert same(original, f"{query} {there.format(last=last)}", copied, query), table
    assert same(original, LINES.format(last=last), copied, "SELECT * FROM credit_line"), "credit_line"
    archive = "SELECT type, event_id, revision, body, batch FROM event"
    assert same(original, ARCHIVE.format(last=last), copied, archive), "event"
    assert members(original, Moment(last, 0)) == members(copied, Moment(None, None)), "member"
    return int(last)


def same(original: str, query: str, copied: str, query_there: str) -> bool:
    found, wanted = run(copied, query_there), run(original, query)
    assert wanted, "nothing is compared"
    return sorted(found, key=repr) == sorted(wanted, key=repr)


def members(url: str, moment: Moment) -> list[tuple[object, ...]]:
    with opened(url) as connection:
        found = connection.execute(select(moment.members()).order_by("member_id"))
        assert list(found.keys()) == [column.name for column in table_of(MemberRow).c]
        return [tuple(member) for member in found]


def tables_in(url: str) -> int:
    """Tables and views in a database."""
    system = "('pg_catalog', 'information_schema')"
    catalog = f"information_schema.tables WHERE table_schema NOT IN {system}"
    with opened(url) as connection:
        name = "sqlite_master" if connection.dialect.name == "sqlite" else catalog
        return int(rows(connection, f"SELECT count(*) FROM {name}")[0][0])
