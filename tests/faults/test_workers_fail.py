"""Workers are killed, frozen, stopped, lose their state, come and go."""

import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from random import Random
from time import monotonic, sleep

from tests.faults.page import Tried
from tests.faults.scene import scene

Tell = Callable[[Tried], None]

KILLS = 20
TRIES = 3
STOPS = 5
STOPS_S = 10.0
RESUMES_S = 15.0
PAUSE_S = 3.0
"""Longer than a session: the group has given the partitions away by then."""
USUAL_SESSION = {"session_timeout_s": "8"}


def test_killed_at_random_moments(tmp_path: Path, tell: Tell) -> None:
    rng = Random(2017)
    with scene(tmp_path) as told:
        workers = told.pair()
        with told.load():
            for _ in range(KILLS):
                sleep(rng.uniform(0.1, 2.0))
                mark = told.mark()
                rng.choice(workers).kill_and_start_again()
            seconds = told.seconds_until_done(mark)
        tell(told.verdict("`kill -9` of one of two workers at random moments", KILLS, seconds))


def test_killed_with_the_usual_session(tmp_path: Path, tell: Tell) -> None:
    """Nobody starts it again: the other one takes over."""
    with scene(tmp_path, **USUAL_SESSION) as told:
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


def test_killed_and_its_state_deleted(tmp_path: Path, tell: Tell) -> None:
    seconds = []
    with scene(tmp_path) as told:
        told.start("first")
        second = told.start("second", "--no-sink")
        with told.load():
            for _ in range(TRIES):
                sleep(1.5)
                mark = told.mark()
                second.process.kill()
                second.process.wait()
                shutil.rmtree(told.cluster.data_dir("second"))
                second.tend()
                seconds.append(told.seconds_until_done(mark))
        fault = "`kill -9` of one of two workers, its state deleted"
        tell(told.verdict(fault, TRIES, max(seconds)))


def test_workers_join_and_leave(tmp_path: Path, tell: Tell) -> None:
    seconds = []
    with scene(tmp_path) as told:
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


def test_frozen_past_its_session(tmp_path: Path, tell: Tell) -> None:
    seconds = []
    with scene(tmp_path) as told:
        for worker in told.pair():
            with told.load():
                for _ in range(TRIES):
                    sleep(1)
                    mark = told.mark()
                    worker.process.send_signal(signal.SIGSTOP)
                    sleep(PAUSE_S)
                    worker.process.send_signal(signal.SIGCONT)
                    seconds.append(told.seconds_until_done(mark))
        fault = "SIGSTOP of one of two workers past its session, then SIGCONT"
        tell(told.verdict(fault, 2 * TRIES, max(seconds)))


def test_told_to_stop_under_load(tmp_path: Path, tell: Tell) -> None:
    seconds = []
    with scene(tmp_path) as told:
        workers = told.pair()
        with told.load():
            for number in range(STOPS):
                worker = workers[number % 2]
                sleep(1.5)
                mark = told.mark()
                began = monotonic()
                worker.process.send_signal(signal.SIGTERM)
                assert worker.process.wait(STOPS_S) == 0
                assert monotonic() - began < STOPS_S
                worker.tend()
                seconds.append(told.seconds_until_done(mark))
        tell(told.verdict("SIGTERM to one of two workers under load", STOPS, max(seconds)))
