"""Laws of every credit model for any journey. A test's id is `model:law`."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings

from models.instants import DAY_US
from streams.attribution.credit import MODELS, credit_by_model
from tests.streams.attribution.credit.journeys import Journey, journeys
from tests.thorough import tries

Law = Callable[[str, Journey], bool]


def shares_sum_to_the_amount(model: str, journey: Journey) -> bool:
    return sum(journey.shares(model)) == journey.amount


def no_share_is_negative(model: str, journey: Journey) -> bool:
    return min(journey.shares(model)) >= 0


def every_touch_has_a_whole_share(model: str, journey: Journey) -> bool:
    shares = journey.shares(model)
    return len(shares) == len(journey.touched_us) and all(type(share) is int for share in shares)


def equal_journeys_get_equal_shares(model: str, journey: Journey) -> bool:
    twin = replace(journey, touched_us=tuple(int(str(touched)) for touched in journey.touched_us))
    return journey.shares(model) == twin.shares(model)


def nothing_to_share_gives_nothing(model: str, journey: Journey) -> bool:
    return not any(replace(journey, amount=0).shares(model))


def a_single_touch_takes_all(model: str, journey: Journey) -> bool:
    return replace(journey, touched_us=journey.touched_us[:1]).shares(model) == [journey.amount]


def the_calendar_does_not_matter(model: str, journey: Journey) -> bool:
    moved = replace(
        journey,
        touched_us=tuple(touched + 1_000 * DAY_US + 1 for touched in journey.touched_us),
        converted_us=journey.converted_us + 1_000 * DAY_US + 1,
    )
    return moved.shares(model) == journey.shares(model)


def simultaneous_touches_are_told_apart_by_touch_order_alone(model: str, journey: Journey) -> bool:
    """In the middle of a journey they have the same weight, so the earlier gets the odd millionth."""
    count = len(journey.touched_us)
    middle = replace(journey, touched_us=journey.touched_us[:1] * count).shares(model)[1:-1]
    return middle == sorted(middle, reverse=True) and (not middle or middle[0] - middle[-1] <= 1)


def of_two_equal_touches_the_earlier_gets_the_odd_millionth(model: str, journey: Journey) -> bool:
    pair = replace(journey, touched_us=journey.touched_us[:1] * 2).shares(model)
    half, odd = divmod(journey.amount, 2)
    return model in {"first", "last"} or pair == [half + odd, half]


def all_models_at_once_agree_with_each_alone(model: str, journey: Journey) -> bool:
    together = credit_by_model(journey.touched_us, journey.amount, journey.rules)
    return list(together) == list(MODELS) and together[model] == journey.shares(model)


LAWS: tuple[Law, ...] = (
    shares_sum_to_the_amount,
    no_share_is_negative,
    every_touch_has_a_whole_share,
    equal_journeys_get_equal_shares,
    nothing_to_share_gives_nothing,
    a_single_touch_takes_all,
    the_calendar_does_not_matter,
    simultaneous_touches_are_told_apart_by_touch_order_alone,
    of_two_equal_touches_the_earlier_gets_the_odd_millionth,
    all_models_at_once_agree_with_each_alone,
)

EACH = [pytest.param(model, law, id=f"{model}:{law.__name__}") for model in MODELS for law in LAWS]


@pytest.mark.parametrize(("model", "law"), EACH)
@settings(deadline=None, max_examples=tries(40))
@given(journey=journeys())
def test_law(model: str, law: Law, journey: Journey) -> None:
    assert law(model, journey)


@pytest.mark.parametrize("model", [model for model in MODELS if model != "time_decay"])
@settings(deadline=None, max_examples=tries(40))
@given(journey=journeys())
def test_only_time_decay_looks_at_the_instants(model: str, journey: Journey) -> None:
    evenly = tuple(range(len(journey.touched_us)))
    assert replace(journey, touched_us=evenly).shares(model) == journey.shares(model)


def test_the_models_and_their_order_are_those_of_the_published_records() -> None:
    assert list(MODELS) == ["first", "last", "linear", "position", "time_decay"]
