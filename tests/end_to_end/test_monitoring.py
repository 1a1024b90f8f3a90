"""The monitoring of a real worker: its metrics match what was published, its log names nobody."""

import asyncio
import json
import re
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.error import HTTPError

import pytest
from prometheus_client.parser import text_string_to_metric_families

from models.intake.refusal import Reason
from models.places import Places
from streams.engine.kafka.sending import new_producer, send
from tests.end_to_end.conftest import Sent
from tests.end_to_end.runs import rows, sambung_here, until, url
from tests.end_to_end.workers import Cluster
from tests.oracle.judging import judge, topic_named_by
from tests.services.brokers import Brokers
from tests.services.ports import free_port

pytestmark = pytest.mark.broker

STAGE_OF = {"enrollment": "enrollment", "outreach-event": "outreach", "inspection": "inspection"}
NOBODY = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])|(?<![0-9])[0-9]{16}(?![0-9])")

Figures = dict[tuple[str, str], float]


class Monitored:
    """A worker that has done all there was, and its port."""

    def __init__(self, cluster: Cluster, port: int) -> None:
        self.cluster = cluster
        self.port = port

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    def figures(self) -> Figures:
        """By name and labels, the values of the labels joined by commas."""
        found = {}
        for family in text_string_to_metric_families(self.get("/metrics")[1]):
            for sample in family.samples:
                found[sample.name, ",".join(sample.labels.values())] = sample.value
        return found


@pytest.fixture(scope="module")
def monitored(brokers: Brokers, tmp_path_factory: pytest.TempPathFactory, sent: Sent) -> Iterator[Monitored]:
    folder = tmp_path_factory.mktemp("monitored")
    port = free_port()
    with brokers.new() as address, ExitStack() as running:
        cluster = Cluster(brokers.connection(address), folder, url(folder / "sambung.db"))
        cluster.create_first_topics()
        cluster.start(running, "first", SAMBUNG_HEALTH_PORT=str(port))
        until(lambda: "worker_started" in cluster.log("first").read_text(), "started")
        cluster.publish(sent.lines)
        cluster.wait_until_stored()
        yield Monitored(cluster, port)


@pytest.fixture(scope="module")
def figures(monitored: Monitored) -> Figures:
    """Once every lag is reported as 0."""

    def at_rest() -> bool:
        lags = [value for (name, _), value in monitored.figures().items() if name == "sambung_lag_records"]
        return len(lags) > 6 and not any(lags)

    until(at_rest, "without lag")
    return monitored.figures()


def test_events_are_those_that_were_published(figures: Figures, sent: Sent) -> None:
    published = Counter(map(topic_named_by, sent.lines))
    for topic, stage in STAGE_OF.items():
        assert figures["sambung_events_total", stage] == published[topic] > 0


def test_refusals_are_those_of_the_oracle(figures: Figures, sent: Sent, monitored: Monitored) -> None:
    places = Places.load()
    addressed = [(topic, line) for line in sent.lines if (topic := topic_named_by(line)) is not None]
    verdicts = [judge(topic, line.rstrip(b"\r"), places) for topic, line in addressed]
    wanted = Counter(verdict for verdict in verdicts if isinstance(verdict, str))
    counted = {reason: value for (name, reason), value in figures.items() if name == "sambung_refused_total"}
    assert set(counted) == set(Reason)  # also those that never came
    conflicts = counted.pop("conflict")
    assert Counter(counted) == wanted
    assert conflicts == sum(
        row[0] == "conflict" for row in rows(monitored.cluster.folder / "sambung.db", "rejected")
    )


def test_every_stage_tells_of_its_checkpoints_and_its_state(figures: Figures) -> None:
    for stage in ("enrollment", "outreach", "inspection", "journey", "attribution", "tally"):
        count = figures["sambung_checkpoints_total", stage]
        assert count == figures["sambung_checkpoint_seconds_count", stage] > 0
        assert figures["sambung_state_bytes", stage] > 0
        assert figures["sambung_state_cached_rows", stage] > 0


def test_the_delay_from_publish_to_count_is_told_and_plausible(figures: Figures) -> None:
    count = figures["sambung_publish_to_count_seconds_count", ""]
    assert count > 0
    assert 0 < figures["sambung_publish_to_count_seconds_sum", ""] / count < 120
    ages = [value for (name, _), value in figures.items() if name == "sambung_newest_event_age_seconds"]
    assert len(ages) == 3
    assert all(0 <= age < 300 for age in ages)


def test_what_went_into_the_store_is_counted(figures: Figures, monitored: Monitored) -> None:
    assert figures["sambung_store_batches_total", ""] > 0
    assert figures["sambung_store_reachable", ""] == 1
    stored = figures["sambung_store_records_total", "rejected"]
    assert stored == len(rows(monitored.cluster.folder / "sambung.db", "rejected")) > 0
    assert figures["process_open_fds", ""] > 0


def test_it_lives_and_is_ready(monitored: Monitored) -> None:
    status, answer = monitored.get("/health")
    assert (status, json.loads(answer)["alive"]) == (200, True)
    assert monitored.get("/ready") == (200, '{"ready": true, "missing": []}')
    assert monitored.figures()["sambung_ready", ""] == 1
    for options in ([], ["--ready"]):
        assert sambung_here("health", "--port", str(monitored.port), *options).returncode == 0


def test_where_nobody_answers_health_says_so() -> None:
    port = free_port()
    asked = sambung_here("health", "--port", str(port))
    assert asked.returncode == 1
    assert f"Nobody answers at 127.0.0.1:{port}" in asked.stderr
    assert sambung_here("health").returncode == 2


def test_a_port_that_is_taken_is_told_in_a_sentence(monitored: Monitored) -> None:
    with monitored.cluster.worker("late", "--no-sink", SAMBUNG_HEALTH_PORT=str(monitored.port)) as worker:
        assert worker.wait(60) == 2
    message = " ".join(monitored.cluster.log("late").read_text().split())
    assert f"cannot be served at 127.0.0.1:{monitored.port}" in message
    assert "Traceback" not in message


def test_logs_are_json_and_name_no_person(monitored: Monitored, sent: Sent) -> None:
    text = monitored.cluster.log("first").read_text()
    assert {"worker_starting", "worker_started"} <= {json.loads(line)["event"] for line in text.splitlines()}
    assert NOBODY.findall(text) == []
    words = set(re.findall(r"[A-Za-z0-9._-]+", text))
    assert words.isdisjoint(one["member_id"] for one in sent.tables["member"])


def test_a_record_that_stops_a_worker_is_named_by_its_place_alone(monitored: Monitored) -> None:
    async def poison() -> int:
        async with new_producer(monitored.cluster.connection, "test") as producer:
            spans = await send(producer, {("sambung-g1-member", 1): [(b"M-3201011505900001", b"none", ())]})
        return spans["sambung-g1-member", 1].first

    offset = asyncio.run(poison())
    [worker] = monitored.cluster.tended
    assert worker.process.wait(60) == 1
    last = json.loads(monitored.cluster.log("first").read_text().splitlines()[-1])
    assert (last["event"], last["level"], last["where"]) == ("stopped", "critical", "stage attribution")
    place = (last["stage"], last["topic"], last["partition"], last["offset"])
    assert place == ("attribution", "sambung-g1-member", 1, offset)
    assert "3201011505900001" not in Path(monitored.cluster.log("first")).read_text()
