"""All events of a request: the verdict on each, and which of them its key allows."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from api.intake.turns import LARGE_BYTES, Beside, in_turns
from api.intake.verdicts import Refused, verdict_on
from api.keys.key import Key, scope_to_publish
from api.keys.places import may_publish, standing_places
from api.store import StoreReader
from models.events import Event
from models.places import Places


class NotAllowed(NamedTuple):
    """A valid event that the key does not allow."""

    event: Event
    scope: str
    """The scope that the key lacks; empty if it is a place."""


Verdict = Event | Refused | NotAllowed


async def judged(
    values: Sequence[bytes], places: Places, person_key: bytes | None, beside: Beside
) -> list[Event | Refused]:
    """In their order. Raises NoPersonKey."""
    judge = partial(verdict_on, places=places, person_key=person_key)
    large = {
        number: await beside.run(partial(judge, value))
        for number, value in enumerate(values)
        if len(value) > LARGE_BYTES
    }

    def verdicts() -> Iterator[Event | Refused]:
        for number, value in enumerate(values):
            yield large[number] if number in large else judge(value)

    return await in_turns(verdicts() if large else map(judge, values))


async def allowed(verdicts: Sequence[Event | Refused], key: Key, store: StoreReader) -> Sequence[Verdict]:
    """The same with what the key does not allow. The store is asked for keys with places alone.

    Raises StoreAway.
    """
    types = {one.type for one in verdicts if not isinstance(one, Refused)}
    lacking = {kind for kind in types if scope_to_publish(kind) not in key.scopes}
    if not lacking and not key.places:
        return verdicts
    wanted = {
        (one.type, one.event_id)
        for one in verdicts
        if not isinstance(one, Refused) and key.places and one.type not in lacking
    }
    standing = await store.read(lambda connection: standing_places(connection, wanted)) if wanted else {}

    def check(one: Event | Refused) -> Verdict:
        if isinstance(one, Refused):
            return one
        if one.type in lacking:
            return NotAllowed(one, scope_to_publish(one.type).value)
        return one if may_publish(key, one, standing) else NotAllowed(one, "")

    return [check(one) for one in verdicts]
