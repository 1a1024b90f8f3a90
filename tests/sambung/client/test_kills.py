"""The client is killed with -9 while it sends to a gateway that fails at random: nothing lost or doubled."""

from pathlib import Path

from sambung.client import Outbox
from tests.sambung.client.flaky_gateway import TOKEN, Gateway, at_random, running
from tests.sambung.client.killing import FAULTS, send_and_kill, sender
from tests.thorough import tries

EVENTS = tries(20_000)


def test_an_outbox_survives_every_kill(tmp_path: Path) -> None:
    gateway = Gateway(fault=at_random(11, 0.4, FAULTS), seconds_a_request=0.25)
    with running(gateway):
        send_and_kill(gateway, tmp_path, TOKEN, EVENTS)
    assert len(gateway.events) == EVENTS
    assert gateway.differing == 0


def test_processes_with_one_outbox_send_each_event_once(tmp_path: Path) -> None:
    with running(Gateway()) as gateway:
        started = [sender(gateway, tmp_path, TOKEN, str(EVENTS)) for _ in range(3)]
        outputs = [process.communicate(timeout=120)[0] for process in started]
        assert all(process.returncode == 0 for process in started), outputs
    assert len(gateway.events) == EVENTS
    assert set(gateway.copies.values()) == {1}
    with Outbox(tmp_path / "outbox") as outbox:
        assert outbox.empty
