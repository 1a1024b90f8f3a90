"""Answers about single events: refused ones, and where one is."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from api.shapes.base import NOT_YET, AsOf, Count, Instant, PageShape, ProblemShape, Shape
from models.events import EventType
from models.intake.refusal import Reason
from sinks.refused import Outcome

Seconds = Annotated[float, Field(ge=0)]


class Header(Shape):
    key: str
    value: str | None


class RefusedRecord(Shape):
    """As in the table `rejected`: all that the record had, with national ids masked."""

    reason: Reason
    errors: list[str]
    """What is wrong, where, and what to write instead; in English."""
    topic: str | None
    """Null for what was refused before any topic, by the gateway or by `sambung replay`."""
    partition: Count | None
    offset: Count | None
    file: str | None
    """`gateway/` and the name of the key, for what the gateway refused."""
    line: Count | None
    key: str | None
    value: str | None
    headers: list[Header]


class EventName(Shape):
    """Of the event of which a refused value was a revision."""

    type: EventType
    event_id: str
    revision: Count


class RefusedItem(Shape):
    id: str
    """As `sambung rejected list` shows it."""
    now: Outcome
    """What would become of it if it were sent again now."""
    event: EventName | None
    """Null where the value does not say it validly."""
    record: RefusedRecord


class RefusedPage(PageShape):
    """Refused records, the newest first; a page of large ones is shorter than its limit."""

    items: list[RefusedItem]


class Standing(Shape):
    """The revision that counts."""

    revision: Count
    status: Literal["active", "cancelled"]
    occurred_at: Instant
    recorded_at: Instant
    source: str
    place: str
    content_sha256: str
    """SHA-256 of the canonical text with revision 0: whether content is the same that one has."""


class RevisionShape(Shape):
    """What became of one revision."""

    revision: Count
    result: Literal["stands", "superseded", "conflict", "refused"]
    """`conflict`: other content of the same revision was recorded later, and won."""
    recorded_at: Instant | None
    """Null where only the refusal is known, as is `source`."""
    source: str | None
    reason: Reason | None
    """Of what was refused."""
    errors: list[str]
    """Of what was refused; in English."""
    batch: Count
    """The batch of the store that brought it."""


class EventShape(AsOf):
    """Where an event is."""

    type: EventType
    event_id: str
    standing: Standing | None
    """Null if every revision that is known was refused."""
    revisions: list[RevisionShape]
    """By revision, then as they came."""


class NotYetShape(ProblemShape):
    """The store knows nothing of the event, which may still be under way."""

    model_config = ConfigDict(title=NOT_YET)
    batch: Count
    committed_at: Instant
    lag_s: Seconds
    """How long ago the store was last written: what was sent since then may not be there yet."""
    rebuilding: bool
    """Whether the stream is being rebuilt, so that new events come late."""
