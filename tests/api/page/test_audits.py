"""A difference is told when two audits a minute apart find it, and not before."""

from dataclasses import replace

from api.page.audits import APART_US, Audits
from reports.audit import Audit, CountDifference, CountKey, ModelSum, Sums

CLEAN = Audit(1, (ModelSum("last", 1, 1),), (), 0, 5, ())
CELL = CountKey("wayang", "34.04", "2017-09", "worker", "last")
OTHER = CELL._replace(campaign_id="walk")


def differing(*cells: CountKey) -> Audit:
    return replace(CLEAN, differences=tuple(CountDifference(one, Sums(1, 1), None) for one in cells))


def test_one_audit_tells_no_difference() -> None:
    audits = Audits()
    assert audits.last is None
    audits.take(differing(CELL), 0)
    assert audits.differences == ()


def test_two_audits_tell_what_both_found() -> None:
    audits = Audits()
    audits.take(differing(CELL, OTHER), 0)
    audits.take(differing(CELL), APART_US)
    assert [one.cell for one in audits.differences] == [CELL]
    audits.take(CLEAN, 2 * APART_US)
    assert audits.differences == ()


def test_audits_that_are_closer_do_not_confirm_each_other() -> None:
    audits = Audits()
    audits.take(differing(CELL), 0)
    audits.take(differing(CELL), APART_US - 1)
    assert audits.differences == ()
    audits.take(differing(CELL), APART_US)
    assert [one.cell for one in audits.differences] == [CELL]
    audits.take(differing(OTHER), APART_US + 1)
    assert audits.differences == ()


def test_wrong_credit_is_told_likewise() -> None:
    wrong = replace(CLEAN, sums=(ModelSum("last", 2, 1),))
    audits = Audits()
    audits.take(wrong, 0)
    assert not audits.credit_is_wrong
    audits.take(wrong, APART_US)
    assert audits.credit_is_wrong
