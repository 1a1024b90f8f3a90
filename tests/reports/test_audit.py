"""The two sums of spec section 4, on stores that hold them and on stores that do not."""

import pytest

from reports.audit import Audit, CountDifference, CountKey, MemberSum, ModelSum, Sums, audit
from reports.audit_words import failures
from streams.attribution.credit import MODELS
from tests.reports.filled import Filled
from tests.sinks.records import cancelled, line, organic, statement

WHOLE = 1_000_000
SEPTEMBER = ("34.04", "2017-09", "worker")


def two_halves() -> bytes:
    half = dict.fromkeys(MODELS, WHOLE // 2)
    return statement("m1", lines=(line("a", credit=half), line("b", number=1, credit=half)))


def test_an_empty_store_is_clean(store: Filled) -> None:
    found = store.read(audit)
    assert found.clean
    assert found.sums == tuple(ModelSum(model, 0, 0) for model in MODELS)


def test_a_store_whose_sums_hold_is_clean(store: Filled) -> None:
    company = statement("c1", kind="company", company_id="c1", place="34.02.05", lines=(organic(),))
    store.apply(two_halves(), statement("m2", lines=(organic(),)), company, cancelled("m3"))
    found = store.read(audit)
    assert failures(found) == ()
    assert found.clean
    assert found == Audit(3, tuple(ModelSum(model, 3 * WHOLE, 3 * WHOLE) for model in MODELS), (), 0, 20, ())


def test_a_changed_line_is_found_by_model_member_and_count(store: Filled) -> None:
    store.apply(two_halves())
    store.spoil("UPDATE credit_line SET linear = linear - 1 WHERE line = 1")
    found = store.read(audit)
    assert not found.clean
    place = "live_count of b, 34.04, 2017-09, worker, linear"
    now = "the current lines give 499,999 millionths of 1 member"
    assert failures(found) == (
        "Under linear, credit sums to 999,999 millionths, not 1,000,000: 1 member is active.",
        "Member m1 has 999,999 millionths under linear, not 1,000,000.",
        f"{place} says 500,000 millionths of 1 member; {now}.",
    )


def test_errors_that_make_up_for_each_other_are_found(store: Filled) -> None:
    store.apply(statement("m1"), statement("m2"))
    store.spoil("UPDATE credit_line SET first = first + CASE member_id WHEN 'm1' THEN 7 ELSE -7 END")
    found = store.read(audit)
    assert all(one.credit == one.expected for one in found.sums)
    assert not found.clean
    assert found.broken == (
        MemberSum("m1", "first", WHOLE + 7, WHOLE),
        MemberSum("m2", "first", WHOLE - 7, WHOLE),
    )


def test_an_active_member_without_lines_is_found(store: Filled) -> None:
    store.apply(statement("m1"), statement("m2"))
    store.spoil("DELETE FROM credit_line WHERE member_id = 'm2'")
    found = store.read(audit)
    assert found.broken == tuple(MemberSum("m2", model, 0, WHOLE) for model in MODELS)


def test_a_cancelled_member_with_lines_is_found(store: Filled) -> None:
    store.apply(statement("m1"))
    store.spoil("UPDATE member SET status = 'cancelled'")
    found = store.read(audit)
    assert found.sums[0] == ModelSum("first", WHOLE, 0)
    assert found.broken[0] == MemberSum("m1", "first", WHOLE, 0)


def test_the_first_broken_members_are_listed_and_the_others_counted(store: Filled) -> None:
    store.apply(*(statement(f"m{number:03}", number) for number in range(1, 31)))
    store.spoil("UPDATE credit_line SET last = last + 1")
    found = store.read(audit)
    assert [one.member_id for one in found.broken] == [f"m{number:03}" for number in range(1, 21)]
    assert found.broken_members == 30
    assert "10 members more have wrong credit." in failures(found)


@pytest.mark.parametrize(
    ("sql", "stored", "counted"),
    [
        ("UPDATE live_count SET members = 9 WHERE model = 'last'", Sums(WHOLE, 9), Sums(WHOLE, 1)),
        ("UPDATE live_count SET credit = 5 WHERE model = 'last'", Sums(5, 1), Sums(WHOLE, 1)),
        ("DELETE FROM live_count WHERE model = 'last'", None, Sums(WHOLE, 1)),
    ],
)
def test_a_wrong_count_is_found(store: Filled, sql: str, stored: Sums | None, counted: Sums) -> None:
    store.apply(statement("m1", lines=(line("a"),)))
    store.spoil(sql)
    assert store.read(audit).differences == (
        CountDifference(CountKey("a", *SEPTEMBER, "last"), stored, counted),
    )


def test_a_count_of_nobody_is_found(store: Filled) -> None:
    store.apply(statement("m1", lines=(line("a"),)))
    store.spoil("INSERT INTO live_count VALUES ('z', '34.04', '2017-09', 'worker', 'last', 3, 1, 1, 0)")
    found = store.read(audit)
    assert found.differences == (CountDifference(CountKey("z", *SEPTEMBER, "last"), Sums(3, 1), None),)
    place = "live_count of z, 34.04, 2017-09, worker, last"
    assert failures(found) == (f"{place} says 3 millionths of 1 member; the current lines give nothing.",)


@pytest.mark.parametrize(
    ("occurred_at", "month"),
    [
        ("2017-08-31T16:59:59.999999Z", "2017-08"),
        ("2017-08-31T17:00:00.000000Z", "2017-09"),
        ("1963-12-31T16:29:59.999999Z", "1963-12"),
        ("1963-12-31T16:30:00.000000Z", "1963-12"),
        ("1963-12-31T17:00:00.000000Z", "1964-01"),
        ("1964-01-31T17:00:00.000000Z", "1964-02"),
        ("1945-09-30T15:30:00.000000Z", "1945-09"),
        ("1943-09-30T15:00:00.000000Z", "1943-10"),
        ("1900-01-01T00:00:00.000000Z", "1900-01"),
        ("2100-12-31T17:00:00.000000Z", "2101-01"),
    ],
)
def test_months_are_those_of_jakarta_whatever_its_clock_was(
    store: Filled, occurred_at: str, month: str
) -> None:
    store.apply(statement("m1", occurred_at=occurred_at), statement("m2", 2, occurred_at=occurred_at))
    assert store.read(audit).clean
    store.spoil("DELETE FROM live_count")
    assert {one.cell.month for one in store.read(audit).differences} == {month}
