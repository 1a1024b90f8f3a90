"""`/v1/live` over a connection: snapshot, changes, resumption, and how streams end."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.keys.key import Scope
from api.live.hub import LOOK_S
from tests.api.gateways import bearer, gateway_of_store, key
from tests.api.served import served
from tests.builders import outreach
from tests.reports.filled import Filled
from tests.sinks.cases import Kind
from tests.sinks.records import count, row

SOON_S = 3.0


@pytest.fixture
def store(database: Kind) -> Iterator[Filled]:
    filled = Filled(database.new_url())
    yield filled
    filled.close()


class Messages:
    """Those of one stream."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.iter_lines()
        self.last_id: str | None = None

    def next(self, wanted: str) -> Any:
        """Data of the next message of a kind; None when the stream ends."""
        fields: dict[str, str] = {}
        for text in self._lines:
            name, _, value = text.partition(": ")
            fields |= {name: value} if text else {}
            if not text:
                self.last_id = fields.get("id", self.last_id)
                if fields.get("event") == wanted:
                    return json.loads(fields["data"])
                fields = {}
        return None


class Gate:
    """A gateway that is served, and the store behind it."""

    def __init__(self, store: Filled) -> None:
        self.store = store
        self.of = gateway_of_store(store.url)
        self.app = create_app(self.of)
        self.token = key(self.of, "reader", Scope.READ_COUNTS)
        self.url = ""
        self._offset = 1

    @contextmanager
    def stream(self, last_id: str | None = None) -> Iterator[Messages]:
        headers = bearer(self.token) | ({"Last-Event-ID": last_id} if last_id else {})
        with httpx.stream("GET", f"{self.url}/v1/live", headers=headers, timeout=10) as response:
            yield Messages(response)

    def count(self, campaign: str, *credit: int) -> None:
        """State one row of each credit; none: the campaign is gone."""
        self._offset += 1
        rows = (row(one, month=f"2017-{number:02}") for number, one in enumerate(credit, start=1))
        self.store.count(count(campaign, self._offset, *rows))


@pytest.fixture
def gate(store: Filled) -> Iterator[Gate]:
    made = Gate(store)
    with served(made.app) as made.url:
        yield made
        made.app.state.live.stop()
    made.app.state.reading.close()
    made.of.store.close()


def first(data: Any) -> int:
    return int(data["workers"]["first"])


def test_a_snapshot_then_what_changes(gate: Gate) -> None:
    gate.count("a", 3, 4)
    with gate.stream() as messages:
        assert messages.response.headers["content-type"].startswith("text/event-stream")
        snapshot = messages.next("snapshot")
        assert [(one["campaign_id"], first(one)) for one in snapshot["campaigns"]] == [("a", 7)]
        began_s = time.monotonic()
        gate.count("b", 5)
        told = messages.next("campaign")
        assert (told["campaign_id"], first(told)) == ("b", 5)
        gate.count("a")
        gone = messages.next("campaign")
        assert (gone["campaign_id"], first(gone), gone["companies"]["time_decay"]) == ("a", 0, 0)
        assert time.monotonic() - began_s < SOON_S
        assert messages.last_id == "3"


def test_a_batch_that_changes_no_count_ends_nothing(gate: Gate) -> None:
    with gate.stream() as messages:
        messages.next("snapshot")
        gate.store.accept(outreach())
        time.sleep(3 * LOOK_S)
        gate.count("a", 1)
        assert messages.next("campaign")["campaign_id"] == "a"


def test_who_comes_again_gets_what_is_newer_and_who_has_an_unknown_id_all(gate: Gate) -> None:
    gate.count("a", 1)
    with gate.stream() as messages:
        messages.next("snapshot")
        last_id = messages.last_id
        for name in "bc":
            gate.count(name, 2)
            messages.next("campaign")
        with gate.stream(last_id) as again:
            assert {again.next("campaign")["campaign_id"] for _ in "bc"} == {"b", "c"}
        for unknown in ("0", "99999999999999999999", "x"):
            with gate.stream(unknown) as anew:
                assert len(anew.next("snapshot")["campaigns"]) == 3


def test_how_fresh_the_store_is_is_told_at_once(gate: Gate) -> None:
    gate.count("a", 1)
    with gate.stream() as messages:
        status = messages.next("status")
    assert status.pop("lag_s") >= 0
    assert status == {
        "batch": 1,
        "lag_records": None,
        "newest_event_age_s": None,
        "rebuilding": False,
        "stale": False,
    }


def test_a_revoked_key_ends_its_stream(gate: Gate) -> None:
    with gate.stream() as messages:
        messages.next("snapshot")
        gate.store.spoil("UPDATE api_key SET revoked_at = created_at")
        began_s = time.monotonic()
        assert messages.next("never") is None
        assert time.monotonic() - began_s < 5


def test_all_streams_end_when_the_gateway_stops(gate: Gate) -> None:
    with gate.stream() as one, gate.stream() as other:
        one.next("snapshot")
        other.next("snapshot")
        began_s = time.monotonic()
        gate.app.state.live.stop()
        assert one.next("never") is None
        assert other.next("never") is None
        assert time.monotonic() - began_s < 2


def test_without_a_reader_nothing_looks(gate: Gate) -> None:
    hub = gate.app.state.live
    with gate.stream() as messages:
        messages.next("snapshot")
        assert hub.readers == 1
    deadline_s = time.monotonic() + SOON_S
    while hub.readers and time.monotonic() < deadline_s:
        time.sleep(0.05)
    assert (hub.readers, hub._tasks) == (0, [])
    gate.count("a", 1)
    with gate.stream() as messages:
        assert len(messages.next("snapshot")["campaigns"]) == 1


def test_a_key_without_the_scope_is_refused(gate: Gate) -> None:
    gate.token = key(gate.of, "other", Scope.READ_MEMBERS)
    with gate.stream() as messages:
        assert messages.response.status_code == 403
