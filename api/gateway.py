"""What the routes work with: one value, made once, at `request.app.state.gateway`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from fastapi import Request
from prometheus_client import generate_latest

from api.intake.rates import Rates
from api.intake.room import Room
from api.intake.turns import Beside
from api.keys.links import Links
from api.keys.ring import KeyRing
from api.metrics import Metrics
from api.ports import Backlog, Publisher
from api.store import StoreReader
from api.watch import Watch
from models.places import Places
from models.settings import Settings


@dataclass(frozen=True, slots=True)
class Gateway:
    settings: Settings
    places: Places
    publisher: Publisher
    store: StoreReader
    keys: KeyRing
    person_key: bytes | None = field(default=None, repr=False)
    """Key of the `person` hashes; without it events with national ids cannot be taken."""
    backlog: Backlog | None = None
    room: Room = field(default_factory=Room)
    beside: Beside = field(default_factory=Beside)
    rates: Rates = field(default_factory=Rates)
    metrics: Metrics = field(default_factory=Metrics)
    links: Links = field(default_factory=Links)
    """By which whoever has the terminal signs a browser in."""
    watch: Watch | None = None
    """Of the store; None where nobody follows it."""
    at_start: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    """What makes ready, while requests are served already, what the first of them would wait for."""
    at_stop: list[Callable[[], None]] = field(default_factory=list)
    """What ends streams when the process is to stop."""
    at_end: list[Callable[[], None]] = field(default_factory=list)
    """What closes stores once no request is under way any more."""

    @property
    def not_ready_reasons(self) -> list[str]:
        """Sentences; empty while events can be taken as they should."""
        return self.publisher.not_ready_reasons + (self.watch.not_ready_reasons if self.watch else [])

    def told_alive(self) -> dict[str, object]:
        return {"alive": True}

    async def metrics_text(self) -> bytes:
        """In Prometheus' format."""
        self.metrics.ready.set(not self.not_ready_reasons)
        self.metrics.held_bytes.set(self.room.held_bytes)
        return generate_latest(self.metrics.registry)

    async def begin(self) -> None:
        for prepare in self.at_start:
            await prepare()

    def stop(self) -> None:
        for end in self.at_stop:
            end()

    def close(self) -> None:
        for close in self.at_end:
            close()


def gateway_of(request: Request) -> Gateway:
    gateway: Gateway = request.app.state.gateway
    return gateway
