"""A store filled through its sink, to be looked at, and spoilt, by SQL."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec
from sqlalchemy import Connection, text

from models.events import EVENTS, canonical
from models.instants import month_in_jakarta, parse
from models.statement import CountRow, Statement, decode_statement
from sinks.sql import SqlSink
from sinks.store import open_for_reading, open_store
from tests.builders import Event, line
from tests.sinks.records import MODELS, NOW_US, ORIGIN, batch, count

Result = TypeVar("Result")
Cell = tuple[str, str, str, str, str]


class Filled:
    def __init__(self, url: str) -> None:
        self._url = url
        self._sink = SqlSink(url)
        self._sink.open_generation(ORIGIN, NOW_US)

    def say(self, *statements: bytes, counted: bool = True) -> None:
        """Take in statements, one a member, and the counts that they add up to."""
        self._sink.apply(batch(*statements, counts=tuple(_counts(statements)) if counted else ()))

    def accept(self, *events: Event) -> None:
        bodies = (canonical(EVENTS[event["type"]].model_validate_json(line(event))) for event in events)
        self._sink.apply(batch(accepted=tuple(bodies)))

    def spoil(self, sql: str) -> None:
        engine = open_store(self._url)
        with engine.begin() as connection:
            assert connection.execute(text(sql)).rowcount > 0, "the test spoils nothing"
        engine.dispose()

    def read(self, report: Callable[[Connection], Result]) -> Result:
        engine = open_for_reading(self._url)
        with engine.begin() as connection:
            found = report(connection)
        engine.dispose()
        return found

    def close(self) -> None:
        self._sink.close()


def _counts(values: Iterable[bytes]) -> Iterable[bytes]:
    members: dict[Cell, dict[str, int]] = {}
    for said in map(decode_statement, values):
        for cell, credit in _cells(said):
            by_member = members.setdefault(cell, {})
            by_member[said.member_id] = by_member.get(said.member_id, 0) + credit
    campaigns = {cell[0] for cell in members}
    for campaign in sorted(campaigns):
        of_campaign = {cell: by_member for cell, by_member in members.items() if cell[0] == campaign}
        yield count(campaign, 1, *(_row(cell, by_member) for cell, by_member in of_campaign.items()))


def _cells(said: Statement) -> Iterable[tuple[Cell, int]]:
    month = month_in_jakarta(parse(said.occurred_at or ""))
    for one in said.lines:
        for model in MODELS:
            credit = msgspec.structs.asdict(one.credit)[model]
            if credit is not None:
                yield (one.campaign_id, (said.place or "")[:5], month, said.kind or "", model), credit


def _row(cell: Cell, by_member: dict[str, int]) -> CountRow:
    _, district, month, kind, model = cell
    return CountRow(district, month, kind, model, sum(by_member.values()), len(by_member))
