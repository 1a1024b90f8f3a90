"""Workers are killed, frozen, stopped, lose their state, come and go."""

import shutil
import signal
from pathlib import Path
from random import Random
from time import monotonic, sleep

from tests.end_to_end.runs import until
from tests.faults.page import Tell
from tests.faults.scene import scene
from tests.services.kafka import Kafka

KILLS = 20
TRIES = 3
STOPS = 5
STOPS_S = 10.0
RESUMES_S = 15.0
PAUSE_S = 3.0
"""Longer than a session: the group has given the partitions away by then."""
USUAL_SESSION = {"session_timeout_s": "8"}


def test_killed_at_random_moments(tmp_path: Path, kafka: Kafka, tell: Tell) -> None:
    rng = Random(2017)
    with scene(tmp_path, kafka) as told:
        workers = told.pair()
        with told.load():
            for _ in range(KILLS):
                sleep(rng.uniform(0.1, 2.0))
                mark = told.mark()
                rng.choice(workers).kill_and_start_again()
            seconds = told.seconds_until_done(mark)
        tell(told.verdict("`kill -9` of one of two workers at random moments", KILLS, seconds))


def test_killed_with_the_usual_session(tmp_path: Path, kafka: Kafka, tell: Tell) -> None:
    """Nobody starts it again: the other one takes over."""
    with scene(tmp_path, kafka, **USUAL_SESSION) as told:
        first = told.start("first")
        seconds = []
        for number in range(TRIES):
            leaving = told.start(f"leaving-{number}", "--no-sink")
            with told.load():
                sleep(1)
                mark = told.mark()
                told.kill_for_good(leaving)
                seconds.append(told.seconds_until_done(mark))
        assert first.process.poll() is None
        assert max(seconds) < RESUMES_S
        fault = "`kill -9` of one of two workers, never started again, session time-out 8 s"
        tell(told.verdict(fault, TRIES, max(seconds)))


def test_killed_and_its_state_deleted(tmp_path: Path, kafka: Kafka, tell: Tell) -> None:
    with scene(tmp_path, kafka) as told:
        _, second = told.pair()
        state = told.cluster.data_dir("second")

        def kill(_: int) -> None:
            until(lambda: any(state.rglob("*.db")), "state there that can be deleted")
            second.process.kill()
            second.process.wait()
            shutil.rmtree(state)
            second.tend()

        tell(told.tried("`kill -9` of one of two workers, its state deleted", TRIES, kill))


def test_workers_join_and_leave(tmp_path: Path, kafka: Kafka, tell: Tell) -> None:
    seconds = []
    with scene(tmp_path, kafka) as told:
        told.start("first")
        with told.load():
            for number in range(TRIES):
                mark = told.mark()
                told.start(f"second-{number}", "--no-sink")
                leaving = told.start(f"leaving-{number}", "--no-sink")
                seconds.append(told.seconds_until_done(mark))
                mark = told.mark()
                told.stop_for_good(leaving)
                seconds.append(told.seconds_until_done(mark))
                told.stop_for_good(told.cluster.tended[-1])
        tell(told.verdict("from 1 to 3 to 2 workers", TRIES, max(seconds)))


def test_frozen_past_its_session(tmp_path: Path, kafka: Kafka, tell: Tell) -> None:
    with scene(tmp_path, kafka) as told:
        workers = told.pair()

        def freeze(number: int) -> None:
            process = workers[number % 2].process
            process.send_signal(signal.SIGSTOP)
            sleep(PAUSE_S)
            process.send_signal(signal.SIGCONT)

        fault = "SIGSTOP of one of two workers past its session, then SIGCONT"
        tell(told.tried(fault, 2 * TRIES, freeze))


def test_told_to_stop_under_load(tmp_path: Path, kafka: Kafka, tell: Tell) -> None:
    with scene(tmp_path, kafka) as told:
        workers = told.pair()

        def stop(number: int) -> None:
            worker, began = workers[number % 2], monotonic()
            worker.process.send_signal(signal.SIGTERM)
            assert worker.process.wait(STOPS_S) == 0
            assert monotonic() - began < STOPS_S
            worker.tend()

        tell(told.tried("SIGTERM to one of two workers under load", STOPS, stop))
