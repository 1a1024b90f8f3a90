"""Outcomes of journeys and their sums, compared with the lines of the statement."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from models.rules import Rules
from models.statement import WHOLE_MEMBER, Line
from models.touches import Touch
from streams.attribution.credit import MODELS
from streams.attribution.membership import GONE_MEMBERSHIP, Membership
from streams.attribution.outcome import Outcomes
from streams.attribution.packed import pack, unpack
from streams.attribution.sums import Sums

RULES = Rules.load()
SUMS = st.lists(st.integers(0, 10**13), min_size=len(MODELS), max_size=len(MODELS))


def membership(*touches: Touch, status: str = "active") -> Membership:
    return Membership(status, "worker", None, "34.04.07", 10**15, "e", 0, touches)


@st.composite
def journeys(draw: st.DrawFn) -> tuple[Touch, ...]:
    evidence = draw(st.sampled_from(("attendance", "company", "place")))
    at = sorted(draw(st.lists(st.integers(0, 10**12), max_size=6)))
    return tuple(
        Touch(
            us, evidence, str(number), "outreach-event", draw(st.sampled_from("ab")), "wayang", "persuasion"
        )
        for number, us in enumerate(at)
    )


@given(journeys())
def test_the_sums_are_those_of_the_lines(touches: tuple[Touch, ...]) -> None:
    outcome = Outcomes(RULES).of(membership(*touches))
    lines = msgspec.json.decode(outcome.lines, type=list[Line])
    earned = {campaign: unpack(packed) for campaign, packed in outcome.earned}
    assert [line.line for line in lines] == list(range(len(lines)))
    assert {line.campaign_id for line in lines} <= earned.keys()
    for index, model in enumerate(MODELS):
        assert sum(credit[index] for credit, _ in earned.values()) == WHOLE_MEMBER
        for campaign, (credit, members) in earned.items():
            stated = sum(getattr(line.credit, model) or 0 for line in lines if line.campaign_id == campaign)
            assert credit[index] == stated
            assert members[index] == (stated > 0)


@given(journeys(), journeys())
def test_an_outcome_is_the_same_cached_or_not(one: tuple[Touch, ...], other: tuple[Touch, ...]) -> None:
    cached = Outcomes(RULES)
    for touches in (one, other, one):
        assert cached.of(membership(*touches)) == Outcomes(RULES).of(membership(*touches))


def test_a_member_that_is_not_active_earns_nothing_and_no_place_moves_it() -> None:
    for inactive in (GONE_MEMBERSHIP, membership(status="cancelled")):
        outcome = Outcomes(RULES).of(inactive)
        assert (outcome.evidence, bytes(outcome.lines), outcome.earned) == ("none", b"[]", ())
        assert not outcome.depends_on_places


@given(SUMS, SUMS, SUMS, SUMS)
def test_packed_sums_never_overflow_into_one_another(
    credit: list[int], members: list[int], more: list[int], others: list[int]
) -> None:
    both = pack(credit, members) + pack(more, others)
    assert unpack(both) == (
        tuple(map(int.__add__, credit, more)),
        tuple(map(int.__add__, members, others)),
    )
    assert unpack(both - pack(credit, members)) == (tuple(more), tuple(others))


def test_a_cell_that_falls_to_nothing_is_sent_once() -> None:
    sums, organic = Sums(), membership()
    outcome = Outcomes(RULES).of(organic)
    nothing = (0,) * len(MODELS)
    sums.add(organic, outcome)
    sums.pop_marked()
    sums.subtract(organic, outcome)
    assert [(credit, members) for _, credit, members in sums.pop_marked()] == [(nothing, nothing)]
    assert sums.pop_marked() == []
