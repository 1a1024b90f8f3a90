"""Fast paths against the oracle's slow ones: the judgement of raw records, the division of credit."""

from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.events import canonical
from models.instants import DAY_US
from models.intake.judging import judge, topic_of_line
from models.intake.refusal import Refusal
from models.places import Places
from models.rules import Rules
from streams.attribution.credit import credit_by_model
from tests.oracle import judging
from tests.oracle.broken import FLAWS, SAMPLES, TOO_LARGE, Flaw
from tests.oracle.shares import MODELS, credit
from tests.strategies import Record, awkward_record_lists, awkward_season
from tests.thorough import tries

PLACES = Places.load()
RULES = Rules.load()


def by_intake(topic: str, value: bytes) -> str:
    """Canonical text, or the reason of refusal."""
    found = judge(topic, value, PLACES)
    return str(found.reason) if isinstance(found, Refusal) else canonical(found).decode()


def by_oracle(topic: str, value: bytes) -> str:
    found = judging.judge(topic, value, PLACES)
    return found if isinstance(found, str) else found.body


@pytest.mark.parametrize("flaw", [*chain(*FLAWS), TOO_LARGE], ids=lambda flaw: flaw.name)
def test_both_refuse_every_flaw_alike_on_every_topic(flaw: Flaw) -> None:
    value = flaw.spoil(SAMPLES[flaw.type])
    assert {topic: by_intake(topic, value) for topic in SAMPLES} == {
        topic: by_oracle(topic, value) for topic in SAMPLES
    }


@given(awkward_record_lists())
@settings(max_examples=tries(100), deadline=None)
def test_both_read_the_same_content_from_every_record(records: list[Record]) -> None:
    for topic, value in records:
        assert by_intake(topic, value) == by_oracle(topic, value)


def test_both_send_a_bare_line_to_the_same_topic_or_refuse_it_alike() -> None:
    for value in awkward_season(3, 1_000):
        topic = topic_of_line(value)
        if isinstance(topic, Refusal):
            assert str(topic.reason) == judging.judge_line(value, PLACES)
        else:
            assert topic == judging.topic_named_by(value)


UNITS_US = st.sampled_from([1, 1_000_000, DAY_US // 24, DAY_US, 7 * DAY_US])
COUNTS = st.lists(st.integers(0, 12), min_size=1, max_size=40)


@given(UNITS_US, COUNTS, st.sampled_from([300_000, 1_000_000]), st.integers(-(10**15), 4 * 10**15))
@settings(max_examples=tries(300), deadline=None)
def test_both_divide_every_journey_alike(unit_us: int, counts: list[int], amount: int, at_us: int) -> None:
    elapsed_us = sorted((count * unit_us for count in counts), reverse=True)
    touched_us = [at_us - since for since in elapsed_us]
    assert credit_by_model(touched_us, amount, RULES) == {
        model: credit(model, elapsed_us, amount) for model in MODELS
    }
