"""Events to put into an outbox, and a clock that does not wait."""

import uuid
from pathlib import Path
from typing import Any

from sambung.client import GatewayAddress, Outbox
from sambung.client.pace import Clock
from tests.sambung.client.flaky_gateway import TOKEN, Gateway

NIK = "3404071503850001"


class NoWait(Clock):
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.time = 0.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    def share(self) -> float:
        return 1.0


def enrollment(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "type": "enrollment",
        "event_id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"client-{number}")),
        "occurred_at": "2017-09-04T09:00:00+07:00",
        "recorded_at": "2017-09-04T09:05:00+07:00",
        "source": "front-desk",
        "member_id": f"w-{number}",
        "kind": "worker",
        "place": "34.04.07",
    } | fields


def of_a_person(number: int) -> dict[str, Any]:
    """Every third with a national id."""
    return enrollment(number, **({"nik": f"{int(NIK) + number}"} if number % 3 == 0 else {}))


def filled(path: Path, events: int) -> Outbox:
    outbox = Outbox(path)
    outbox.put_all((enrollment(number), "") for number in range(events))
    return outbox


def address(gateway: Gateway, folder: Path, **settings: Any) -> GatewayAddress:
    key_file = folder / "app.key"
    key_file.write_text(settings.pop("token", TOKEN) + "\n")
    return GatewayAddress(gateway.url, key_file, **settings)
