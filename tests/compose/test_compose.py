"""docker-compose.yml, read by the library that Docker's own plugin reads it with."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).parent
FILE = FOLDER.parents[1] / "docker-compose.yml"


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program beside this file, built."""
    program = tmp_path_factory.mktemp("compose") / "reader"
    if shutil.which("go") is None:
        missing("the program go is not installed")
    command = ["go", "build", "-mod=readonly", "-o", str(program), "."]
    built = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)
    if built.returncode:
        missing(f"go could not build tests/compose: {built.stderr.strip()}")
    return program


def missing(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"docker-compose.yml was not checked, since {reason}")
    pytest.skip(f"docker-compose.yml is not checked here, since {reason}")


def read(reader: Path, file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(reader), str(file)], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]
    return services


def test_the_file_holds(reader: Path) -> None:
    found = read(reader, FILE)
    assert found.stderr == ""
    assert found.stdout.split() == ["kafka", "postgres", "topics", "worker-1", "worker-2"]


@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ("restart: unless-stopped", "restarts: unless-stopped", "restarts"),
        ("condition: service_healthy", "condition: service_is_well", "condition"),
        ("  state-2:\n", "", "undefined volume state-2"),
        ("    kafka:\n      condition", "    kafak:\n      condition", "undefined service"),
        ("build: .", "build: nowhere", "nowhere/Dockerfile"),
    ],
)
def test_a_file_that_does_not_hold_is_refused(
    reader: Path, tmp_path: Path, right: str, wrong: str, complaint: str
) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert right in text
    file = tmp_path / "docker-compose.yml"
    file.write_text(text.replace(right, wrong), encoding="utf-8")
    found = read(reader, file)
    assert found.returncode == 1
    assert complaint in found.stderr


def test_servers_are_of_fixed_releases(services: dict[str, Any]) -> None:
    assert services["kafka"]["image"].startswith("apache/kafka:4.1.")
    assert services["postgres"]["image"] == "postgres:15"
    assert services["kafka"]["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"


def test_only_this_machine_reaches_them(services: dict[str, Any]) -> None:
    assert all(port.startswith("127.0.0.1:") for one in services.values() for port in one.get("ports", ()))
    assert [name for name in services if "ports" in services[name]] == ["kafka", "postgres"]


def test_workers_share_no_state(services: dict[str, Any]) -> None:
    first, second = (set(services[name]["volumes"]) for name in ("worker-1", "worker-2"))
    assert first
    assert second
    assert not first & second


def test_whether_a_worker_is_well_is_asked_where_it_says_so(services: dict[str, Any]) -> None:
    for name in ("worker-1", "worker-2"):
        _, program, command, _, port = services[name]["healthcheck"]["test"]
        assert (program, command) == ("sambung", "health")
        assert services[name]["environment"]["SAMBUNG_HEALTH_PORT"] == port


def test_one_worker_alone_writes_the_store(services: dict[str, Any]) -> None:
    assert [name for name in ("worker-1", "worker-2") if "--no-sink" not in services[name]["command"]] == [
        "worker-1"
    ]


@pytest.mark.parametrize("service", ["topics", "worker-1", "worker-2"])
def test_its_commands_are_ones_that_sambung_knows(services: dict[str, Any], service: str) -> None:
    command = [sys.executable, "-m", "sambung", *services[service]["command"], "--help"]
    asked = subprocess.run(command, cwd=FILE.parent, capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stderr
