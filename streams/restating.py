"""The ledger under some rules: the stages' own folds over an archive, in one process, without a broker.

An archive has one revision of each event, so the order is chosen in which every fold has the least to do: all
that touches first, then the enrollments. Nothing depends on it, so each member ends with the statement with
which a stream under the same rules ends.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, TypeVar

from models.places import Places
from models.rules import Rules
from streams.attribution.attribution import AttributionFold, AttributionTopics
from streams.attribution.event import EventFold, EventTopics, InputPartition, Reach
from streams.attribution.journey import JourneyFold
from streams.attribution.outcome import Outcomes
from streams.attribution.reach import enrollment_reach, inspection_reach, outreach_reach
from streams.step import Fold, Out, Record, Row, Rows

TYPES: Final = ("outreach-event", "inspection", "enrollment")
"""Event types in the order in which their archives are read."""
_JOURNEY, _MEMBER, _CREDIT, _TALLY = "journey", "member", "credit", "tally"
_ACCEPTED, _REJECTED = "accepted", "rejected"
_CHUNK_EVENTS: Final = 1_000

R = TypeVar("R", bound=Row)


@dataclass(slots=True)
class Restated:
    statements: dict[bytes, bytes] = field(default_factory=dict)
    """The last record on `credit` of each member; its version and time mean nothing."""
    events: int = 0
    """That were read."""
    refused: int = 0
    """Those among them that are no longer accepted."""


class _Remembered(Rows[R]):
    """Rows in memory."""

    def __init__(self) -> None:
        self._groups: dict[bytes, dict[bytes, R]] = {}

    def group(self, key: bytes) -> dict[bytes, R]:
        return self._groups.setdefault(key, {})

    def write(self, key: bytes, slot: bytes, *, write_last: bool = False) -> None:
        """Nothing more to do: the fold changed the group in place."""

    def scan(self) -> Iterator[tuple[bytes, bytes, R]]:
        return ((group, slot, row) for group, rows in self._groups.items() for slot, row in rows.items())


class _Forgotten(_Remembered[R]):
    """Rows of events that come once only, so that nobody asks for them again."""

    def group(self, key: bytes) -> dict[bytes, R]:  # noqa: ARG002
        return {}


class _Stage:
    """A fold with one partition."""

    def __init__(self, fold: Fold) -> None:
        self._fold = fold
        self._offset = -1

    def fold(self, key: bytes | None, value: bytes) -> None:
        self._offset += 1
        for _ in self._fold.step(Record(self._offset, 0, key, value)) or ():
            pass

    def outputs(self) -> list[Out]:
        return self._fold.outputs()


def restate(
    archive: Mapping[str, Iterable[bytes]],
    places: Places,
    rules: Rules,
    progress: Callable[[int], None] = lambda _: None,
) -> Restated:
    """Fold the canonical texts of each type (`TYPES`); `progress` gets the number of events read so far."""
    found = Restated()
    journey = _Stage(JourneyFold(_Remembered(), rules, _MEMBER, _only))
    topics = AttributionTopics(_CREDIT, _TALLY)
    member = _Stage(AttributionFold(_Remembered(), 0, Outcomes(rules), 0, topics))
    for event_type in TYPES:
        stage = _event_stage(event_type, places)
        for bodies in _chunks(archive[event_type]):
            for body in bodies:
                stage.fold(None, body)
            for out in _messages(stage, journey):
                if out.topic == _MEMBER:
                    member.fold(out.key, out.value)
                found.refused += out.topic == _REJECTED
            found.statements.update((out.key, out.value) for out in member.outputs() if out.topic == _CREDIT)
            found.events += len(bodies)
            progress(found.events)
    return found


def _messages(stage: _Stage, journey: _Stage) -> Iterator[Out]:
    """Outputs of a stage of events, and the answers that follow from them."""
    for out in stage.outputs():
        if out.topic == _JOURNEY:
            journey.fold(out.key, out.value)
        else:
            yield out
    yield from journey.outputs()


def _event_stage(event_type: str, places: Places) -> _Stage:
    reaches: dict[str, Reach] = {
        "outreach-event": outreach_reach(_JOURNEY, _MEMBER, _only, 1),
        "inspection": inspection_reach(_JOURNEY, _only),
        "enrollment": enrollment_reach(_JOURNEY, _MEMBER, _only),
    }
    source = InputPartition(event_type, 0, _only)
    topics = EventTopics(_ACCEPTED, _REJECTED)
    return _Stage(EventFold(_Forgotten(), source, places, reaches[event_type], topics))


def _only(_: bytes) -> int:
    """The only partition."""
    return 0


def _chunks(bodies: Iterable[bytes]) -> Iterator[list[bytes]]:
    bodies = iter(bodies)
    while chunk := list(islice(bodies, _CHUNK_EVENTS)):
        yield chunk
