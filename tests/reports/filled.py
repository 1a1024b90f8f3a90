"""A store filled through its sink, and changed by SQL."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, text

from models.events import EVENTS, canonical
from models.instants import month_in_jakarta, parse
from models.statement import CountRow, Statement, decode_statement
from models.targets import Target
from sinks.sql import SqlSink
from sinks.store import open_for_reading, open_store
from sinks.targets import replace_targets
from tests.builders import Event, line
from tests.empty import begin
from tests.sinks.records import MODELS, NOW_US, ORIGIN, batch
from tests.sinks.records import count as count_record

Result = TypeVar("Result")
CountKey = tuple[str, str, str, str, str]


class Filled:
    def __init__(self, url: str) -> None:
        self.url = url
        self.offset = "" if url.startswith("sqlite") else "+00"
        begin(url)
        self._sink = SqlSink(url)
        self._sink.open_generation(ORIGIN, NOW_US)

    def apply(self, *statements: bytes, counted: bool = True) -> None:
        """Apply statements, one per member, and the counts that they add up to."""
        self._sink.apply(batch(*statements, counts=tuple(_counts(statements)) if counted else ()))

    def accept(self, *events: Event) -> None:
        bodies = (canonical(EVENTS[event["type"]].model_validate_json(line(event))) for event in events)
        self._sink.apply(batch(accepted=tuple(bodies)))

    def count(self, *counts: bytes) -> None:
        self._sink.apply(batch(counts=counts))

    def refuse(self, *records: bytes) -> None:
        self._sink.apply(batch(rejected=records))

    def load(self, *targets: Target) -> None:
        """Load targets of one year, in place of those it has."""
        engine = open_store(self.url)
        with engine.begin() as connection:
            replace_targets(connection, targets, NOW_US)
        engine.dispose()

    def spoil(self, sql: str) -> None:
        engine = open_store(self.url)
        with engine.begin() as connection:
            assert connection.execute(text(sql)).rowcount > 0, "the test spoils nothing"
        engine.dispose()

    def read(self, report: Callable[[Connection], Result]) -> Result:
        engine = open_for_reading(self.url)
        with engine.begin() as connection:
            found = report(connection)
        engine.dispose()
        return found

    def close(self) -> None:
        self._sink.close()


def wanted(number: int, **fields: Any) -> Target:
    """A target of 2017 for workers of the province."""
    every = {"year": 2017, "place": "34", "kind": "worker", "channel": None, "agent": None, "months": None}
    return Target(**every | {"number": number} | fields)


def _counts(values: Iterable[bytes]) -> Iterable[bytes]:
    members: dict[CountKey, dict[str, int]] = {}
    for statement in map(decode_statement, values):
        for key, credit in _credit_by_key(statement):
            by_member = members.setdefault(key, {})
            by_member[statement.member_id] = by_member.get(statement.member_id, 0) + credit
    campaigns = {key[0] for key in members}
    for campaign in sorted(campaigns):
        of_campaign = {key: by_member for key, by_member in members.items() if key[0] == campaign}
        yield count_record(campaign, 1, *(_row(key, by_member) for key, by_member in of_campaign.items()))


def _credit_by_key(statement: Statement) -> Iterable[tuple[CountKey, int]]:
    month = month_in_jakarta(parse(statement.occurred_at or ""))
    for one in statement.lines:
        for model in MODELS:
            credit = msgspec.structs.asdict(one.credit)[model]
            if credit is not None:
                yield (
                    (one.campaign_id, (statement.place or "")[:5], month, statement.kind or "", model),
                    credit,
                )


def _row(key: CountKey, by_member: dict[str, int]) -> CountRow:
    _, district, month, kind, model = key
    return CountRow(district, month, kind, model, sum(by_member.values()), len(by_member))
