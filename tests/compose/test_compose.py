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
    assert found.stdout.split() == ["kafka", "topics", "worker-1", "worker-2"]


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


def test_kafka_is_one_fixed_release_that_only_this_machine_reaches(services: dict[str, Any]) -> None:
    image, _, release = services["kafka"]["image"].partition(":")
    assert image == "apache/kafka"
    assert release.startswith("4.1.")
    assert all(port.startswith("127.0.0.1:") for port in services["kafka"]["ports"])
    assert not any("ports" in services[name] for name in services if name != "kafka")
    assert services["kafka"]["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"


def test_workers_share_the_store_but_not_their_state(services: dict[str, Any]) -> None:
    mounted = {name: set(services[name]["volumes"]) for name in ("worker-1", "worker-2")}
    assert mounted["worker-1"] & mounted["worker-2"] == {"store:/var/lib/sambung/store"}


def test_one_worker_alone_writes_the_store(services: dict[str, Any]) -> None:
    assert [name for name in ("worker-1", "worker-2") if "--no-sink" not in services[name]["command"]] == [
        "worker-1"
    ]


@pytest.mark.parametrize("service", ["topics", "worker-1", "worker-2"])
def test_its_commands_are_ones_that_sambung_knows(services: dict[str, Any], service: str) -> None:
    command = [sys.executable, "-m", "sambung", *services[service]["command"], "--help"]
    asked = subprocess.run(command, cwd=FILE.parent, capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stderr
