"""Properties of the SQL sink alone."""

import os
import signal
import subprocess
import sys

import pytest

from sinks.base import Applied
from sinks.members.recent import RecentLines
from sinks.sql import SqlSink
from tests.builders import inspection, outreach
from tests.sinks.cases import Kind, SinkCase
from tests.sinks.records import batch, gone, line, refused, statement
from tests.sinks.test_contract_events import accepted
from tests.stores import run

NO_ROOM = {
    "sqlite": "CREATE TRIGGER no_room BEFORE INSERT ON rejected BEGIN SELECT raise(ABORT, 'no room'); END",
    "postgresql": "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE 'no room'; END $$; "
    "CREATE TRIGGER no_room BEFORE INSERT ON rejected EXECUTE FUNCTION no_room()",
}
ROOM = {"sqlite": "DROP TRIGGER no_room", "postgresql": "DROP FUNCTION no_room CASCADE"}


def test_a_transaction_that_fails_at_its_end_leaves_nothing(sql_case: SinkCase, database: Kind) -> None:
    sql_case.apply(batch(statement("m1"), positions={("credit", 0): 1}))
    before = sql_case.all_rows()
    run(sql_case.url, NO_ROOM[database.name])
    late = batch(statement("m1", 2, duplicates=1), rejected=(refused(),), positions={("credit", 0): 2})
    with pytest.raises(Exception, match="no room"):
        sql_case.apply(late)
    assert sql_case.all_rows() == before
    assert sql_case.sink.positions() == {("credit", 0): 1}
    run(sql_case.url, ROOM[database.name])
    assert sql_case.apply(late) == [Applied(statements=1, rejected=1)]


def test_a_killed_process_leaves_whole_batches_and_their_positions(sql_case: SinkCase) -> None:
    code = (
        "import sys; from sinks.sql import SqlSink; from tests.sinks.records import batch, statement\n"
        "sink = SqlSink(sys.argv[1])\n"
        "for one in range(10**6):\n"
        "    statements = [statement(f'm{one}-{each}', one + 1) for each in range(20)]\n"
        "    sink.apply(batch(*statements, positions={('credit', 0): one + 1})); print(one, flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, sql_case.url], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(30):
            process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
    reached = sql_case.sink.positions()["credit", 0]
    assert reached >= 30
    assert run(sql_case.url, "SELECT count(*) FROM member") == [(20 * reached,)]
    assert run(sql_case.url, "SELECT count(*) FROM credit") == [(100 * reached,)]


def test_another_writer_is_seen(sql_case: SinkCase) -> None:
    other = SqlSink(sql_case.url)
    sql_case.apply(batch(statement(offset=1, lines=(line("a"),))))
    other.apply(batch(statement(offset=2, lines=(line("b"),))))
    assert sql_case.apply(batch(statement(offset=3, lines=(line("b"),)))) == [Applied()]
    assert sql_case.apply(batch(statement(offset=4, lines=(line("a"),)))) == [Applied(statements=1)]
    other.close()


def test_lines_are_read_back_where_this_process_did_not_write_them(sql_case: SinkCase) -> None:
    same = (line("a"), line("b", number=1, touched_at=None, touch_id=None))
    sql_case.apply(batch(statement("m1", lines=same)))
    again = SqlSink(sql_case.url)
    assert again.apply(batch(statement("m1", 2, lines=same))) == Applied()
    assert again.apply(batch(statement("m1", 3, lines=same[:1]))) == Applied(statements=1)
    again.close()


def test_the_summary_has_active_members_by_kind_and_refusals(sql_case: SinkCase) -> None:
    company = statement("c1", kind="company", company_id="c1")
    sql_case.apply(batch(statement("m1"), statement("m2"), company, gone("m3"), rejected=(refused(),)))
    sql_case.apply(batch(statement("m2", 2, status="cancelled", evidence="none", lines=())))
    assert isinstance(sql_case.sink, SqlSink)
    assert sql_case.sink.summary() == (1, 1, {"not_json": 1})


def test_the_campaign_view_adds_up_active_events(sql_case: SinkCase) -> None:
    events = [
        outreach("wayang", 1, campaign_id="a", headcount=100, cost_idr=5_000_000_000),
        outreach("healthy_walk", 3, campaign_id="a", headcount=20, cost_idr=1),
        outreach("wayang", 2, name="off", campaign_id="a", headcount=9, status="cancelled"),
        inspection("c1", 2, campaign_id="a", cost_idr=10),
        inspection("c2", 2, campaign_id="b", status="cancelled"),
    ]
    sql_case.apply(batch(accepted=tuple(map(accepted, events))))
    first, last = "2017-09-02 02:00:00.000000", "2017-09-04 02:00:00.000000"
    channels = "healthy_walk,inspection,wayang"
    assert run(sql_case.url, "SELECT * FROM campaign") == [
        ("a", channels, 2, 1, 120, 5_000_000_011, first, last)
    ]


def test_recent_lines_forget_the_member_longest_unwritten() -> None:
    recent = RecentLines(capacity=2)
    for number, member in enumerate(["m1", "m2", "m1", "m3"]):
        recent.put(member, number, b"lines")
    assert [recent.get("m1", 2), recent.get("m2", 1), recent.get("m3", 3)] == [b"lines", None, b"lines"]
    assert recent.get("m1", 0) is None
