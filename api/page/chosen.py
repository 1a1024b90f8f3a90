"""What of the numbers a part shows: the chosen model, and what is summed up."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from api.page.desk import Seen
from api.page.numbers import Numbers
from api.page.view import View
from models.places import regency
from reports.campaigns import Return
from reports.targets import headline

ON_A_PAGE: Final = 100
FIRST: Final = 10
"""Campaigns on the live page; all of them have a page of their own."""
KINDS: Final = ("worker", "company")
_APPROACHES: Final = ("persuasion", "compulsion", "none")
Content = Mapping[str, Any]


def standings_of(seen: Seen) -> Content:
    """Each kind's members by the live counts, and the target that holds all others."""
    targets = None if seen.found is None else seen.found.report.targets
    year = targets.year if targets else max(seen.now.years, default=None)
    standing = {kind: targets and headline(targets.targets, kind) for kind in KINDS}
    return {"year": year, "kinds": KINDS, "standing": standing, "targets": targets}


def channels_of(seen: Seen, view: View) -> Content:
    """By credit of workers under the model, organic last."""
    found = _numbers(seen).campaigns
    rows = sorted(found.channels, key=lambda one: _order(one, view.model))
    return _efforts([*rows, found.organic], view.model)


def campaigns_of(seen: Seen, view: View) -> Content:
    """Those with most credit of workers, organic beside them."""
    found = _numbers(seen).campaigns
    rows = sorted(found.campaigns, key=lambda one: _order(one, view.model))
    return {**_efforts([*rows[:FIRST], found.organic], view.model), "in_all": len(rows)}


def _order(one: Return, model: str) -> tuple[int, int, str]:
    return -one.workers.get(model, 0), -one.companies.get(model, 0), one.name


def _efforts(rows: list[Return], model: str) -> Content:
    return {"rows": rows, "most": max((one.workers.get(model, 0) for one in rows), default=0)}


def all_campaigns(seen: Seen, view: View, number: int) -> Content:
    """One page of the campaigns, by credit; `number` counts from 1."""
    rows = sorted(_numbers(seen).campaigns.campaigns, key=lambda one: _order(one, view.model))
    pages = max(-(-len(rows) // ON_A_PAGE), 1)
    number = min(number, pages)
    shown = rows[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
    efforts = _efforts([*shown, _numbers(seen).campaigns.organic], view.model)
    return {**efforts, "number": number, "pages": pages, "in_all": len(rows)}


def one_campaign(seen: Seen, view: View, campaign_id: str) -> Content | None:
    """Of a campaign, or of organic: its cost, its credit under each model, its months and regencies."""
    found = _numbers(seen).campaigns
    one = next((each for each in (*found.campaigns, found.organic) if each.name == campaign_id), None)
    if one is None:
        return None
    of_model = [each for each in _numbers(seen).counts.get(campaign_id, ()) if each.model == view.model]
    by_month = defaultdict[str, dict[str, int]](lambda: dict.fromkeys(KINDS, 0))
    by_regency = defaultdict[str, dict[str, int]](lambda: dict.fromkeys(KINDS, 0))
    for each in of_model:
        by_month[each.month][each.kind] += each.credit
        by_regency[each.district][each.kind] += each.credit
    return {
        "one": one,
        "months": dict(sorted(by_month.items())),
        "regencies": dict(sorted(by_regency.items())),
    }


def approaches_of(seen: Seen, view: View) -> Content:
    found = _numbers(seen).approaches
    credit = {
        kind: {one: found.get(one, {}).get(kind, {}).get(view.model, 0) for one in _APPROACHES}
        for kind in KINDS
    }
    return {"credit": credit}


def months_of(seen: Seen) -> Content:
    """Members by month and kind, from January of the target's year to the last month that is known."""
    by_month = defaultdict[str, dict[str, int]](lambda: dict.fromkeys(KINDS, 0))
    for one in _numbers(seen).places:
        by_month[one.month][one.kind] += one.members
    targets = _numbers(seen).targets
    last = targets.day.month if targets.day.year == targets.year else 12
    of_year = [f"{targets.year:04}-{month:02}" for month in range(1, last + 1)]
    return {
        "months": {month: by_month[month] for month in of_year},
        "elsewhere": sum(sum(by_month[month].values()) for month in by_month.keys() - set(of_year)),
    }


def regencies_of(seen: Seen) -> Content:
    """Active workers and companies of each sub-district, grouped by regency."""
    members = defaultdict[str, dict[str, int]](lambda: dict.fromkeys(KINDS, 0))
    for one in _numbers(seen).places:
        members[one.place][one.kind] += one.members
    by_regency = defaultdict[str, dict[str, dict[str, int]]](dict)
    districts = {code for code in seen.places if len(code) == len("34.04.07")} | members.keys()
    for code in sorted(districts):
        by_regency[regency(code)][code] = members[code]
    most = max((one["worker"] for one in members.values()), default=0)
    return {"regencies": by_regency, "most": most, "districts": districts}


def _numbers(seen: Seen) -> Numbers:
    assert seen.found is not None  # noqa: S101  see `render_parts`
    return seen.found.report
