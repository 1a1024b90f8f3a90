"""First, last and linear credit are those of two other programs, on journeys that all three can express.

They know no evidence and no part that stays organic, so these are the journeys that share the whole member.
Ours is rounded to millionths of a member, each touch by less than one.
"""

import json
import subprocess
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from models.instants import HOUR_US, parse
from streams.attribution.credit import MODELS
from streams.restating import restate
from tests.services.kafka import ROOT
from tests.services.missing import need
from tests.simulation.cases import MIXES
from tests.simulation.stages import CONTEXT, pipeline
from tests.streams.restated import archive_of, contents, records_of

PEERS = {"mam": tuple(MODELS), "channel_attribution": ("first", "last", "linear")}
"""Each with the models that it has too, by the same definition."""
SEEDS = (1, 2, 3)
Totals = dict[str, dict[str, float]]


@cache
def journeys() -> list[dict[str, Any]]:
    """Members that share the whole of themselves."""
    found = []
    for seed in SEEDS:
        archive = archive_of(pipeline(records_of("mini", seed), seed, MIXES["steady"]).run().broker)
        found += contents(restate(archive, CONTEXT.places, CONTEXT.rules).statements).values()
    return [one for one in found if one["evidence"] in {"declared", "attendance", "company"}]


def ours() -> Totals:
    """Members by model and campaign."""
    totals: dict[str, dict[str, int]] = {model: defaultdict(int) for model in MODELS}
    for one in journeys():
        for line in one["lines"]:
            for model, millionths in line["credit"].items():
                totals[model][line["campaign_id"]] += millionths
    return {model: {name: sum_ / 1_000_000 for name, sum_ in of.items()} for model, of in totals.items()}


def theirs(peer: str, folder: Path) -> Totals:
    python = ROOT / "var" / "peers" / peer / "bin" / "python"
    need((python.parent.parent / ".whole").exists(), f"{peer} is not installed: make peers")
    given, told = folder / "journeys.json", folder / "totals.json"
    given.write_text(json.dumps([as_given(one) for one in journeys()]))
    script = Path(__file__).with_name(f"with_{peer}.py")
    subprocess.run([python, script, given, told], check=True, timeout=120, capture_output=True)
    totals: Totals = json.loads(told.read_text())
    return totals


def as_given(one: dict[str, Any]) -> dict[str, Any]:
    joined_us = parse(one["occurred_at"])
    return {
        "campaigns": [line["campaign_id"] for line in one["lines"]],
        "hours_before": [(joined_us - parse(line["touched_at"])) / HOUR_US for line in one["lines"]],
    }


def test_the_journeys_are_worth_it() -> None:
    lengths = [len(one["lines"]) for one in journeys()]
    assert len(lengths) > 300
    assert max(lengths) > 3
    assert sum(length > 1 for length in lengths) > 50
    assert "organic" not in ours()["linear"]


@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_comes_to_the_same_totals(peer: str, tmp_path: Path) -> None:
    found, expected = theirs(peer, tmp_path), ours()
    assert found.keys() == set(PEERS[peer])
    touches = defaultdict[str, int](int)
    for one in journeys():
        for line in one["lines"]:
            touches[line["campaign_id"]] += 1
    for model, totals in found.items():
        rounded = 0.0 if model in {"first", "last"} else 1e-6
        wrong = {
            name: (totals.get(name, 0), expected[model].get(name, 0))
            for name in touches
            if abs(totals.get(name, 0) - expected[model].get(name, 0)) > touches[name] * rounded + 1e-9
        }
        assert wrong == {}, f"{peer}, {model}: theirs, ours"
        assert sum(totals.values()) == pytest.approx(len(journeys()))
