"""`sambung up`: starts, stops, what is started again, what is refused."""

import os
import signal
import socket
from pathlib import Path
from time import monotonic

import pytest

from api.journal.reader import unsettled
from api.journal.segments import segments
from api.journal.writer import JournalWriter
from tests.api.journal.records import records
from tests.builders import enrollment
from tests.end_to_end.office import Office, program_of
from tests.end_to_end.runs import alive, sambung, until
from tests.services.brokers import emptied
from tests.services.kafka import Kafka
from tests.stores import run

pytestmark = pytest.mark.broker

ENDS_S = 10.0


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "office")


def is_stored(office: Office, event_id: str) -> bool:
    return run(office.database, f"SELECT 1 FROM event WHERE event_id = '{event_id}'") != []


def test_an_event_is_counted_and_all_ends_in_order(office: Office) -> None:
    with office.running() as pid:
        office.wait_until_ready()
        token = office.key()
        status, answer = office.post(token, enrollment("m1"))
        assert (status, answer["accepted"]) == (200, 1)
        until(lambda: run(office.database, "SELECT member_id FROM member") == [("m1",)], "counted")
        until(lambda: unsettled(office.folder / "journal") == 0, "settled")
        processes = office.processes(pid)
        assert len(processes) >= 5
        began = monotonic()
        os.kill(pid, signal.SIGTERM)
        until(lambda: not any(map(alive, processes)), "ended", ENDS_S)
        assert monotonic() - began < ENDS_S
    assert "Office mode was stopped. Nothing is lost: `sambung up` goes on." in office.words()


PROGRAMS = {"gateway": " serve ", "worker": " worker ", "stream": " office-stream ", "broker": "tansu"}
"""By what people call them: a part of their command lines, and of no other's."""


def having(processes: list[int], part: str) -> list[int]:
    return [
        pid
        for pid in processes
        if program_of(pid).startswith("/") and part in program_of(pid) and "guard.py" not in program_of(pid)
    ]


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_a_process_that_is_killed_is_started_again(office: Office, program: str) -> None:
    with office.running() as pid:
        office.wait_until_ready()
        token = office.key()
        until(lambda: "Counts are live" in office.words(), "live")
        [killed] = having(office.processes(pid), program)
        first = enrollment("m1")
        assert office.post(token, first)[0] == 200
        os.kill(killed, signal.SIGKILL)
        second = enrollment("m2")
        until(lambda: office.post(token, second)[0] == 200, "taken")
        until(
            lambda: is_stored(office, first["event_id"]) and is_stored(office, second["event_id"]), "stored"
        )
        [started] = having(office.processes(pid), program)
        assert started != killed
    told = {" serve ": "The gateway ended (signal 9).", " worker ": "Office mode"}
    assert told.get(program, "The stream ended") in office.words()


def test_nobody_is_left_when_it_is_killed_and_the_next_one_waits_for_the_last_to_end(office: Office) -> None:
    with office.running() as pid:
        office.wait_until_ready()
        until(lambda: "Counts are live" in office.words(), "live")
        processes = office.processes(pid)
        os.kill(pid, signal.SIGKILL)
        with office.running():
            until(lambda: office.words().count("The gateway takes events") > 1, "ready again")
            assert not any(map(alive, processes))


def test_a_folder_in_use_and_a_port_that_is_taken_are_told(office: Office) -> None:
    with office.running():
        office.wait_until_ready()
        other = sambung("up", "--dir", str(office.folder), "--port", "1")
        assert other.returncode == 3
        assert "is in use: `sambung up` runs there already" in " ".join(other.stderr.split())
    with socket.create_server(("127.0.0.1", office.port)):
        taken = sambung("up", "--dir", str(office.folder), "--port", str(office.port))
        assert taken.returncode == 2
        assert f"The gateway cannot listen at 127.0.0.1:{office.port}" in " ".join(taken.stderr.split())


def test_a_damaged_journal_is_told_and_left_out_only_where_one_says_so(office: Office) -> None:
    journal = office.folder / "journal"
    writer = JournalWriter(journal, lambda: 100)
    for first in range(3):
        writer.append(records(2 * first, 2))
    path = segments(journal)[0].path
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    refused = sambung("up", "--dir", str(office.folder), "--port", str(office.port))
    assert refused.returncode == 2
    said = "".join(refused.stderr.split())  # a path may be broken over two lines
    assert f"{path}isdamaged.Ithadtheacknowledgedrecords102to103." in said
    assert "`sambungup--leave-out-damaged`leavesthemout." in said
    with office.running("--leave-out-damaged"):
        until(lambda: unsettled_or_none(journal) == 0, "settled")
    assert "records 102 to 103" in office.words()


def unsettled_or_none(journal: Path) -> int | None:
    try:
        return unsettled(journal)
    except Exception:  # noqa: BLE001
        return None


def test_with_a_kafka_and_a_store_of_ones_own_there_is_no_journal(
    kafka: Kafka, office: Office, tmp_path: Path
) -> None:
    office.database = f"sqlite:///{tmp_path}/own.db"
    with office.running("--broker", emptied(kafka), "--database", office.database) as pid:
        office.wait_until_ready()
        assert office.post(office.key(), enrollment("m1"))[0] == 200
        until(lambda: run(office.database, "SELECT member_id FROM member") == [("m1",)], "counted")
        assert not (office.folder / "journal").exists()
        processes = office.processes(pid)
        os.kill(pid, signal.SIGTERM)
        until(lambda: not any(map(alive, processes)), "ended", ENDS_S)
