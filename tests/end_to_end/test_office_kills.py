"""An office under load of which every process is killed: each acknowledged event is counted, exactly once."""

from pathlib import Path
from random import Random
from time import sleep
from typing import Final

import pytest

from api.journal.reader import unsettled
from tests.end_to_end.office import Office, kill
from tests.end_to_end.runs import until
from tests.end_to_end.teams import Teams, check_all_is_counted_once
from tests.faults.load import events
from tests.thorough import THOROUGH

pytestmark = [pytest.mark.broker, pytest.mark.timeout(1_200)]

KILLS: Final = 30 if THOROUGH else 4
LONGEST_LIFE_S: Final = 9.0
"""Beyond the first cut of a start; some kills come while the stream is still being rebuilt."""
SETTLED_S: Final = 240.0


def test_every_acknowledged_event_is_counted_once_whatever_is_killed(tmp_path: Path) -> None:
    rng = Random("kills")
    office = Office(tmp_path / "office")
    with office.running():
        office.wait_until_ready()
        token = office.key()
    with Teams(office.port, token, events(7_000)) as teams:
        for _ in range(KILLS):
            with office.running() as pid:
                sleep(rng.uniform(0.5, LONGEST_LIFE_S))
                processes = office.processes(pid)
                rng.shuffle(processes)
                kill(processes)
        with office.running():
            teams.stop()
            until(lambda: unsettled(office.folder / "journal") == 0, "settled", SETTLED_S)
    assert teams.cut_off > 0
    check_all_is_counted_once(teams, office.database)
