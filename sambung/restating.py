"""Computes a scenario: reads the archive in one snapshot, folds it, stores the result beside the ledger."""

import re
from collections.abc import Callable
from pathlib import Path
from time import time_ns
from typing import Final

from sqlalchemy import Connection, func, select

from models.places import Places
from models.rules import Rules
from models.tables.columns import table_of
from models.tables.rows import EventRow
from reports.scenarios import Difference, difference
from sambung.stores.reading_store import read
from sambung.stores.side_writing import change
from sambung.terminal.exits import Exit, Failed
from sinks.collector import collector_paused
from sinks.scenarios import NewScenario, add_scenario, archive_of, drop_scenario, is_taken, last_batch
from streams.restating import TYPES, Restated, restate

Progress = Callable[[str, int, int], None]
"""(what is done, so many of it, of so many)."""
_NAME: Final = re.compile(r"[a-z0-9-]{1,32}")
_EVENT: Final = table_of(EventRow)


def make_scenario(
    database: str, name: str, rules_file: Path, places: Places, progress: Progress
) -> Difference:
    """Raises Failed for a name that is taken or is none, ReferenceFileError for wrong rules."""
    if not _NAME.fullmatch(name):
        raise Failed(Exit.WRONG_USE, f"{name!r} is no name of a scenario. Write 1 to 32 of a-z, 0-9 and -.")
    rules = Rules.load(rules_file)
    with collector_paused():
        batch, found = read(database, lambda connection: _restated(connection, name, places, rules, progress))
        progress("storing the scenario", found.events, found.events)
        row = (rules.version, rules.model_dump_json(), batch, time_ns() // 1_000, found.events, found.refused)
        change(database, lambda connection: _add(connection, NewScenario(name, *row), found))
    return difference_of(database, name)


def difference_of(database: str, name: str) -> Difference:
    """Raises Failed where there is no scenario of that name."""
    found = read(database, lambda connection: difference(connection, name))
    if found is None:
        raise _unknown(name)
    return found


def remove_scenario(database: str, name: str) -> None:
    """Raises Failed where there is no scenario of that name."""
    if not change(database, lambda connection: drop_scenario(connection, name)):
        raise _unknown(name)


def _restated(
    connection: Connection, name: str, places: Places, rules: Rules, progress: Progress
) -> tuple[int, Restated]:
    if is_taken(connection, name):
        raise _taken(name)
    events = connection.scalar(select(func.count()).select_from(_EVENT)) or 0
    archive = {event_type: archive_of(connection, event_type) for event_type in TYPES}
    folded = restate(archive, places, rules, lambda done: progress("events folded", done, events))
    return last_batch(connection), folded


def _add(connection: Connection, scenario: NewScenario, found: Restated) -> None:
    if not add_scenario(connection, scenario, found.statements):
        raise _taken(scenario.name)


def _taken(name: str) -> Failed:
    return Failed(
        Exit.WRONG_USE,
        f"There is a scenario {name} already. Take another name, or remove it first: "
        f"sambung restate --drop {name}",
    )


def _unknown(name: str) -> Failed:
    return Failed(Exit.CHECK_FAILED, f"There is no scenario {name!r}. `sambung restate --list` shows all.")
