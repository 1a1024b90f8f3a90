"""The truth file: one row per member, with one cause before the enrollment."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sambung.season import simulate

Row = dict[str, Any]
LONGEST = timedelta(days=95 + 18 + 58 + 10)
"""A late lag, the month's end, a late hire, and a weekend of holidays."""


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_truth_has_one_row_per_member_and_agrees_with_its_enrollment(
    truth: list[Row], enrollments: list[Row]
) -> None:
    forms = {row["event_id"]: row for row in enrollments}
    assert len(truth) == len({row["member_id"] for row in truth}) == len(forms)
    for row in truth:
        form = forms[row["enrollment_event_id"]]
        for name in ("member_id", "kind", "company_id", "place"):
            assert row[name] == form.get(name)
        assert instant(row["occurred_at"]) == instant(form["occurred_at"])


def test_every_cause_is_an_event_that_came_first_and_not_too_long_ago(
    truth: list[Row], events: list[Row]
) -> None:
    by_id = {(row["type"], row["event_id"]): row for row in events}
    for row in truth:
        if row["cause"] == "organic":
            assert (row["channel"], row["cause_event_id"], row["approach"]) == ("organic", None, "none")
            continue
        cause = by_id[row["cause_type"], row["cause_event_id"]]
        assert cause["campaign_id"] == row["cause"]
        assert cause.get("channel", "inspection") == row["channel"]
        assert instant(row["cause_at"]) == instant(cause["occurred_at"])
        lag = instant(row["occurred_at"]) - instant(row["cause_at"])
        assert timedelta(0) < lag <= LONGEST


def test_an_outreach_cause_reaches_the_member_by_its_trace(truth: list[Row], events: list[Row]) -> None:
    by_id = {row["event_id"]: row for row in events}
    for row in truth:
        cause = by_id.get(row["cause_event_id"] or "")
        form = by_id[row["enrollment_event_id"]]
        if row["trace"] == "declared":
            assert form["declared"] == row["cause"]
        elif row["trace"] == "attendance":
            assert cause is not None
            assert form["person"] in cause["attendees"]
        elif row["trace"] == "company":
            assert cause is not None
            assert row["company_id"] in (cause.get("companies") or [cause.get("company_id")])
        elif row["trace"] == "place":
            assert cause is not None
            assert row["place"].startswith(cause["place"])


def test_causes_leave_every_trace_and_some_none(truth: list[Row]) -> None:
    traces = Counter(row["trace"] for row in truth if row["cause"] != "organic")
    assert set(traces) == {"declared", "attendance", "company", "place", "none"}
    assert traces["none"] < 2_000


def test_letters_and_sanctions_compel_and_everything_else_persuades(
    truth: list[Row], inspections: list[Row]
) -> None:
    stage = {row["event_id"]: row["stage"] for row in inspections}
    for row in truth:
        compelled = stage.get(row["cause_event_id"], "visit") != "visit"
        assert (row["approach"] == "compulsion") == compelled
    assert len({stage[r["cause_event_id"]] for r in truth if r["channel"] == "inspection"}) == 4


def test_messiness_leaves_the_truth_alone() -> None:
    assert list(simulate("mini", 3).truth()) == list(simulate("mini", 3, clean=True).truth())
