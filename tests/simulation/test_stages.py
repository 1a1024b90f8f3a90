"""No wrong row, however the log is cut, whatever dies, whoever comes back late.

`SAMBUNG_SIMULATION_SEEDS` sets the seeds of each mix of faults.
"""

import os

import pytest

from streams.engine.kafka.sending import partition_of
from streams.topics.names import CREDIT, LIVE_COUNT
from tests.simulation.cases import MIXES, SEASONS, case
from tests.simulation.kafka import PARTITIONS
from tests.simulation.stages import SPECS
from tests.thorough import tries

SEEDS = int(os.environ.get("SAMBUNG_SIMULATION_SEEDS", tries(60)))


@pytest.mark.parametrize("mix", MIXES)
@pytest.mark.parametrize("season", SEASONS)
def test_all_six_stages_end_in_the_oracles_rows(season: str, mix: str) -> None:
    for seed in range(SEEDS):
        assert case(season, seed).wrong_rows(mix) == [], f"season {season}, seed {seed}, {mix}"


@pytest.mark.parametrize("mix", ["small polls", "crashes", "zombies"])
@pytest.mark.parametrize("season", ["restless", "awkward", "crowded"])
def test_a_cut_under_traffic_has_all_that_lay_below_it(season: str, mix: str) -> None:
    for seed in range(-(-SEEDS // 10)):
        assert case(season, seed).wrong_at_the_cut(mix) == [], f"season {season}, seed {seed}, {mix}"


@pytest.mark.parametrize("stage", SPECS)
def test_a_disturbed_stage_says_what_an_undisturbed_one_says(stage: str) -> None:
    for seed in range(SEEDS):
        for mix in ("torn", "zombies", "compaction"):
            found = case("restless", seed).wrong_records(stage, mix)
            assert found == [], f"stage {stage}, seed {seed}, {mix}"


@pytest.mark.parametrize("topic", [CREDIT, LIVE_COUNT])
def test_what_is_said_in_public_lies_where_every_kafka_client_looks_for_its_key(topic: str) -> None:
    broker = case("restless", 0).run("small polls").broker
    found = {(record.key, number) for number in range(PARTITIONS) for record in broker.read(topic, number)}
    assert {number for _, number in found} == set(range(PARTITIONS))
    assert found == {(key, partition_of(key, PARTITIONS)) for key, _ in found}
