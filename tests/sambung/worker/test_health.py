"""HTTP answers of a worker that is not ready."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from sambung.health_port import At, health_port
from sambung.terminal.exits import Exit, Failed
from sambung.worker.health import Health
from streams.metrics import Metrics, state_bytes
from tests.services.ports import free_port


def at(port: int) -> At:
    return At("127.0.0.1", port, "SAMBUNG_HEALTH_PORT")


def asked(health: Health, path: str) -> tuple[int, Any]:
    port = free_port()

    async def scenario() -> tuple[int, Any]:
        async with (
            health_port(health, at(port)),
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{port}{path}") as answer,
        ):
            text = answer.content_type == "text/plain"
            return answer.status, await (answer.text() if text else answer.json())

    return asyncio.run(scenario())


def health_of(*reasons: str, trouble: str = "") -> Health:
    health = Health(Metrics())
    worker: Any = SimpleNamespace(not_ready_reasons=list(reasons), stages=[], watchdog=None)
    sink: Any = SimpleNamespace(trouble=trouble)
    health.metrics.worker, health.sink = worker, sink
    return health


def test_one_that_has_just_begun_lives_and_is_not_ready() -> None:
    health = Health(Metrics())
    assert asked(health, "/health") == (200, {"alive": True, "stalled_s": 0.0})
    assert asked(health, "/ready") == (503, {"ready": False, "missing": ["the stages have not started"]})


def test_all_that_is_missing_is_told() -> None:
    answer = asked(health_of("the group is silent", trouble="The disk is full."), "/ready")
    assert answer == (503, {"ready": False, "missing": ["the group is silent", "The disk is full."]})


def test_one_that_waits_for_nothing_is_ready() -> None:
    assert asked(health_of(), "/ready") == (200, {"ready": True, "missing": []})


def test_figures_are_there_before_there_is_anything_to_tell(tmp_path: Path) -> None:
    health = health_of()
    table = tmp_path / "v1" / "tables" / "journey-3.db"
    table.mkdir(parents=True)
    (table / "000004.log").write_bytes(b"x" * 10)
    health.state = tmp_path
    status, text = asked(health, "/metrics")
    assert status == 200
    assert 'sambung_state_bytes{stage="journey"} 10.0' in text
    assert "process_resident_memory_bytes" in text
    assert state_bytes(tmp_path / "none") == {}


def test_without_a_port_nobody_listens() -> None:
    async def scenario() -> None:
        async with health_port(Health(Metrics()), at(0)):
            pass

    asyncio.run(scenario())


def test_a_port_that_is_taken_is_wrong_use() -> None:
    port = free_port()

    async def scenario() -> None:
        async with (
            health_port(Health(Metrics()), at(port)),
            health_port(Health(Metrics()), at(port)),
        ):
            pass

    with pytest.raises(Failed, match="Set SAMBUNG_HEALTH_PORT to a port that is free") as failed:
        asyncio.run(scenario())
    assert failed.value.code == Exit.WRONG_USE
