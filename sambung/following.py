"""The stream that a store follows on a broker: an existing one, or a new one."""

import asyncio
from hashlib import blake2b
from importlib.metadata import version
from time import time_ns
from typing import Final, NamedTuple, Self

from models.places import Places
from models.rules import Rules
from models.settings import Settings
from sambung.stores.store_lock import StoreLock
from sambung.terminal.exits import Exit, Failed
from sinks.base import Generation, Origin, Sink
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.probe import cluster_id
from streams.stages import StageContext
from streams.topics.names import TopicDurability, Topics, app_id

ANSWER_S: Final = 60.0
"""How long a worker waits for the broker's cluster id."""


class Reference(NamedTuple):
    """Rules and places that the settings name."""

    rules: Rules
    places: Places

    @classmethod
    def load(cls, settings: Settings) -> Self:
        return cls(Rules.load(settings.rules), Places.load(settings.places))


def now_us() -> int:
    return time_ns() // 1_000


def origin_of(cluster: str, settings: Settings, reference: Reference) -> Origin:
    return Origin(
        cluster_id=cluster,
        app_version=version("sambung"),
        partitions=settings.partitions,
        rules_digest=reference.rules.digest,
        places_digest=reference.places.digest,
    )


def context_of(generation: int, settings: Settings, reference: Reference) -> StageContext:
    topics = Topics(app_id(generation), settings.partitions)
    return StageContext(topics, reference.places, reference.rules, generation)


def durability_of(settings: Settings) -> TopicDurability:
    return TopicDurability(settings.replication, settings.internal_retention_days)


class Stream(NamedTuple):
    context: StageContext
    unfed: bool
    """Whether the store's archive has not been fed to it completely yet."""
    state: str
    """Name of the folder in SAMBUNG_DATA_DIR that has a worker's state: `sambung-gN-` and a digest.

    The digest is of the cluster and of when the stream began: streams of two stores may have one number.
    """


async def open_or_create_stream(
    connection: Connection, sink: Sink, settings: Settings, lock: StoreLock, *, anew: bool = False
) -> Stream:
    """The stream of this store on this broker with these settings; a new one if there is none.

    A stream that was not fed completely is replaced by a new one. Raises Failed if another
    process is in the way.
    """
    reference = Reference.load(settings)
    origin = await _origin(connection, settings, reference)
    (lock.share if _is_followed(sink, origin) and not anew else lock.acquire_exclusive)()
    if anew or not _is_followed(sink, origin):  # checked again under the lock
        lock.acquire_exclusive()
        sink.open_generation(origin, now_us())
    current = sink.current_generation()
    assert current is not None  # noqa: S101  opened above
    return _stream(current, settings, reference)


async def existing_stream(connection: Connection, sink: Sink, settings: Settings, database: str) -> Stream:
    """The same, but raises Failed if there is none: a worker creates no stream."""
    reference = Reference.load(settings)
    current = sink.current_generation()
    if current is None or current.origin != await _origin(connection, settings, reference):
        raise Failed(
            Exit.WRONG_USE,
            "This store has no stream of this release on this broker with these rules, places and partitions "
            "yet. Begin one: "
            f"sambung topics create --broker {connection.bootstrap} --database {database}",
        )
    return _stream(current, settings, reference)


async def stream_of_worker(connection: Connection, sink: Sink, settings: Settings, database: str) -> Stream:
    """As `existing_stream`. Raises TimeoutError for a broker that does not tell its cluster id in time."""
    async with asyncio.timeout(ANSWER_S):
        return await existing_stream(connection, sink, settings, database)


def _stream(current: Generation, settings: Settings, reference: Reference) -> Stream:
    """Every new store counts from 1, so the number alone does not identify a worker's state."""
    context = context_of(current.number, settings, reference)
    start = f"{current.origin.cluster_id} {current.started_us}".encode()
    state = f"{context.topics.app_id}-{blake2b(start, digest_size=8).hexdigest()}"
    return Stream(context, current.settled_us is None, state)


def _is_followed(sink: Sink, origin: Origin) -> bool:
    current = sink.current_generation()
    return current is not None and current.origin == origin and current.settled_us is not None


async def _origin(connection: Connection, settings: Settings, reference: Reference) -> Origin:
    return origin_of(await cluster_id(connection), settings, reference)
