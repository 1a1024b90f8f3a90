"""The page for readers of live counts: its program is run as printed, and ends with what the store has."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Sent
from tests.end_to_end.runs import PATIENCE_S, until, url
from tests.end_to_end.workers import Cluster
from tests.services.brokers import Brokers

pytestmark = pytest.mark.broker

PAGE = Path(__file__).parents[2] / "docs" / "consuming.md"
LONGEST = 20
LAST_LINES = 40
"""Published only once the program has printed something."""


@pytest.fixture
def cluster(brokers: Brokers, tmp_path: Path) -> Iterator[Cluster]:
    with brokers.new() as address, ExitStack() as running:
        cluster = Cluster(brokers.connection(address), tmp_path, url(tmp_path / "sambung.db"))
        cluster.create_first_topics()
        cluster.start(running, "first")
        yield cluster


def program() -> str:
    [code] = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return str(code)


def test_the_program_has_twenty_lines() -> None:
    assert len([line for line in program().splitlines() if line]) <= LONGEST


def test_the_program_follows_what_the_store_has(cluster: Cluster, sent: Sent) -> None:
    script, printed = cluster.folder / "follow.py", cluster.folder / "printed"
    script.write_text(program().replace("HOST:PORT", cluster.address), encoding="utf-8")
    cluster.publish(sent.lines[:-LAST_LINES])
    with (
        printed.open("wb") as output,
        subprocess.Popen([sys.executable, str(script)], stdout=output) as running,
    ):
        try:
            until(lambda: printed.stat().st_size > 0, "printed", PATIENCE_S)
            cluster.publish(sent.lines[-LAST_LINES:])
            cluster.wait_until_stored()
            wanted = workers_by_campaign(cluster.folder / "sambung.db")
            assert len(wanted) > 3
            until(lambda: last_printed(printed) == wanted, "as the store", PATIENCE_S)
        finally:
            running.kill()


def last_printed(printed: Path) -> dict[str, str]:
    """The last number of each campaign; those of which none are left are left out."""
    lines = re.findall(r"^(\S+): (\S+) workers$", printed.read_text(encoding="utf-8"), re.MULTILINE)
    return {campaign: number for campaign, number in dict(lines).items() if number != "0.000000"}


def workers_by_campaign(store: Path) -> dict[str, str]:
    query = (
        "SELECT campaign_id, sum(credit) FROM live_count WHERE kind = 'worker' AND model = 'linear' "
        "GROUP BY campaign_id"
    )
    with sqlite3.connect(store) as connection:
        return {campaign: f"{credit / 1e6:,.6f}" for campaign, credit in connection.execute(query)}
