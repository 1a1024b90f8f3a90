"""What readers of the stream are told, and when, by a fake clock."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api.live.board import PAUSE_S, Board
from api.live.messages import Tick
from api.live.reader import Reader
from api.live.totals import Look, rendered
from api.reading.marks import Mark

NAMES = ("a", "b", "c")


def a_look(batch: int, *, whole: bool = False, **credit: int | None) -> Look:
    campaigns = {
        name: None if one is None else rendered(name, {("worker", "last"): one})
        for name, one in credit.items()
    }
    return Look(Mark(batch, batch), whole, campaigns)


def begun(**credit: int) -> Board:
    board = Board()
    assert not board.take(a_look(10, whole=True, **credit))
    return board


def messages(text: bytes) -> list[tuple[str, str | None, Any]]:
    """Event, id and data of each."""
    found = []
    for block in text.decode().strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        found.append((fields["event"], fields.get("id"), json.loads(fields["data"])))
    return found


def credit_of(text: bytes) -> dict[str, int]:
    return {
        one["campaign_id"]: one["workers"]["last"] for event, _, one in messages(text) if event == "campaign"
    }


def told(tick: Tick | None) -> Mapping[str, int]:
    return {} if tick is None else credit_of(tick.text)


def in_snapshot(board: Board) -> dict[str, int]:
    ((event, _, data),) = messages(board.snapshot())
    assert event == "snapshot"
    return {one["campaign_id"]: one["workers"]["last"] for one in data["campaigns"]}


def test_a_change_is_told_at_once_and_then_once_a_second() -> None:
    board = begun(a=1, b=1)
    board.take(a_look(11, a=2))
    assert told(board.tick(100.0)) == {"a": 2}
    for batch in range(12, 17):
        board.take(a_look(batch, a=batch, b=batch))
        assert told(board.tick(100.0 + (batch - 11) * 0.125)) == ({"b": 12} if batch == 12 else {})
    assert told(board.tick(100.0 + PAUSE_S)) == {"a": 16}
    assert told(board.tick(100.125 + PAUSE_S)) == {"b": 16}


def test_what_has_not_changed_is_not_told() -> None:
    board = begun(a=1)
    board.take(a_look(11, a=1))
    assert board.tick(0.0) is None


def test_a_removed_campaign_is_told_as_zero_and_is_in_no_snapshot() -> None:
    board = begun(a=1, b=1)
    board.take(a_look(11, a=None))
    assert told(board.tick(0.0)) == {"a": 0}
    assert in_snapshot(board) == {"b": 1}
    board.take(a_look(12, a=None))
    assert board.tick(9.0) is None, "it is gone already"


def test_another_store_begins_anew() -> None:
    board = begun(a=1, b=2)
    board.take(a_look(11, a=2))
    assert board.take(a_look(3, whole=True, c=3))
    assert board.tick(0.0) is None
    assert in_snapshot(board) == {"c": 3}
    assert not board.is_known(10)
    assert board.is_known(3)


Changes = st.lists(
    st.tuples(st.sampled_from(NAMES), st.none() | st.integers(1, 9), st.floats(0, 0.9), st.booleans()),
    max_size=30,
)


@given(Changes, st.integers(0, 30))
def test_a_reader_that_comes_again_with_its_last_id_has_everything_in_the_end(changes: Any, cut: int) -> None:
    """It leaves after any message, and continues at another process, which began when the first one did."""
    first, second, now_s = begun(a=1, b=1), begun(a=1, b=1), 0.0
    state, last_id, received = {"a": 1, "b": 1}, 10, 0
    for batch, (name, credit, later_s, is_told) in enumerate(changes, start=11):
        now_s += later_s
        for board in (first, second):
            board.take(a_look(batch, **{name: credit}))
        tick = first.tick(now_s) if is_told else None
        for _, identity, data in messages(tick.text) if tick else []:
            if received < cut:
                state[data["campaign_id"]] = data["workers"]["last"]
                last_id = int(identity) if identity else last_id
                received += 1
    assert second.is_known(last_id)
    state |= told(second.after(last_id))
    assert {name: credit for name, credit in state.items() if credit} == in_snapshot(second)


def test_ids_never_fall() -> None:
    board, ids = begun(a=1), list[int]()
    for batch in range(11, 40):
        board.take(a_look(batch, **{NAMES[batch % 3]: batch}))
        tick = board.tick(batch * 0.3)
        ids += [] if tick is None else [tick.batch]
        ids.append(int(messages(board.snapshot())[0][1] or 0))
    assert ids == sorted(ids)


def test_of_a_reader_that_is_slow_the_latest_wins() -> None:
    asyncio.run(read_slowly())


async def read_slowly() -> None:
    reader, board = Reader("token"), begun(a=1)
    reader.begin(board.snapshot())
    for batch in range(11, 16):
        board.take(a_look(batch, a=batch, b=batch))
        tick = board.tick(batch * 2.0)
        assert tick is not None
        reader.tell(tick)
        reader.tell_status(b'event: status\ndata: {"batch":%d}\n\n' % batch)
    text = await reader.next()
    assert text is not None
    found = messages(text)
    assert [(event, identity) for event, identity, _ in found] == [
        ("snapshot", "10"),
        ("campaign", None),
        ("campaign", "15"),
        ("status", None),
    ]
    assert credit_of(text) == {"a": 15, "b": 15}
    assert found[-1][2]["batch"] == 15
    reader.end()
    assert await reader.next() is None
