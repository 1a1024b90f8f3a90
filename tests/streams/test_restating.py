"""A restated archive is the ledger of a stream that ran under the same rules."""

import pytest

from models.rules import Rules
from streams.restating import restate
from tests.simulation.cases import MIXES
from tests.simulation.stages import CONTEXT, pipeline
from tests.streams.restated import RULES, archive_of, contents, records_of, stated_by

SEASONS = [("mini", seed) for seed in range(2)]
SEASONS += [(kind, seed) for kind in ("awkward", "restless", "moving", "crowded") for seed in range(8)]


@pytest.mark.parametrize(("season", "seed"), SEASONS)
@pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
def test_each_member_is_stated_as_by_a_stream(season: str, seed: int, rules: Rules) -> None:
    broker = pipeline(records_of(season, seed), seed, MIXES["steady"], rules).run().broker
    archive = archive_of(broker)
    found = restate(archive, CONTEXT.places, rules)
    assert contents(found.statements) == stated_by(broker)
    assert (found.events, found.refused) == (sum(map(len, archive.values())), 0)


def test_other_rules_matter() -> None:
    """Else the test above would pass for rules that are never looked at."""
    archive = archive_of(pipeline(records_of("mini", 1), 1, MIXES["steady"]).run().broker)
    under = [contents(restate(archive, CONTEXT.places, rules).statements) for rules in RULES.values()]
    different = [member for member, one in under[0].items() if one["lines"] != under[1][member]["lines"]]
    assert len(different) > len(under[0]) / 10


def test_an_event_that_is_no_longer_accepted_counts_for_nothing() -> None:
    archive = archive_of(pipeline(records_of("crowded", 1), 1, MIXES["steady"]).run().broker)
    whole = restate(archive, CONTEXT.places, CONTEXT.rules)
    archive["enrollment"][0] = archive["enrollment"][0].replace(b'"34.', b'"35.')
    found = restate(archive, CONTEXT.places, CONTEXT.rules)
    assert (found.events, found.refused) == (whole.events, 1)
    assert len(found.statements) == len(whole.statements) - 1


def test_progress_grows_to_the_number_of_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.restating._CHUNK_EVENTS", 7)
    archive = archive_of(pipeline(records_of("mini", 1), 1, MIXES["steady"]).run().broker)
    told: list[int] = []
    found = restate(archive, CONTEXT.places, CONTEXT.rules, told.append)
    assert told == sorted(told)
    assert told[-1] == found.events == sum(map(len, archive.values()))
