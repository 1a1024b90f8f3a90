"""Records for Kafka: an accepted event on its topic, a refused one on `rejected`."""

from collections.abc import Iterator, Sequence
from typing import Final

from api.intake.judging import NotAllowed, Verdict
from api.intake.verdicts import Refused
from api.ports import PublicRecord
from models.events import canonical
from models.intake.request_refusal import rejected_event
from streams.topics.names import REJECTED

KEY_HEADER: Final = "sambung-key"
"""Header with the name of the key under which an event came."""


def records_of(verdicts: Sequence[Verdict], sender: str, request: str) -> Iterator[PublicRecord]:
    """`sender` is the name of the key, `request` the request's id."""
    headers = ((KEY_HEADER, sender.encode()),)
    for one in verdicts:
        if isinstance(one, Refused):
            key, value = rejected_event(one.refusal, sender, request, one.kept)
            yield PublicRecord(REJECTED, key, value)
        elif not isinstance(one, NotAllowed):
            yield PublicRecord(one.type, one.event_id.encode(), canonical(one), headers)
