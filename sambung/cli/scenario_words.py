"""Scenarios and their differences for people, and as JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from rich.console import Console

from reports.as_json import plain
from reports.scenarios import CampaignDifference, Difference, Scenario
from reports.wording import many, signed_members, when
from sambung.cli.campaign_table import lines_by_model, to_a_tenth
from streams.attribution.credit import MODELS


def as_document(found: Difference) -> str:
    differs = {
        "members": found.members,
        "members_changed": found.members_changed,
        "campaigns": plain(found.campaigns),
    }
    return msgspec.json.encode(_described(found.scenario) | differs).decode()


def list_as_document(found: Sequence[Scenario]) -> str:
    return msgspec.json.encode([_described(one) for one in found]).decode()


def _described(scenario: Scenario) -> dict[str, Any]:
    """With the rules as they are stored, in microseconds and millionths."""
    return {**plain(scenario), "rules": msgspec.Raw(scenario.rules.encode())}


def in_short(scenario: Scenario) -> str:
    refused = f", {scenario.refused:,} of them refused" if scenario.refused else ""
    return (
        f"{scenario.name}: rules {scenario.rules_version}, {many(scenario.events, 'event')}{refused}, as of "
        f"batch {scenario.batch}; computed on {when(scenario.made_us)}"
    )


def show(found: Difference, console: Console) -> None:
    """Campaigns that differ, those that gain or lose the most under any model first."""
    console.print(in_short(found.scenario), soft_wrap=False)
    changed = f"{found.members_changed:,} of {many(found.members, 'member')}"
    different = [one for one in found.campaigns if one.is_any]
    if not different:
        console.print(f"\nNo campaign differs from the live ledger; rows differ of {changed}.")
        return
    console.print()
    console.print(lines_by_model("", [("", list(MODELS))], console.width))
    for one in sorted(different, key=_weight):
        title = f"{one.campaign_id}, {'workers' if one.kind == 'worker' else 'companies'}"
        console.print(lines_by_model(title, _cells(one), console.width))
    same = len(found.campaigns) - len(different)
    console.print(f"\nRows differ of {changed}. {same:,} more rows of campaigns are as in the live ledger.")


def _weight(one: CampaignDifference) -> tuple[int, str, str]:
    return -max(map(abs, one.difference.values())), one.campaign_id, one.kind


def _cells(one: CampaignDifference) -> Iterator[tuple[str, list[str]]]:
    for label, credit in (("live", one.live), ("scenario", one.scenario)):
        yield label, to_a_tenth(credit)
    yield "difference", [signed_members(one.difference[model]) for model in MODELS]
