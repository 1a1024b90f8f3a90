"""Throughput of the SQL store, and the time of its reports.

    python bench/store.py [MEMBERS] [DIRECTORY or URL of an empty PostgreSQL database]

Members have three touches each, so three lines with eleven credits under the five models. They arrive in
random order in batches of 5,000: first new, then with the same content and a newer version, then changed.
Then a rebuild sends the same through the staging file, and the reports read all of it.
"""

import random
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from models.rules import Rules
from models.statement import first_version
from reports.audit import audit
from reports.campaigns import campaigns
from sinks.base import Batch, Origin
from sinks.sql import SqlSink
from sinks.staging import Staging
from sinks.store import open_for_reading
from streams.attribution.credit import credit_by_model

BATCH = 5_000
LINES = 3
NINE = "2017-09-01T02:00:00.000000Z"
ORIGIN = Origin("bench", "0", 8, "", "")


def shares(rules: Rules) -> list[dict[str, int]]:
    by_model = credit_by_model([0, 1, 2], 1_000_000, rules)
    return [{model: each[line] for model, each in by_model.items() if each[line]} for line in range(LINES)]


class Members:
    """Statements of members on touches drawn at random."""

    def __init__(self, number: int) -> None:
        self._rng = random.Random(7)
        self._ids = [f"YK2017-{each:07}" for each in range(number)]
        self._touches = [str(uuid.UUID(int=self._rng.getrandbits(128))) for _ in range(3_000)]
        self._shares = shares(Rules.load())
        self._statements: dict[str, dict[str, object]] = {}
        self._offset = 0

    def change(self) -> None:
        for member_id in self._ids:
            self._statements[member_id] = self._statement(member_id)

    def batches(self, generation: int) -> Iterator[Batch]:
        """Every member's current statement with a new version."""
        self._rng.shuffle(self._ids)
        for start in range(0, len(self._ids), BATCH):
            some = self._ids[start : start + BATCH]
            statements = [self._versioned(member_id, generation) for member_id in some]
            yield Batch(generation, statements, positions={("credit", 0): self._offset + 1})

    def _versioned(self, member_id: str, generation: int) -> bytes:
        self._offset += 1
        version = first_version(generation) + self._offset
        return msgspec.json.encode(self._statements[member_id] | {"version": version})

    def _statement(self, member_id: str) -> dict[str, object]:
        touches = self._rng.sample(self._touches, LINES)
        return {
            "member_id": member_id,
            "status": "active",
            "decided_at": NINE,
            "rules_version": "2017.1",
            "kind": "worker",
            "company_id": "NPP-000123",
            "place": "34.04.07",
            "occurred_at": NINE,
            "enrollment_event_id": touches[0],
            "evidence": "attendance",
            "duplicates": 0,
            "lines": [self._line(number, touch) for number, touch in enumerate(touches)],
        }

    def _line(self, number: int, touch: str) -> dict[str, object]:
        return {
            "line": number,
            "touch_id": touch,
            "campaign_id": f"campaign-{int(touch[:4], 16) % 120:03}",
            "channel": "mass_socialisation",
            "evidence": "attendance",
            "approach": "persuasion",
            "touched_at": NINE,
            "credit": self._shares[number],
        }


@contextmanager
def timed(what: str, records: int = 0) -> Iterator[None]:
    began, began_cpu = time.perf_counter(), time.process_time()
    yield
    wall, cpu = time.perf_counter() - began, time.process_time() - began_cpu
    rate = f"{records / wall:10,.0f}/s, {records / cpu:,.0f} a CPU second" if records else ""
    print(f"{what:32}{wall:8.2f} s {rate}")


def apply_all(what: str, batches: Iterator[Batch], apply: Callable[[Batch], object]) -> None:
    ready = list(batches)
    with timed(what, sum(len(batch.statements) for batch in ready)):
        for batch in ready:
            apply(batch)


def main(number: int, url: str) -> None:
    sink = SqlSink(url)
    members = Members(number)
    generation = sink.open_generation(ORIGIN, 0)
    members.change()
    apply_all("new members", members.batches(generation), sink.apply)
    print(f"{'':32}{size(url) / number:8.0f} bytes per member")
    apply_all("same content, newer version", members.batches(generation), sink.apply)
    members.change()
    apply_all("changed members", members.batches(generation), sink.apply)
    sink.close()
    sink = SqlSink(url)
    generation = sink.open_generation(ORIGIN, 0)
    with Staging(generation) as staging:
        apply_all("rebuild, staged", members.batches(generation), staging.apply)
        with timed("rebuild, settled without change", number):
            staging.settle(sink, {}, 0)
    sink.close()
    reader = open_for_reading(url)
    with reader.begin() as connection, timed("audit"):
        assert all(one.credit == one.expected for one in audit(connection).sums)  # noqa: S101
    with reader.begin() as connection, timed("campaigns"):
        campaigns(connection)
    reader.dispose()
    print(f"{size(url) / 1e6:.0f} MB after {2 * number:,} statements")


def size(url: str) -> int:
    """Bytes of the store, its indexes included."""
    if url.startswith("sqlite:///"):
        return Path(url.removeprefix("sqlite:///")).stat().st_size
    reader = open_for_reading(url)
    with reader.begin() as connection:
        found = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
    reader.dispose()
    return int(found)


if __name__ == "__main__":
    members_asked = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    asked = sys.argv[2] if len(sys.argv) > 2 else ""
    if "://" in asked:
        main(members_asked, asked)
    else:
        with TemporaryDirectory() as scratch:
            main(members_asked, f"sqlite:///{asked or scratch}/bench.db")
