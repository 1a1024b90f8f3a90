"""docker-compose.yml, read by the library that Docker's own plugin reads it with."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.end_to_end.runs import sambung_here

FOLDER = Path(__file__).parent
FILE = FOLDER.parents[1] / "docker-compose.yml"

SERVERS = ("kafka", "postgres", "worker-1", "worker-2", "gateway", "prometheus", "grafana")
ONCE = ("topics", "gateway-role")
"""Services that do their work and end."""
PUBLISHED = {"kafka": "19092", "postgres": "5432", "gateway": "8080", "prometheus": "9090", "grafana": "3000"}
IMAGES = {
    "kafka": r"apache/kafka:4\.1\.\d+",
    "postgres": r"postgres:15",
    "prometheus": r"prom/prometheus:v\d+\.\d+\.\d+",
    "grafana": r"grafana/grafana:\d+\.\d+\.\d+",
}
HEALTH_PORTS = {
    "worker-1": "SAMBUNG_HEALTH_PORT",
    "worker-2": "SAMBUNG_HEALTH_PORT",
    "gateway": "SAMBUNG_GATEWAY_HEALTH_PORT",
}
SECRET = re.compile(r"password|secret|token|person_key", re.IGNORECASE)


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
    assert set(found.stdout.split()) == {*SERVERS, *ONCE}


@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ("restart: unless-stopped", "restarts: unless-stopped", "restarts"),
        ("file: ./secrets/person-key", "fil: ./secrets/person-key", "fil"),
        ("secrets: [gateway-password, person-key]", "secrets: [person-keys]", "undefined secret"),
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
    images = {name: one["image"] for name, one in services.items() if one["image"] != "sambung"}
    assert images.keys() == IMAGES.keys()
    assert [name for name, image in images.items() if not re.fullmatch(IMAGES[name], image)] == []
    assert services["kafka"]["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"


def test_only_this_machine_reaches_them(services: dict[str, Any]) -> None:
    ports = {name: one["ports"] for name, one in services.items() if "ports" in one}
    assert ports.keys() == PUBLISHED.keys()
    for name, [port] in ports.items():
        assert re.fullmatch(rf"127\.0\.0\.1:\$\{{SAMBUNG_\w+_PORT:-\d+\}}:{PUBLISHED[name]}", port)


def test_servers_are_started_again_and_asked_how_they_are(services: dict[str, Any]) -> None:
    assert {services[name]["restart"] for name in SERVERS} == {"unless-stopped"}
    assert {services[name]["restart"] for name in ONCE} == {"no"}
    assert [name for name in SERVERS if not services[name]["healthcheck"]["test"]] == []
    awaited = [one["depends_on"] for one in services.values() if "depends_on" in one]
    assert all(
        one["condition"] == ("service_completed_successfully" if name in ONCE else "service_healthy")
        for each in awaited
        for name, one in each.items()
    )


def test_what_stands_open_to_apps_and_people_can_do_little(services: dict[str, Any]) -> None:
    for name in {*SERVERS, *ONCE} - {"kafka", "postgres"}:
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["security_opt"] == ["no-new-privileges:true"]


def test_no_secret_is_in_the_environment(services: dict[str, Any]) -> None:
    for service in services.values():
        named = {name: value for name, value in service.get("environment", {}).items() if SECRET.search(name)}
        assert [name for name, value in named.items() if not value.startswith("/run/secrets/")] == []
    assert "/secrets/" in (FILE.parent / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_each_gets_the_secrets_that_it_needs_alone(services: dict[str, Any]) -> None:
    given = {name: set(one["secrets"]) for name, one in services.items() if "secrets" in one}
    assert given == {
        **{name: {"sambung-password"} for name in ("postgres", "topics", "worker-1", "worker-2")},
        "gateway-role": {"sambung-password", "gateway-password"},
        "gateway": {"gateway-password", "person-key"},
        "grafana": {"grafana-password"},
    }


def test_who_watches_reaches_neither_kafka_nor_the_store(services: dict[str, Any]) -> None:
    watched = {name for name, one in services.items() if "monitoring" in one.get("networks", ())}
    assert watched == {*HEALTH_PORTS, "prometheus", "grafana"}
    assert services["prometheus"]["networks"] == services["grafana"]["networks"] == ["monitoring"]


def test_prometheus_asks_every_process_where_it_tells(services: dict[str, Any]) -> None:
    jobs = yaml.safe_load((FILE.parent / "docs/monitoring/prometheus.yml").read_text("utf-8"))[
        "scrape_configs"
    ]
    asked = {target for job in jobs for target in job["static_configs"][0]["targets"]}
    told = {f"{name}:{services[name]['environment'][port]}" for name, port in HEALTH_PORTS.items()}
    assert asked == told
    assert {services[name]["environment"]["SAMBUNG_HEALTH_HOST"] for name in HEALTH_PORTS} == {"0.0.0.0"}  # noqa: S104


def test_what_is_mounted_is_there(services: dict[str, Any]) -> None:
    mounted = [one for name in ("prometheus", "grafana") for one in services[name]["volumes"]]
    folders = [one.split(":") for one in mounted if one.startswith("./")]
    assert len(folders) == 4
    assert {mode for *_, mode in folders} == {"ro"}
    assert all((FILE.parent / folder).is_dir() for folder, *_ in folders)
    inside = {there: FILE.parent / folder for folder, there, _ in folders}
    home = Path(services["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"])
    assert (inside[str(home.parent)] / home.name).is_file()
    provider = inside["/etc/grafana/provisioning/dashboards"] / "sambung.yml"
    [loaded] = yaml.safe_load(provider.read_text(encoding="utf-8"))["providers"]
    assert loaded["options"]["path"] == str(home.parent)


def test_workers_share_no_state(services: dict[str, Any]) -> None:
    first, second = (set(services[name]["volumes"]) for name in ("worker-1", "worker-2"))
    assert first
    assert second
    assert not first & second


def test_whether_a_process_is_well_is_asked_where_it_says_so(services: dict[str, Any]) -> None:
    for name, setting in HEALTH_PORTS.items():
        _, program, command, _, port = services[name]["healthcheck"]["test"]
        assert (program, command) == ("sambung", "health")
        assert services[name]["environment"][setting] == port


def test_one_worker_alone_writes_the_store(services: dict[str, Any]) -> None:
    assert [name for name in ("worker-1", "worker-2") if "--no-sink" not in services[name]["command"]] == [
        "worker-1"
    ]


@pytest.mark.parametrize("service", ["topics", "worker-1", "worker-2", "gateway"])
def test_its_commands_are_ones_that_sambung_knows(services: dict[str, Any], service: str) -> None:
    asked = sambung_here(*services[service]["command"], "--help")
    assert asked.returncode == 0, asked.stderr


def test_the_builder_gets_all_that_it_copies() -> None:
    ignored = (FILE.parent / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = re.findall(
        r"^COPY (?!--)(.+) \S+$", (FILE.parent / "Dockerfile").read_text("utf-8"), re.MULTILINE
    )
    names = {name for line in copied for name in line.split()}
    assert "models" in names
    assert names == {line.removeprefix("!") for line in ignored if line.startswith("!")}
