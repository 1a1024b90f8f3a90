"""What an outbox keeps, and for how long."""

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sambung.client import Outbox
from sambung.client.box_file import OutboxError
from tests.sambung.client.cases import NIK, NoWait, address, enrollment, filled
from tests.sambung.client.flaky_gateway import Gateway


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("outbox*"))


def test_events_are_sent_and_only_then_the_outbox_is_empty(gateway: Gateway, tmp_path: Path) -> None:
    with filled(tmp_path / "outbox", 1_200) as outbox:
        assert (outbox.empty, outbox.waiting) == (False, 1_200)
        assert outbox.send(address(gateway, tmp_path)) == (1_200, 0, 0, "", False)
        assert outbox.empty
    assert len(gateway.events) == 1_200
    assert [count for count, _ in gateway.requests] == [500, 500, 200]


def test_the_same_event_is_not_sent_again_unless_asked_for(gateway: Gateway, tmp_path: Path) -> None:
    with filled(tmp_path / "outbox", 2) as outbox:
        outbox.send(address(gateway, tmp_path))
        assert not outbox.put(enrollment(1))
        assert outbox.put_all([(enrollment(1), "")], again=True) == 1
        outbox.send(address(gateway, tmp_path))
    assert (max(gateway.copies.values()), gateway.differing) == (2, 0)


def test_a_refused_event_lies_aside_until_its_correction_is_there(gateway: Gateway, tmp_path: Path) -> None:
    with Outbox(tmp_path / "outbox") as outbox:
        outbox.put(enrollment(1, place="99.01.01"), "form 1")
        outbox.put_all((enrollment(number), "") for number in range(2, 5))
        assert outbox.send(address(gateway, tmp_path)) == (3, 1, 0, "", False)
        (refused,) = outbox.refused()
        assert refused[1:] == (
            "enrollment",
            enrollment(1)["event_id"],
            0,
            "unknown_place",
            ("No such place.",),
            "form 1",
        )
        assert not outbox.empty
        outbox.put(enrollment(1, revision=1))
        assert (outbox.refused(), outbox.empty) == ([], False)
        assert outbox.send(address(gateway, tmp_path)).accepted == 1
        assert outbox.empty


def test_a_refused_event_can_be_sent_once_more_or_dropped(gateway: Gateway, tmp_path: Path) -> None:
    with Outbox(tmp_path / "outbox") as outbox:
        bad = enrollment(1, place="99.01.01")
        outbox.put(bad)
        for _ in range(2):
            assert outbox.send(address(gateway, tmp_path)).refused == 1
            assert outbox.put(bad)
            assert outbox.refused() == []
        outbox.send(address(gateway, tmp_path))
        (refused,) = outbox.refused()
        outbox.drop(refused.id)
        assert outbox.empty
        with pytest.raises(KeyError):
            outbox.drop(refused.id)


def test_what_waits_cannot_be_dropped(tmp_path: Path) -> None:
    with filled(tmp_path / "outbox", 1) as outbox:
        with pytest.raises(KeyError):
            outbox.drop(1)
        assert outbox.waiting == 1


def test_a_line_that_is_no_json_is_refused_by_the_gateway_alone(gateway: Gateway, tmp_path: Path) -> None:
    with Outbox(tmp_path / "outbox") as outbox:
        outbox.put_all([(b'{"type": "enrol', "list.ndjson:1"), (enrollment(1), "")])
        assert outbox.send(address(gateway, tmp_path)) == (1, 1, 0, "", False)
        (refused,) = outbox.refused()
        assert (refused.reason, refused.origin) == ("not_json", "list.ndjson:1")


def test_national_ids_are_in_the_file_until_they_are_accepted(gateway: Gateway, tmp_path: Path) -> None:
    with Outbox(tmp_path / "outbox") as outbox:
        outbox.put(enrollment(1, nik=NIK))
        outbox.put_all((enrollment(number, nik=f"{NIK[:-3]}{number}"), "") for number in range(100, 999))
        assert NIK.encode() in bytes_of(tmp_path)
        outbox.send(address(gateway, tmp_path))
        assert outbox.empty
        assert NIK[:-3].encode() not in bytes_of(tmp_path)
        assert not outbox.put(enrollment(1, nik=NIK))
        assert outbox.put(enrollment(1, nik=NIK[::-1])), "a corrected id is another event"
    assert NIK[:-3].encode() not in bytes_of(tmp_path)


def test_the_files_are_for_their_owner_only(gateway: Gateway, tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        (tmp_path / "outbox").touch(0o666)
        with filled(tmp_path / "outbox", 1) as outbox:
            outbox.send(address(gateway, tmp_path))
            outbox.put(enrollment(2))
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("outbox*")}
    finally:
        os.umask(mask)
    assert modes == dict.fromkeys(["outbox", "outbox-wal", "outbox-shm", "outbox-sending"], 0o600)


def test_another_file_is_no_outbox(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database" * 1_000)
    with pytest.raises(OutboxError, match="cannot be used as an outbox"):
        Outbox(tmp_path / "text")
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE member (id)")
    other.close()
    with pytest.raises(OutboxError, match="no outbox of this release"):
        Outbox(tmp_path / "other.db")


@pytest.mark.parametrize("event", [{"cost": float("nan")}, {"at": object()}, {1: {2, 3}}])
def test_what_is_no_json_is_told_without_being_quoted(tmp_path: Path, event: dict[str, object]) -> None:
    with (
        Outbox(tmp_path / "outbox") as outbox,
        pytest.raises(ValueError, match="something else in it") as error,
    ):
        outbox.put(event | {"nik": NIK})
    assert error.value.__cause__ is None
    assert NIK not in str(error.value)


def test_an_outbox_is_for_one_gateway(gateway: Gateway, tmp_path: Path) -> None:
    with filled(tmp_path / "outbox", 1) as outbox:
        outbox.send(address(gateway, tmp_path))
        gone = gateway.url
        gateway.port += 1
        with pytest.raises(OutboxError, match=f"the outbox for {gone}, not for"):
            outbox.send(address(gateway, tmp_path))
        outbox.move_to(gateway.url)
        outbox.put(enrollment(2))
        assert "cannot be reached" in outbox.send(address(gateway, tmp_path), clock=NoWait()).problem


def test_importing_it_is_light() -> None:
    heavy = ["faust", "aiokafka", "rocksdict", "sqlalchemy", "sqlmodel", "typer", "pydantic", "openpyxl"]
    code = f"import sys; from sambung.client import Outbox; print([n for n in {heavy} if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[]\n"
