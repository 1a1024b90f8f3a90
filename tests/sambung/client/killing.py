"""Kills a sender with -9 again and again, until its outbox is empty all the same."""

import random
import subprocess
import time
from pathlib import Path

from sambung.client import Outbox
from tests.sambung.client.cases import address
from tests.sambung.client.flaky_gateway import Gateway
from tests.thorough import tries
from tests.warm import Module

KILLS = tries(20)
FAULTS = ("503", "429", "500", "cut", "cut-late", "hang", "hang-late", "hotel")
TIMEOUT_S = "0.6"
ROOT = Path(__file__).parents[3]


def sender(gateway: Gateway, folder: Path, token: str, *arguments: str) -> "subprocess.Popen[str]":
    where = address(gateway, folder, token=token)
    program = "tests.sambung.client.killed_sender"
    command = (program, str(folder / "outbox"), where.url, str(where.key_file), TIMEOUT_S, *arguments)
    return Module(*command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def kill_while_it_sends(process: "subprocess.Popen[str]", after_s: float) -> bool:
    """Whether it was still sending."""
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "sending\n"
        time.sleep(after_s)
        return process.poll() is None
    finally:
        process.kill()
        process.communicate()


def send_and_kill(gateway: Gateway, folder: Path, token: str, events: int) -> None:
    """Every time in the middle of sending; the last sender is left to itself, and nothing fails any more."""
    dice = random.Random(11)
    killed = 0
    for turn in range(KILLS):
        process = sender(gateway, folder, token, *([str(events)] if turn == 0 else []))
        killed += kill_while_it_sends(process, dice.uniform(0, 0.5))
    assert killed == KILLS
    gateway.fault = lambda: ""
    gateway.seconds_a_request = 0.0
    last = sender(gateway, folder, token)
    try:
        last.communicate(timeout=180)
    finally:
        last.kill()
        last.wait()
    assert last.returncode == 0
    with Outbox(folder / "outbox") as outbox:
        assert outbox.empty
