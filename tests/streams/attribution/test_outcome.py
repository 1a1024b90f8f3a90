"""What a journey comes to and adds to the sums, against the statement of the same on the public topic."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from models.rules import Rules
from models.statement import WHOLE_MEMBER, Line
from models.touches import Touch
from streams.attribution.credit import MODELS
from streams.attribution.outcome import Outcomes
from streams.attribution.packed import pack, unpack
from streams.attribution.statement import GONE_STATEMENT, Statement
from streams.attribution.sums import Sums

RULES = Rules.load()
SUMS = st.lists(st.integers(0, 10**13), min_size=len(MODELS), max_size=len(MODELS))


def statement(*touches: Touch, status: str = "active") -> Statement:
    return Statement(status, "worker", None, "34.04.07", 10**15, "e", 0, touches)


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
def test_what_is_added_to_the_sums_is_what_the_lines_say(touches: tuple[Touch, ...]) -> None:
    outcome = Outcomes(RULES).of(statement(*touches))
    lines = msgspec.json.decode(outcome.lines, type=list[Line])
    earned = {campaign: unpack(packed) for campaign, packed in outcome.earned}
    assert [line.line for line in lines] == list(range(len(lines)))
    assert {line.campaign_id for line in lines} <= earned.keys()
    for index, model in enumerate(MODELS):
        assert sum(credit[index] for credit, _ in earned.values()) == WHOLE_MEMBER
        for campaign, (credit, members) in earned.items():
            said = sum(getattr(line.credit, model) or 0 for line in lines if line.campaign_id == campaign)
            assert credit[index] == said
            assert members[index] == (said > 0)


@given(journeys(), journeys())
def test_an_outcome_is_the_same_remembered_or_not(one: tuple[Touch, ...], other: tuple[Touch, ...]) -> None:
    remembering = Outcomes(RULES)
    for touches in (one, other, one):
        assert remembering.of(statement(*touches)) == Outcomes(RULES).of(statement(*touches))


def test_a_member_that_is_not_active_earns_nothing_and_no_place_moves_it() -> None:
    for said in (GONE_STATEMENT, statement(status="cancelled")):
        outcome = Outcomes(RULES).of(said)
        assert (outcome.evidence, bytes(outcome.lines), outcome.earned) == ("none", b"[]", ())
        assert not outcome.depends_on_places


@given(SUMS, SUMS, SUMS, SUMS)
def test_packed_sums_never_run_into_one_another(
    credit: list[int], members: list[int], more: list[int], others: list[int]
) -> None:
    both = pack(credit, members) + pack(more, others)
    assert unpack(both) == (
        tuple(map(int.__add__, credit, more)),
        tuple(map(int.__add__, members, others)),
    )
    assert unpack(both - pack(credit, members)) == (tuple(more), tuple(others))


def test_a_cell_that_falls_to_nothing_is_said_once() -> None:
    sums, said = Sums(), statement()
    outcome = Outcomes(RULES).of(said)
    nothing = (0,) * len(MODELS)
    sums.put(said, outcome)
    sums.take_marked()
    sums.take(said, outcome)
    assert [(credit, members) for _, credit, members in sums.take_marked()] == [(nothing, nothing)]
    assert sums.take_marked() == []
