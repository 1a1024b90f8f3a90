"""Health of a gateway at a port of its own, which `sambung health` and Prometheus may ask from elsewhere."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp

from api.intake.results import NOT_ALLOWED
from models.intake.refusal import Reason
from sambung.health_port import At, health_port
from tests.api.gateways import Kept, gateway
from tests.services.ports import free_port


def asked(folder: Path, path: str, publisher: Kept) -> tuple[int, Any]:
    port = free_port()
    headers = {"X-Forwarded-For": "192.0.2.7"}  # what the gateway's own port tells to this machine alone

    async def scenario() -> tuple[int, Any]:
        async with (
            health_port(gateway(folder, publisher=publisher), At("127.0.0.1", port, "NAME")),
            aiohttp.ClientSession(headers=headers) as session,
            session.get(f"http://127.0.0.1:{port}{path}") as answer,
        ):
            text = answer.content_type == "text/plain"
            return answer.status, await (answer.text() if text else answer.json())

    return asyncio.run(scenario())


def test_it_lives_and_is_ready(tmp_path: Path) -> None:
    assert asked(tmp_path, "/health", Kept()) == (200, {"alive": True})
    assert asked(tmp_path, "/ready", Kept()) == (200, {"ready": True, "missing": []})


def test_it_tells_what_is_missing(tmp_path: Path) -> None:
    away = Kept()
    away.away = "Kafka is away."
    assert asked(tmp_path, "/ready", away) == (503, {"ready": False, "missing": ["Kafka is away."]})
    assert "sambung_gateway_ready 0.0" in asked(tmp_path, "/metrics", away)[1]


def test_its_metrics_are_told_to_others(tmp_path: Path) -> None:
    status, text = asked(tmp_path, "/metrics", Kept())
    assert status == 200
    assert "sambung_gateway_ready 1.0" in text
    assert "process_resident_memory_bytes" in text


def test_reasons_that_never_came_count_0(tmp_path: Path) -> None:
    _, text = asked(tmp_path, "/metrics", Kept())
    for reason in (*Reason, NOT_ALLOWED):
        assert f'sambung_gateway_refused_total{{reason="{reason}"}} 0.0' in text


def test_events_are_not_taken_there(tmp_path: Path) -> None:
    assert asked(tmp_path, "/v1/events", Kept())[0] == 404
