"""Cross-tables: what is counted in each row, each number rounded by itself."""

from collections import Counter

from reports import crosstables
from reports.counts import counts
from reports.crosstables import Counted, exact, rows_of
from reports.moments import NOW
from reports.places import places
from tests.reports.filled import Filled
from tests.sinks.records import cancelled, line, organic, statement

FOUND = Counted(
    {
        ("34.01.01", "2017-08", "worker"): 14,
        ("34.01.01", "2017-09", "worker"): 14,
        ("34.01.02", "2017-09", "worker"): 15,
        ("34.04.07", "2017-09", "company"): 1,
    },
    {
        ("walk", "worker", "first"): 14_999_999,
        ("organic", "worker", "first"): 28_000_001,
        ("walk", "company", "first"): 1_000_000,
    },
)


def table(name: str) -> dict[tuple[str, ...], int | str]:
    return {row[:-1]: row[-1] for row in rows_of(name, exact(FOUND), 10)}


def test_every_number_is_rounded_by_itself() -> None:
    """28, 15 and 43 workers: the sum of what is shown is another number than what is shown of the sum."""
    by_place = table("members_by_place")
    assert (by_place["34.01.01", "worker"], by_place["34.01.02", "worker"]) == (30, 20)
    assert (by_place["34.01", "worker"], by_place["34", "worker"], by_place["34", "(all)"]) == (40, 40, 40)


def test_few_are_not_told_and_none_is_no_row() -> None:
    by_place = table("members_by_place")
    assert by_place["34.04.07", "company"] == by_place["34", "company"] == "<10"
    assert ("34.01", "company") not in by_place


def test_months_have_their_regency_and_sums() -> None:
    assert table("members_by_month") == {
        ("34.01", "2017-08", "worker"): 10,
        ("34.01", "2017-08", "(all)"): 10,
        ("34.01", "2017-09", "worker"): 30,
        ("34.01", "2017-09", "(all)"): 30,
        ("34.01", "(all)", "worker"): 40,
        ("34.01", "(all)", "(all)"): 40,
        ("34.04", "2017-09", "company"): "<10",
        ("34.04", "2017-09", "(all)"): "<10",
        ("34.04", "(all)", "company"): "<10",
        ("34.04", "(all)", "(all)"): "<10",
        ("34", "2017-08", "worker"): 10,
        ("34", "2017-08", "(all)"): 10,
        ("34", "2017-09", "worker"): 30,
        ("34", "2017-09", "company"): "<10",
        ("34", "2017-09", "(all)"): 30,
        ("34", "(all)", "worker"): 40,
        ("34", "(all)", "company"): "<10",
        ("34", "(all)", "(all)"): 40,
    }


def test_credit_is_rounded_from_its_millionths() -> None:
    """14.999999 members are nearer to 10, and 15.999999 to 20."""
    by_campaign = table("credit_by_campaign")
    assert by_campaign["walk", "worker", "first"] == 10
    assert by_campaign["walk", "(all)", "first"] == 20
    assert by_campaign["walk", "company", "first"] == "<10"
    assert by_campaign["(all)", "worker", "first"] == 40


def test_they_are_made_of_what_the_store_tells_elsewhere(store: Filled) -> None:
    half = {"credit": dict.fromkeys(("first", "last", "linear", "position", "time_decay"), 500_000)}
    store.apply(
        statement("m1", lines=(line(**half), organic(500_000, number=1))),
        statement("m2", kind="company", place="34.01.02"),
        cancelled("m3"),
    )
    found = store.read(lambda connection: crosstables.counted(connection, NOW))
    told = store.read(places)
    assert found.members == {one[:3]: one.members for one in told}
    assert sum(found.members.values()) == 2
    live = Counter[tuple[str, str, str]]()
    for campaign, rows in store.read(counts).items():
        for one in rows:
            live[campaign, one.kind, one.model] += one.credit
    assert found.credit == live
    assert sum(live.values()) == 5 * 2_000_000
