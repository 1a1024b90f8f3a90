"""Touches and members near a place, compared with a search through all of them."""

from hypothesis import given
from hypothesis import strategies as st

from models.instants import DAY_US
from models.places import holds
from models.touches import Touch
from streams.attribution.messages import PlaceReached
from streams.attribution.nearby import Nearby, PlaceTouches

LOOKBACK_US = 30 * DAY_US
SUB_DISTRICTS = ("34.04.07", "34.04.12", "34.01.01")
PLACES = (*SUB_DISTRICTS, "34.04", "34.01", "34")
INSTANTS = st.sampled_from([0, 1, 29, 30, 31, 60]).map(lambda day: day * DAY_US) | st.integers(0, 60 * DAY_US)


@st.composite
def reaches(draw: st.DrawFn) -> PlaceReached:
    name = draw(st.sampled_from("abc"))
    touch = Touch(draw(INSTANTS), "place", name, "outreach-event", "c", "wayang", "persuasion")
    return PlaceReached(0, draw(st.booleans()), draw(st.sampled_from(PLACES)), touch)


@given(st.lists(reaches()), st.lists(st.tuples(st.sampled_from(SUB_DISTRICTS), INSTANTS), min_size=1))
def test_touches_around_a_place_are_the_active_ones_in_touch_order(
    changes: list[PlaceReached], asked: list[tuple[str, int]]
) -> None:
    """Queried before, between and after the changes."""
    touches, current = PlaceTouches(LOOKBACK_US), dict[str, PlaceReached]()
    for change in [None, *changes]:
        if change is not None:
            touches.put(current.get(change.touch.touch_id), change)
            current[change.touch.touch_id] = change
        for place, at in asked:
            expected = [
                reached.touch
                for reached in current.values()
                if reached.active
                and holds(reached.place, place)
                and at - LOOKBACK_US <= reached.touch.touched_us <= at
            ]
            assert touches.around(place, at) == tuple(sorted(expected, key=lambda touch: touch.order))


@given(
    st.dictionaries(st.binary(max_size=2), st.tuples(st.sampled_from(SUB_DISTRICTS), INSTANTS)),
    st.sets(st.binary(max_size=2)),
    st.lists(reaches(), max_size=2),
)
def test_every_member_that_a_touch_reaches_is_found_once(
    members: dict[bytes, tuple[str, int]], left: set[bytes], touched: list[PlaceReached]
) -> None:
    nearby = Nearby(LOOKBACK_US)
    for member, where in members.items():
        nearby.add(member, *where)
    for member in left & members.keys():
        nearby.remove(member, *members.pop(member))
    found = nearby.members(*touched)
    assert len(found) == len(set(found))
    assert set(found) <= members.keys()
    for member, (place, at) in members.items():
        for reach in touched:
            if reach.active and holds(reach.place, place) and 0 <= at - reach.touch.touched_us <= LOOKBACK_US:
                assert member in found
