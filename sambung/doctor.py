"""Checks of everything that a worker needs; a failed check does not end the run."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, TypeVar

from sqlalchemy import make_url, text

from models.settings import FILE_VARIABLE, Settings
from sambung.connecting import connection_to
from sambung.errors import explain
from sambung.following import Reference, Stream, durability_of, existing_stream
from sambung.stores.office_size import examine_office
from sambung.terminal.exits import Exit, Failed
from sinks.sql import SqlSink
from sinks.store import REVISION, open_for_reading, open_store
from streams.app import check_settings
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.probe import cluster_id
from streams.engine.kafka.transactions import advice, lasting_transactions
from streams.stages import NAMES
from streams.topics import provision
from streams.topics.continuity import check_commits
from streams.topics.names import told_of_copies

T = TypeVar("T")

ROOM_BYTES = 1 << 30
"""Least free space on a disk for a worker or a store."""
BROKER_S = 20.0
"""Timeout of one request to the broker."""


class Finding(NamedTuple):
    what: str
    well: bool
    told: str
    """Result; if something is wrong, also what to do."""


@dataclass(frozen=True)
class CheckContext:
    database: str
    broker: str | None
    """None leaves out the checks of a broker."""
    settings: Settings
    data_dir: Path

    @property
    def connection(self) -> Connection:
        """To the broker, which must be there."""
        assert self.broker is not None  # noqa: S101
        return connection_to(self.broker, self.settings)

    @cached_property
    def stream(self) -> Stream:
        """Followed by the store. Raises Failed if there is none, or if it was not fed completely."""
        with closing(SqlSink(self.database)) as sink:
            stream = _ask(existing_stream(self.connection, sink, self.settings, self.database))
        if stream.unfed:
            raise Failed(
                Exit.CHECK_FAILED,
                "The stream was begun and never fed completely. Do it again: sambung topics create",
            )
        return stream


class Check(NamedTuple):
    what: str
    run: Callable[[CheckContext], str]
    """Returns a description of what is well; raises an error otherwise."""
    needs: tuple[str, ...] = ()
    """Checks that must succeed before this one can run."""


def examine(context: CheckContext) -> Iterator[Finding]:
    """Run every check, ordered so that earlier failures explain later ones."""
    well: set[str] = set()
    for what, check, needs in LOCAL if context.broker is None else LOCAL + ON_BROKER:
        missing = [need for need in needs if need not in well]
        if missing:
            finding = Finding(
                what, well=False, told=f"not checked, as this is needed first: {', '.join(missing)}"
            )
        else:
            finding = _finding(what, check, context)
        if finding.well:
            well.add(what)
        yield finding


def _finding(what: str, check: Callable[[CheckContext], str], context: CheckContext) -> Finding:
    try:
        return Finding(what, well=True, told=check(context))
    except Exception as error:
        foreseen = explain(error, context.database, context.broker or "")
        if foreseen is None:
            raise
        return Finding(what, well=False, told=foreseen[1])


def _environment(context: CheckContext) -> str:
    del context
    check_settings(os.environ)
    known_names = {FILE_VARIABLE, *(f"SAMBUNG_{name}".upper() for name in Settings.model_fields)}
    given = sorted(name for name in os.environ if name.upper().startswith("SAMBUNG_"))
    if unknown := [name for name in given if name.upper() not in known_names]:
        raise Failed(
            Exit.CHECK_FAILED,
            f"{', '.join(unknown)} is no setting, so nothing obeys it. Look for a typing error.",
        )
    return f"{', '.join(given)} set" if given else "nothing set, so every setting has its default"


def _reference(context: CheckContext) -> str:
    rules, places = Reference.load(context.settings)
    return f"rules {rules.version}, {len(places.sub_districts()):,} sub-districts"


def _state_folder(context: CheckContext) -> str:
    folder = context.data_dir
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        return _room_at(folder)


def _store(context: CheckContext) -> str:
    open_for_reading(context.database).dispose()
    return f"it is there, with the schema {REVISION}"


def _store_writable(context: CheckContext) -> str:
    engine = open_store(context.database)
    try:
        with engine.connect() as connection:
            connection.execute(text("UPDATE generation SET number = number WHERE number < 0"))
            connection.rollback()
    finally:
        engine.dispose()
    return "a transaction can be begun"


def _room_for_store(context: CheckContext) -> str:
    url = make_url(context.database)
    if url.get_backend_name() != "sqlite" or not url.database:
        return "that is the database server's concern; look there"
    return _room_at(Path(url.database).absolute().parent)


def _room_at(folder: Path) -> str:
    free = shutil.disk_usage(folder).free
    found = f"{free / (1 << 30):,.1f} GiB free at {folder}"
    if free < ROOM_BYTES:
        raise Failed(Exit.CHECK_FAILED, f"Only {found}. Make room: at least {ROOM_BYTES >> 30} GiB.")
    return found


def _broker(context: CheckContext) -> str:
    return f"cluster {_ask(cluster_id(context.connection))} answers"


def _stream(context: CheckContext) -> str:
    number = context.stream.context.generation
    return f"the store follows generation {number} of the stream on this broker"


def _topics(context: CheckContext) -> str:
    wanted = context.stream.context.topics
    _ask(provision.check(context.connection, wanted, NAMES, durability_of(context.settings)))
    found = f"all there, {wanted.partitions} partitions each, and nothing in them is ever deleted unread"
    warning = told_of_copies(context.settings.replication)
    return f"{found}; but {warning}" if warning else found


def _logs(context: CheckContext) -> str:
    _ask(check_commits(context.connection, context.stream.context.topics))
    return "every stage can go on reading where it stopped"


def _transactions(context: CheckContext) -> str:
    partitions = context.stream.context.topics.public_inputs
    if lasting := _ask(lasting_transactions(context.connection, partitions)):
        raise Failed(Exit.CHECK_FAILED, advice(lasting, context.connection.bootstrap))
    return "none holds events back"


def _ask(request: Awaitable[T]) -> T:
    async def in_time() -> T:
        async with asyncio.timeout(BROKER_S):
            return await request

    return asyncio.run(in_time())


LOCAL = (
    Check("environment", _environment),
    Check("rules and places", _reference),
    Check("state folder", _state_folder),
    Check("store", _store),
    Check("writing to the store", _store_writable, ("store",)),
    Check("room for the store", _room_for_store),
    Check("office mode", lambda context: examine_office(context.database), ("store",)),
)
ON_BROKER = (
    Check("broker", _broker),
    Check("stream", _stream, ("broker", "store", "rules and places")),
    Check("topics", _topics, ("stream",)),
    Check("logs", _logs, ("topics",)),
    Check("transactions", _transactions, ("topics",)),
)
