"""Where a key may publish: at its places, also by what stands in the store."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event as engine_event

from api.keys.key import Key
from api.keys.places import may_publish, standing_places
from models.events import EVENTS, Event, canonical
from models.places import Places
from tests.builders import enrollment, inspection, line, outreach
from tests.sinks.cases import Kind, SinkCase
from tests.sinks.records import batch
from tests.stores import opened

CODES = sorted(Places.load().names)
DISTRICTS = Places.load().sub_districts()
SLEMAN = Key("sleman", frozenset(), ("34.04",))


def made(fields: dict[str, object]) -> Event:
    return EVENTS[str(fields["type"])].model_validate_json(line(fields))


@pytest.fixture
def sql_case(database: Kind) -> Iterator[SinkCase]:
    with database.opened() as opened:
        yield opened


def test_the_places_of_what_stands_come_by_one_query(sql_case: SinkCase) -> None:
    standing = [
        made(enrollment("m1", place="34.04.07")),
        made(outreach("wayang", place="34.02")),
        made(inspection("visit", place="34.01.03")),
    ]
    sql_case.apply(batch(accepted=tuple(canonical(one) for one in standing)))
    unknown = made(enrollment("m2", place="34.04.07"))
    statements: list[str] = []
    with opened(sql_case.url) as connection:
        engine_event.listen(connection, "before_cursor_execute", lambda *given: statements.append(given[2]))
        keys = [(one.type, one.event_id) for one in (*standing, unknown)]
        found = standing_places(connection, keys)
        assert len(statements) == 1
        others = standing_places(connection, [("inspection", standing[0].event_id)])
    assert found == {(one.type, one.event_id): one.place for one in standing}
    assert others == {}, "an id is one of its type"


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        (None, "34.04.07", True),
        (None, "34.02.01", False),
        ("34.04.01", "34.04.07", True),
        ("34.02.01", "34.04.07", False),  # taken from others
        ("34.04.07", "34.02.01", False),  # pushed to others
    ],
)
def test_an_event_is_of_ones_own_places_before_and_after(
    before: str | None, after: str, *, allowed: bool
) -> None:
    event = made(enrollment("m1", place=after))
    standing = {} if before is None else {(event.type, event.event_id): before}
    assert may_publish(SLEMAN, event, standing) is allowed


def test_an_effort_that_reaches_further_than_the_key_is_not_allowed() -> None:
    assert may_publish(SLEMAN, made(outreach(place="34.04")), {})
    assert not may_publish(SLEMAN, made(outreach(place="34")), {})


def test_a_key_without_places_may_publish_everywhere() -> None:
    event = made(enrollment("m1", place="34.04.07"))
    assert may_publish(Key("all", frozenset()), event, {(event.type, event.event_id): "34.02.01"})


@given(
    st.lists(st.sampled_from(CODES), min_size=1, max_size=3), st.lists(st.sampled_from(DISTRICTS), max_size=5)
)
def test_no_chain_of_revisions_takes_an_event_out_of_a_keys_places(
    places: list[str], chain: list[str]
) -> None:
    """Whatever is tried in turn: what stands is at the key's places before and after, or nobody moved it."""
    key = Key("one", frozenset(), tuple(places))
    stands: str | None = "34.04.07"
    for place in chain:
        event = made(enrollment("m1", place=place))
        if may_publish(key, event, {(event.type, event.event_id): str(stands)}):
            assert key.allows_place(str(stands))
            assert key.allows_place(place)
            stands = place
    if not key.allows_place("34.04.07"):
        assert stands == "34.04.07"
