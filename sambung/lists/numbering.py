"""Which revision a row goes out as: the same content again changes nothing, other content is the next one."""

import json
from collections.abc import Callable
from typing import Any

from models.events import EVENTS, canonical, content_digest
from sambung.client.answers import Standing
from sambung.client.box import Box
from sambung.client.content import NATIONAL_ID_FIELDS, content_of

Event = dict[str, Any]
Asked = Callable[[str, str], Standing | None]
"""The revision of a type and an event id that stands at the gateway; None if none does."""


def numbered(event: Event, box: Box, standing: Asked) -> Event:
    """A valid event with its revision.

    The outbox knows what it sent. Of an event that it does not know the gateway is asked, since the list may
    have been sent from another machine. Content with national ids cannot be compared with what stands there,
    so it goes out as the revision after it, which changes no number if it says the same.
    """
    kind, event_id = event["type"], event["event_id"]
    known, content = box.known(kind, event_id), content_of(event, box.salt)
    if known is not None:
        same = (known.digest, known.mark) == (content.digest, content.mark)
        if same or known.refused:
            return event | {"revision": known.revision}
    there = standing(kind, event_id)
    if known is None and there is not None and _digest(event) == there.content_sha256:
        return event | {"revision": there.revision}
    newest = max(-1 if known is None else known.revision, -1 if there is None else there.revision)
    return event | {"revision": newest + 1}


def _digest(event: Event) -> str | None:
    """As the gateway tells it; None for content that has national ids, which are hashed there."""
    if any(name in event for name in NATIONAL_ID_FIELDS):
        return None
    return content_digest(canonical(EVENTS[event["type"]].model_validate_json(json.dumps(event))))
