"""The season `diy-2017`, simulated once."""

import json
from typing import Any

import pytest

from sambung.season import Season, simulate

SEED = 2017
Row = dict[str, Any]


@pytest.fixture(scope="session")
def clean_diy() -> Season:
    return simulate("diy-2017", SEED, clean=True)


@pytest.fixture(scope="session")
def events(clean_diy: Season) -> list[Row]:
    """Every event of diy-2017 once."""
    return [json.loads(line) for line in clean_diy.lines()]


@pytest.fixture(scope="session")
def enrollments(events: list[Row]) -> list[Row]:
    return [event for event in events if event["type"] == "enrollment"]


@pytest.fixture(scope="session")
def gatherings(events: list[Row]) -> list[Row]:
    return [event for event in events if event["type"] == "outreach-event"]


@pytest.fixture(scope="session")
def inspections(events: list[Row]) -> list[Row]:
    return [event for event in events if event["type"] == "inspection"]


@pytest.fixture(scope="session")
def truth(clean_diy: Season) -> list[Row]:
    return list(clean_diy.truth())
