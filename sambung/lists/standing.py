"""Which revision of an event the gateway has, for lists that may have been sent from another machine."""

from concurrent.futures import ThreadPoolExecutor
from typing import Final

from sambung.client.answers import Fault, Standing, Then
from sambung.client.gateway import Gateway
from sambung.client.pace import Clock, back_off
from sambung.terminal.exits import Exit, Failed

_ASKED_AT_ONCE: Final = 8


class Standings:
    """Asks the gateway which revision of an event stands."""

    def __init__(self, gateway: Gateway, patience_s: float) -> None:
        self._gateway = gateway
        self._patience_s = patience_s
        self._clock = Clock()
        self._told: dict[str, Standing | None] = {}

    def ask_ahead(self, kind: str, event_ids: list[str]) -> None:
        """Several at once, since each takes the line's time there and back."""
        with ThreadPoolExecutor(_ASKED_AT_ONCE) as pool:
            found = pool.map(lambda event_id: self._ask(kind, event_id), event_ids)
            self._told.update(zip(event_ids, found, strict=True))

    def of(self, kind: str, event_id: str) -> Standing | None:
        return self._told[event_id] if event_id in self._told else self._ask(kind, event_id)

    def _ask(self, kind: str, event_id: str) -> Standing | None:
        """Raises Failed if the gateway does not answer for as long as patience lasts."""
        until, faults = self._clock.now() + self._patience_s, 0
        while isinstance(found := self._gateway.standing(kind, event_id), Fault):
            faults += 1
            wait_s = back_off(faults, found.wait_s, self._clock.share())
            stopped = found.then is Then.STOP
            if stopped or self._clock.now() + wait_s > until:
                code = Exit.WRONG_USE if stopped else Exit.SERVICE_MISSING
                raise Failed(
                    code, f"The gateway has to say which rows it has. {found.sentence} Nothing is lost."
                )
            self._clock.sleep(wait_s)
        return found
