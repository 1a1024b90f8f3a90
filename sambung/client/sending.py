"""Sends what waits in a box, batch by batch, until nothing is left or patience ends."""

from collections.abc import Callable
from typing import NamedTuple

from sambung.client.answers import NO_PERSON_KEY, Fault, Result, Then
from sambung.client.box import Box
from sambung.client.box_file import only_sender
from sambung.client.gateway import Gateway
from sambung.client.kept import Limits, Waiting
from sambung.client.pace import LARGEST_EVENT_BYTES, MOST_BYTES, MOST_EVENTS, BatchSize, Clock, back_off

_BATCH_SIZE = "events in a batch"
"""Note of a box: what got through last, for an app that tries once now and then."""
BUSY = "Another process is sending from this outbox."
_TOO_LARGE = (
    f"The event has more than {LARGEST_EVENT_BYTES:,} bytes. Share its attendees among several events."
)


class Sent(NamedTuple):
    """What became of the events that waited."""

    accepted: int
    refused: int
    """They lie aside: `Outbox.refused`."""
    left: int
    """Not sent yet, or not known to be durable."""
    problem: str
    """Why events are left; empty if none are."""
    correct_first: bool = False
    """A person has to correct the address or a key; trying again changes nothing."""


class Sending:
    """One run. Events that fail alone go behind the others, so that nothing blocks."""

    def __init__(
        self, box: Box, gateway: Gateway, patience_s: float, progress: Callable[[int], None], clock: Clock
    ) -> None:
        self._box = box
        self._gateway = gateway
        self._patience_s = patience_s
        self._progress = progress
        self._clock = clock
        self._size = BatchSize(box.note(_BATCH_SIZE, MOST_EVENTS))
        self._accepted = self._refused = self._faults = 0
        self._later: set[int] = set()
        """Refused for now: not again in this run."""
        self._keyless: Fault | None = None
        """The gateway cannot take national ids now; other events do not wait for those with some."""
        self._until = clock.now() + patience_s

    def run(self) -> Sent:
        with only_sender(self._box.path, self._patience_s) as alone:
            fault = self._drain() if alone else Fault(Then.WAIT, BUSY)
        left = self._box.waiting
        if fault is None and left:
            fault = Fault(Then.WAIT, "It refused some events for now; send again later.")
        problem = fault.sentence if fault and left else ""
        stopped = bool(fault and left and fault.then is Then.STOP)
        return Sent(self._accepted, self._refused, left, problem, stopped)

    def _drain(self) -> Fault | None:
        """Send until nothing is left; the fault that ended it otherwise."""
        checked = False
        while batch := self._box.next_batch(self._limits()):
            found: list[Result] | Fault | None = None if checked else self._gateway.person_key_fault()
            if found is None:
                checked = True
                found = self._send(batch)
            if isinstance(found, Fault):
                if not self._go_on_after(found, batch, sent=checked):
                    return found
            else:
                self._take(batch, found)
        return self._keyless

    def _limits(self) -> Limits:
        return Limits(self._size.events, MOST_BYTES, self._later, national_ids=self._keyless is None)

    def _send(self, batch: list[Waiting]) -> list[Result] | Fault:
        if len(batch[0].body) > LARGEST_EVENT_BYTES:
            batch[1:] = []
            return [Result("too_large", (_TOO_LARGE,))]
        return self._gateway.publish([one.body for one in batch], [one.event_id for one in batch])

    def _take(self, batch: list[Waiting], results: list[Result]) -> None:
        pairs = list(zip(batch, results, strict=True))
        self._later.update(one.id for one, result in pairs if result.later)
        settled = [(one, result) for one, result in pairs if not result.later]
        self._box.settle(settled)
        accepted = sum(result.accepted for _, result in settled)
        self._accepted += accepted
        self._refused += len(settled) - accepted
        self._faults = 0
        self._until = self._clock.now() + self._patience_s
        self._resize(self._size.grown())
        self._progress(len(batch))

    def _shrink(self, fault: Fault, batch: list[Waiting]) -> None:
        self._resize(self._size.halved(len(batch)))
        if len(batch) == 1:
            self._take(batch, [Result(fault.reason, (fault.sentence,))])

    def _resize(self, size: BatchSize) -> None:
        if size.events != self._size.events:
            self._box.set_note(_BATCH_SIZE, size.events)
        self._size = size

    def _go_on_after(self, fault: Fault, batch: list[Waiting], *, sent: bool) -> bool:
        """Make ready for the next try; False if there is to be none."""
        if fault.then is Then.STOP:
            return False
        if fault.reason == NO_PERSON_KEY and self._keyless is None:
            self._keyless = fault
            return True
        if sent and fault.then is Then.SHRINK:
            self._shrink(fault, batch)
            return True
        twice = fault.then is Then.DIVIDE and self._faults > 0
        if sent and (fault.then is Then.SLOW or twice):
            self._resize(self._size.halved(len(batch)))
            if len(batch) == 1:
                self._box.put_behind(batch)
        self._faults += 1
        wait_s = back_off(self._faults, fault.wait_s, self._clock.share())
        if self._clock.now() + wait_s > self._until:
            return False
        self._clock.sleep(wait_s)
        return True
