"""The disk of an office is full for a while: nothing is acknowledged that is not kept."""

from pathlib import Path
from time import sleep

from api.journal.reader import unsettled
from tests.end_to_end.office import Office
from tests.end_to_end.runs import tables_for, until
from tests.end_to_end.teams import Teams
from tests.faults.disks import small_disk
from tests.faults.load import events
from tests.faults.page import Tell, Tried
from tests.faults.verdicts import compared

FULL_S = 5.0
TIMES = 2
SETTLED_S = 240.0
PAUSE_S = 0.1
"""At most 500 events per second, and never all sent before the disk is full."""


def test_the_disk_of_an_office_is_full(tmp_path: Path, tell: Tell) -> None:
    with small_disk(tmp_path / "disk") as disk:
        office = Office(disk.folder / "office")
        office.said = tmp_path / "said.txt"
        with office.running():
            office.wait_until_ready()
            with Teams(office.port, office.key(), events(8_000), count=2, pause_s=PAUSE_S) as teams:
                for _ in range(TIMES):
                    sleep(3.0)
                    disk.fill()
                    sleep(FULL_S)
                    disk.make_room()
                sleep(3.0)
                teams.stop()
            until(lambda: unsettled(office.folder / "journal") == 0, "settled", SETTLED_S)
            wrong = compared(tables_for(teams.answered), office.database)
        assert teams.refused_for_now > 0
    tell(
        Tried(
            f"an office's disk full for {FULL_S:.0f} s", TIMES, wrong.lost, wrong.doubled, 1, wrong.problems
        )
    )
