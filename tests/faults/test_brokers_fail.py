"""Brokers are killed, are away, and lose what they had."""

from contextlib import AbstractContextManager
from pathlib import Path
from time import sleep

from tests.end_to_end.runs import sambung, until
from tests.faults.page import Tell
from tests.faults.scene import Scene, scene
from tests.services.brokers import SHORT_SESSIONS
from tests.services.kafka import Kafka, kafka_cluster

TRIES = 3
AWAY_S = 5.0
MISSED_S = 3
"""How long the others wait for a broker that says nothing before they do without it (Kafka's default: 9)."""


def mortal(folder: Path, nodes: int = 1) -> AbstractContextManager[Kafka]:
    """Apache Kafka of this test's own; a killed broker may come back once it is missed."""
    return kafka_cluster(
        folder / "kafka", nodes, **SHORT_SESSIONS, broker_session_timeout_ms=f"{MISSED_S}000"
    )


def test_the_only_broker_is_killed(tmp_path: Path, tell: Tell) -> None:
    with mortal(tmp_path) as kafka, scene(tmp_path, kafka) as told:
        told.pair()
        fault = "`kill -9` of the only broker, started again at once"
        tell(told.tried(fault, TRIES, lambda _: kafka.restart()))


def test_one_of_three_brokers_is_gone(tmp_path: Path, tell: Tell) -> None:
    """Each of them once; with three copies of everything the others go on without it."""
    seconds = []
    with mortal(tmp_path, 3) as three, scene(tmp_path, three, replication="3") as told:
        told.pair()
        with told.load():
            for node in three.nodes:
                sleep(2)
                mark = told.mark()
                node.kill()
                seconds.append(told.seconds_until_done(mark))
                sleep(AWAY_S)
                three.start()
        fault = f"one broker of three gone (three copies, two must be in sync), missed after {MISSED_S} s"
        tell(told.verdict(fault, len(three.nodes), max(seconds)))


def test_the_topics_are_deleted(tmp_path: Path, kafka: Kafka, tell: Tell) -> None:
    with scene(tmp_path, kafka) as told:
        some_work(told)
        told.stop_all()
        told.delete_all_topics()
        refusal = told.refused_start("late")
        assert refusal.returncode == 2
        assert "sambung topics create" in one_line(refusal.stderr)
        assert told.cluster.create_topics().returncode == 0  # they are there again, and empty
        refusal = told.refused_start("late")
        assert refusal.returncode == 2
        assert "sambung topics create --anew" in one_line(refusal.stderr)
        seconds = begun_anew(told, "--anew")
        tell(told.verdict("a broker that lost its topics", 1, seconds))


def test_the_broker_comes_back_empty(tmp_path: Path, tell: Tell) -> None:
    """While a worker runs, which then ends, and is refused when it is started again."""
    with mortal(tmp_path) as kafka, scene(tmp_path, kafka, patience_s="6") as told:
        some_work(told)
        worker = told.start("only")
        kafka.restart_empty()
        until(lambda: worker.process.poll() == 2 or worker.tend(), "refused", 120.0)
        assert "sambung topics create" in one_line(told.cluster.log("only").read_text())
        told.cluster.tended.remove(worker)
        seconds = begun_anew(told)
        tell(told.verdict("a broker that comes back empty under a running worker", 1, seconds))


def some_work(told: Scene) -> None:
    told.start("before")
    with told.load():
        sleep(2)
    told.cluster.wait_until_stored()
    told.stop_all()


def begun_anew(told: Scene, *options: str) -> float:
    """Seconds until what came after the loss is stored."""
    created = told.cluster.create_topics(*options)
    assert created.returncode == 0, created.stderr
    checked = sambung(
        "topics", "check", "--broker", told.cluster.address, "--database", told.cluster.database
    )
    assert checked.returncode == 0, checked.stderr
    with told.load():
        sleep(1)
    mark = told.mark()
    told.start("after")
    return told.seconds_until_done(mark)


def one_line(text: str) -> str:
    return " ".join(text.split())
