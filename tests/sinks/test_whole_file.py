"""A file is under its name when it is whole, and not before, whatever ends its writer."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sinks.base import StoreUnavailable
from sinks.whole_file import whole_file
from tests.end_to_end.runs import environment

HALF_WRITTEN = """
import sys, time
from pathlib import Path
from sinks.whole_file import whole_file

with whole_file(Path(sys.argv[1]), lambda path: None) as partial:
    partial.write_bytes(b"half")
    print("half", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "copy"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def anything(_: Path) -> None:
    """No name is taken."""


def fail_half_way(partial: Path) -> None:
    partial.write_bytes(b"half")
    raise OSError("no room")


@contextmanager
def half_written(file: Path) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-c", HALF_WRITTEN, str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment()) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"half\n"
        yield process
        process.kill()


def test_it_has_its_name_once_it_is_whole(file: Path) -> None:
    with whole_file(file, anything) as partial:
        partial.write_bytes(b"whole")
        assert not file.exists()
    assert file.read_bytes() == b"whole"
    assert names(file.parent) == ["copy"]


def test_only_its_owner_may_read_it(file: Path) -> None:
    with whole_file(file, anything) as partial:
        assert partial.stat().st_mode & 0o777 == 0o600
    assert file.stat().st_mode & 0o777 == 0o600


def test_after_an_error_there_is_nothing_and_what_was_there_before_stays(file: Path) -> None:
    file.write_bytes(b"before")
    with pytest.raises(OSError, match="no room"), whole_file(file, anything) as partial:
        fail_half_way(partial)
    assert file.read_bytes() == b"before"
    assert names(file.parent) == ["copy"]


def test_a_name_that_was_taken_meanwhile_is_left_alone(file: Path) -> None:
    def free(path: Path) -> None:
        if path.exists():
            raise FileExistsError(path)

    with pytest.raises(FileExistsError), whole_file(file, free):
        file.write_bytes(b"somebody else's")
    assert file.read_bytes() == b"somebody else's"


def test_of_one_that_was_killed_nothing_goes_into_the_next(file: Path) -> None:
    with half_written(file) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert names(file.parent) == ["copy.partial"]
    with whole_file(file, anything) as partial:
        assert partial.read_bytes() == b""
        partial.write_bytes(b"new")
    assert (names(file.parent), file.read_bytes()) == (["copy"], b"new")


def test_two_do_not_write_one_file(file: Path) -> None:
    with half_written(file), pytest.raises(StoreUnavailable, match="is writing"), whole_file(file, anything):
        pass
    assert (file.parent / "copy.partial").read_bytes() == b"half"


def test_nobody_is_led_elsewhere_by_a_link(file: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"precious")
    (tmp_path / "copy.partial").symlink_to(precious)
    with pytest.raises(OSError, match="symbolic"), whole_file(file, anything):
        pass
    assert precious.read_bytes() == b"precious"
