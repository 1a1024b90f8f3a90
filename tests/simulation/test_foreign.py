"""Whatever a Kafka client writes, the stages go on: each record is accepted, or refused and stored once.

`SAMBUNG_FOREIGN_EXAMPLES` sets how many seasons are tried.
"""

import os
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from models.intake.masking import mask, mask_text
from models.intake.refusal import Rejected, decode_rejected
from sambung.cli.refused_words import as_document, in_full, in_short
from sambung.resending import records_to_resend
from sinks.base import Batch
from sinks.refused import refused
from sinks.sql import SqlSink
from streams.attribution import event, origin
from streams.attribution.origin import ORIGIN as ORIGIN_HEADER
from streams.attribution.origin import Original
from streams.engine.failures import FoldError
from streams.topics.names import CREDIT, LIVE_COUNT, REJECTED
from tests.oracle.compare import difference, rows_of
from tests.oracle.newest_revisions import judged
from tests.oracle.oracle import expected
from tests.oracle.tables import Tables
from tests.simulation.cases import MIXES
from tests.simulation.foreign import Visited, foreign
from tests.simulation.kafka import Broker
from tests.simulation.outcome import faults_of
from tests.simulation.stages import CONTEXT
from tests.sinks.records import ORIGIN
from tests.strategies import Record, awkward_records
from tests.thorough import tries

EXAMPLES = int(os.environ.get("SAMBUNG_FOREIGN_EXAMPLES", tries(25)))
SIZE = 40
"""Records of a season."""
STEADY = "steady"

Refused = tuple[str, Any, bytes | None]
"""Reason, place, value."""


def visited(records: list[Record], seed: int, mix: str) -> tuple[Visited, Tables]:
    """A run, and the tables that must come of it."""
    run = Visited(foreign(Random(seed), records), seed, MIXES[mix]).run()
    return run, expected([(one.topic, one.value or b"") for one, _ in run.positions], CONTEXT.places)


def rejected_records(broker: Broker) -> list[Rejected]:
    return [decode_rejected(record.value) for record in broker.records(REJECTED)]


def as_refused(one: Rejected) -> Refused:
    return one.reason.value, (one.topic, one.partition, one.offset), one.raw()[1]


def must_be_refused(run: Visited) -> list[Refused]:
    """Records that must be refused whatever came before, with the positions of their origins."""
    verdicts = ((judged((one.topic, one.value or b""), CONTEXT.places), one, at) for one, at in run.positions)
    return [
        (verdict, one.place(at), one.value and mask(one.value))
        for verdict, one, at in verdicts
        if isinstance(verdict, str)
    ]


def stored(broker: Broker, folder: Path) -> SqlSink:
    sink = SqlSink(f"sqlite:///{folder / 'sambung.db'}")
    generation = sink.open_generation(ORIGIN, 0)
    topics = (CREDIT, LIVE_COUNT, CONTEXT.topics.accepted, REJECTED)
    sink.apply(Batch(generation, *([one.value for one in broker.records(topic)] for topic in topics)))
    return sink


seasons = given(
    st.integers(0, 10**6).map(lambda seed: awkward_records(seed, SIZE)),
    st.integers(0, 10**6),
    st.sampled_from([STEADY, "crashes", "zombies"]),
)
tried = settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=(
        Phase.explicit,
        Phase.reuse,
        Phase.generate,
    ),  # a season by its seed is no smaller for a smaller one
    suppress_health_check=list(HealthCheck),
)


@tried
@seasons
def test_what_follows_from_the_valid_ones_is_the_oracles_and_the_others_are_refused(
    records: list[Record], seed: int, mix: str
) -> None:
    check_rows_and_reasons(*visited(records, seed, mix), mix)


def check_rows_and_reasons(run: Visited, tables: Tables, mix: str) -> None:
    assert faults_of(run.broker, tables) == []
    found, wanted = Counter(map(as_refused, rejected_records(run.broker))), Counter(must_be_refused(run))
    conflicts = {one for one in found if one[0] == "conflict"}
    assert found.keys() - conflicts == wanted.keys()
    assert mix != STEADY or {one: found[one] for one in wanted} == wanted
    positions = {(one.place(at), one.value and mask(one.value)) for one, at in run.positions}
    assert {one[1:] for one in conflicts} <= positions


@tried
@seasons
def test_a_record_without_headers_of_ours_is_shown_as_it_came(
    records: list[Record], seed: int, mix: str
) -> None:
    check_what_is_shown(visited(records, seed, mix)[0])


def check_what_is_shown(run: Visited) -> None:
    placed = [(one, (one.topic, one.partition, at), one.place(at)) for one, at in run.positions]
    claimed = {place for _, own, place in placed if place != own}
    raw = {own: one for one, own, _ in placed if one.is_plain and own not in claimed}
    for shown in rejected_records(run.broker):
        one = raw.get((shown.topic or "", shown.partition or 0, shown.offset or 0))
        if one is not None and shown.raw()[1] == (one.value and mask(one.value)):
            headers = [
                (mask_text(name) if isinstance(name, str) else name, value and mask(value))
                for name, value in one.headers
            ]
            assert shown.raw() == (one.key and mask(one.key), one.value and mask(one.value), headers)


@settings(tried, max_examples=max(1, EXAMPLES // 3))
@seasons
def test_all_of_it_goes_into_a_store_and_is_shown_there(records: list[Record], seed: int, mix: str) -> None:
    run, tables = visited(records, seed, mix)
    with TemporaryDirectory() as folder, closing(stored(run.broker, Path(folder))) as sink:
        assert difference(tables, rows_of(Path(folder) / "sambung.db")) == []
        with sink._engine.begin() as connection:
            items = refused(connection, CONTEXT.places)
    assert Counter(refused_row(item.record) for item in items).keys() == {
        as_refused(one) for one in rejected_records(run.broker)
    }
    assert as_document(items)
    assert all(line.isprintable() for line in in_short(items))
    assert all(line.isprintable() for item in items for line in in_full(item))
    records_to_resend(items, 2)


def believed_unread(header: bytes) -> tuple[str, int, int]:
    topic, partition, offset = header.decode().split("/")
    return topic, int(partition), int(offset)


def told_nothing(original: Original, _value: bytes) -> tuple[tuple[str, bytes], ...]:
    return ((ORIGIN_HEADER, "/".join(map(str, original.position)).encode()),)


@pytest.mark.parametrize(
    ("owner", "name", "broken"),
    [(origin, "parse_position", believed_unread), (event, "headers_to_resend", told_nothing)],
    ids=["a place is believed unread", "a record is put back without what it came with"],
)
def test_a_broken_rule_is_seen(owner: Any, name: str, broken: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owner, name, broken)
    with pytest.raises((AssertionError, FoldError)):
        check_seasons()


def check_seasons() -> None:
    for seed in range(100):
        run, tables = visited(awkward_records(seed, SIZE), seed, STEADY)
        check_rows_and_reasons(run, tables, STEADY)
        check_what_is_shown(run)


def refused_row(row: Any) -> Refused:
    shown = msgspec.convert({**as_fields(row), "errors": (), "headers": ()}, Rejected)
    return as_refused(shown)


def as_fields(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in Rejected.__struct_fields__}
