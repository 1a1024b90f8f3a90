"""A cut taken while apps go on publishing, and errors in the outputs below it."""

import json
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from aiokafka.structs import TopicPartition

from streams.drain import Cut, Look
from streams.topics.names import PUBLIC_INPUTS
from tests.builders import enrollment, line, outreach
from tests.oracle.compare import difference
from tests.oracle.tables import KEYS, Row, Table, Tables
from tests.simulation.kafka import Broker
from tests.simulation.outcome import clashes, tables, unrefused
from tests.simulation.run import MOST_TURNS, Simulation, StuckError
from tests.simulation.seasons import Records
from tests.simulation.stages import CONTEXT, SPECS

Ends = dict[tuple[str, int], int]

DISTRICT, PLACE = "34.03", "34.03.02"
"""Where nobody of any season lives but the strangers."""
STRANGER = "stranger"
AGAIN = "sent again by its app"
"""Source of an event's revision that changes nothing else, so that every other row stays what it was."""
TOGETHER = 3
"""Most records that apps publish at once."""


def later(before: Tables, seed: int) -> Records:
    """What apps publish during the cut: of each event one revision more, and strangers who meet nobody else.

    Whatever of it is in the outputs already, the rows of all others are those of the earlier records.
    """
    rng = Random(f"later {seed}")
    records = [(row["type"], _reparse(row)) for row in before["event"]]
    records += [_stranger(rng, number) for number in range(len(records))]
    rng.shuffle(records)
    return records


def _reparse(row: Row) -> bytes:
    return line(json.loads(row["body"]) | {"revision": row["revision"] + 1, "source": AGAIN})


def _stranger(rng: Random, number: int) -> tuple[str, bytes]:
    name = f"{STRANGER}-{rng.randrange(3)}"
    if rng.random() < 0.5:
        event = enrollment(name, day=20, place=PLACE, revision=number)
    else:
        event = outreach("z", name=f"{STRANGER}s meet", day=1, place=PLACE, attendees=[name], revision=number)
    return event["type"], line(event)


class Rebuild:
    """Follows a cut through a simulation that goes on meanwhile.

    Parameters
    ----------
    simulation: over records of before, then later ones.
    before: how many of them are published when the cut begins.
    """

    def __init__(self, simulation: Simulation, before: int) -> None:
        self._simulation = simulation
        self._broker = simulation.broker
        self._random = simulation.random
        simulation.busy, simulation.slow = 0.0, self._random.choice([*SPECS, None])
        self._traffic = self._random.choice((0.02, 0.05, 0.2))
        self._most_between = self._random.choice((1, 4, 16))
        last = simulation.unpublished - before
        while simulation.unpublished > last:
            simulation.publish(simulation.unpublished - last)
            self._work_off(10)
        self._looks: list[Look] = []
        self._outputs = self._followed()

    def _followed(self) -> Ends:
        """Ends of the outputs when the cut had passed."""
        cut = Cut(CONTEXT.topics)
        for _ in range(MOST_TURNS):
            self._looks.append(self._look())
            progress = cut.advance(self._looks[-1])
            if progress.passed:
                return dict(progress.outputs)
            self._go_on(self._most_between)
        raise StuckError

    def _look(self) -> Look:
        """The group is asked first, then each log, and all the time others go on."""
        commits = {one: self._broker.commits[one] for one in CONTEXT.topics.inputs}
        ends: dict[TopicPartition, int] = {}
        for one in CONTEXT.topics.inputs + CONTEXT.topics.outputs:
            self._go_on(self._random.randint(0, 1))
            ends[one] = len(self._broker.logs[one])
        return Look(commits, ends)

    def _work_off(self, most: int) -> None:
        for _ in range(self._random.randint(0, most)):
            self._simulation.work()

    def _go_on(self, most: int) -> None:
        self._work_off(most)
        if self._random.random() < self._traffic:
            self._simulation.publish(TOGETHER)

    def wrong(self, before: Tables) -> list[str]:
        """What of the rows of before is not in the outputs, and which record is not refused there."""
        inputs = {
            one: self._looks[0].ends[one] for one in CONTEXT.topics.inputs if one.topic in PUBLIC_INPUTS
        }
        below = _below(self._broker, inputs | self._outputs)
        found = _of_before(tables(below), before)
        wanted = {name: _of_before(before, before)[name] for name in found}
        return difference(wanted, found) + clashes(below) + unrefused(below)


def _below(broker: Broker, ends: Mapping[tuple[str, int], int]) -> Broker:
    """What a reader up to these ends has seen."""
    seen = Broker()
    for log, end in ends.items():
        seen.logs[log] += broker.logs[log][:end]
    return seen


def _of_before(found: Tables, before: Tables) -> Tables:
    """Without strangers, and every event as it was before it was sent again."""
    named = {_key(row): row for row in before["event"]}
    events = [_as_before(row, named[_key(row)]) for row in found["event"] if _key(row) in named]
    return {
        "event": _table("event", found, events),
        "member": _table("member", found, _acquainted(found["member"])),
        "credit_current": _table("credit_current", found, _acquainted(found["credit_current"])),
        "live_count": _table(
            "live_count", found, (row for row in found["live_count"] if row["district"] != DISTRICT)
        ),
    }


def _as_before(row: Row, known: Row) -> Row:
    return known if json.loads(row["body"])["source"] == AGAIN else row


def _acquainted(rows: Table) -> Iterator[Row]:
    return (row for row in rows if not row["member_id"].startswith(STRANGER))


def _key(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in KEYS["event"])


def _table(name: str, like: Tables, rows: Any) -> Table:
    columns = like[name].columns
    return Table.of(name, columns, ([row[column] for column in columns] for row in rows))
