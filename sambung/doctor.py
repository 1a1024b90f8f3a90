"""Is everything there that a worker needs? Each thing is looked at, whatever became of the ones before."""

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

from models.settings import Settings
from models.settings_file import VARIABLE
from sambung.connecting import connection_to
from sambung.errors import sentence_for
from sambung.following import Reference, Stream, durability_of, known
from sambung.terminal.exits import Exit, Failed
from sinks.sql import SqlSink
from sinks.store import open_for_reading, open_store
from streams.app import check_settings
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.probe import cluster_id
from streams.engine.kafka.transactions import advice, lasting_transactions
from streams.stages import NAMES
from streams.topics import provision
from streams.topics.continuity import check_commits

T = TypeVar("T")

ROOM_BYTES = 1 << 30
"""Free room on a disk below which a worker or a store should not be begun."""
BROKER_S = 20.0
"""How long one question to the broker may take."""


class Finding(NamedTuple):
    """What came of one look."""

    what: str
    well: bool
    told: str
    """What was found; where something is wrong, what to do."""


@dataclass(frozen=True)
class CheckContext:
    """What is looked at."""

    database: str
    broker: str | None
    """None: what concerns a broker is left out."""
    settings: Settings
    data_dir: Path

    @property
    def connection(self) -> Connection:
        """To the broker; nobody looks at it where there is none."""
        assert self.broker is not None  # noqa: S101
        return connection_to(self.broker, self.settings)

    @cached_property
    def stream(self) -> Stream:
        """The one that the store follows. Raises Failed where it follows none, or one that was not fed."""
        with closing(SqlSink(self.database)) as sink:
            stream = _answered(known(self.connection, sink, self.settings, self.database))
        if stream.unfed:
            raise Failed(
                Exit.CHECK_FAILED,
                "The stream was begun and never fed whole. Do it again: sambung topics create",
            )
        return stream


class Look(NamedTuple):
    what: str
    look: Callable[[CheckContext], str]
    """Says what is well; raises what is not."""
    needs: tuple[str, ...] = ()
    """What must be well before this can be looked at."""


def examine(patient: CheckContext) -> Iterator[Finding]:
    """Every look, in an order in which what comes first explains what comes after."""
    well: set[str] = set()
    for what, look, needs in HERE if patient.broker is None else HERE + THERE:
        missing = [need for need in needs if need not in well]
        if missing:
            finding = Finding(what, well=False, told=f"not looked at, for want of: {', '.join(missing)}")
        else:
            finding = _looked(what, look, patient)
        if finding.well:
            well.add(what)
        yield finding


def _looked(what: str, look: Callable[[CheckContext], str], patient: CheckContext) -> Finding:
    try:
        return Finding(what, well=True, told=look(patient))
    except Exception as error:
        foreseen = sentence_for(error, patient.database, patient.broker or "")
        if foreseen is None:
            raise
        return Finding(what, well=False, told=foreseen[1])


def _environment(patient: CheckContext) -> str:
    del patient
    check_settings(os.environ)
    known_names = {VARIABLE, *(f"SAMBUNG_{name}".upper() for name in Settings.model_fields)}
    given = sorted(name for name in os.environ if name.upper().startswith("SAMBUNG_"))
    if unknown := [name for name in given if name.upper() not in known_names]:
        raise Failed(
            Exit.CHECK_FAILED,
            f"{', '.join(unknown)} is no setting, so nothing obeys it. Look for a slip of the pen.",
        )
    return f"{', '.join(given)} set" if given else "nothing set, so every setting is as it comes"


def _reference(patient: CheckContext) -> str:
    rules, places = Reference.load(patient.settings)
    return f"rules {rules.version}, {len(places.sub_districts()):,} sub-districts"


def _state_folder(patient: CheckContext) -> str:
    folder = patient.data_dir
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        return _room_at(folder)


def _store(patient: CheckContext) -> str:
    open_for_reading(patient.database).dispose()
    return "it is there, and made by this release"


def _store_writable(patient: CheckContext) -> str:
    engine = open_store(patient.database)
    try:
        with engine.connect() as connection:
            connection.execute(text("UPDATE generation SET number = number WHERE number < 0"))
            connection.rollback()
    finally:
        engine.dispose()
    return "a transaction can be begun"


def _room_for_store(patient: CheckContext) -> str:
    url = make_url(patient.database)
    if url.get_backend_name() != "sqlite" or not url.database:
        return "that is the database server's concern; look there"
    return _room_at(Path(url.database).absolute().parent)


def _room_at(folder: Path) -> str:
    free = shutil.disk_usage(folder).free
    told_free = f"{free / (1 << 30):,.1f} GiB free at {folder}"
    if free < ROOM_BYTES:
        raise Failed(Exit.CHECK_FAILED, f"Only {told_free}. Make room: at least {ROOM_BYTES >> 30} GiB.")
    return told_free


def _broker(patient: CheckContext) -> str:
    return f"cluster {_answered(cluster_id(patient.connection))} answers"


def _stream(patient: CheckContext) -> str:
    number = patient.stream.context.generation
    return f"the store follows generation {number} of the stream on this broker"


def _topics(patient: CheckContext) -> str:
    wanted = patient.stream.context.topics
    _answered(provision.check(patient.connection, wanted, NAMES, durability_of(patient.settings)))
    return f"all there, {wanted.partitions} partitions each, and nothing in them is ever deleted unread"


def _logs(patient: CheckContext) -> str:
    _answered(check_commits(patient.connection, patient.stream.context.topics))
    return "every stage can go on reading where it stopped"


def _transactions(patient: CheckContext) -> str:
    partitions = patient.stream.context.topics.public_inputs
    if lasting := _answered(lasting_transactions(patient.connection, partitions)):
        raise Failed(Exit.CHECK_FAILED, advice(lasting, patient.connection.bootstrap))
    return "none holds events back"


def _answered(question: Awaitable[T]) -> T:
    """By the broker, in time."""

    async def ask() -> T:
        async with asyncio.timeout(BROKER_S):
            return await question

    return asyncio.run(ask())


HERE = (
    Look("environment", _environment),
    Look("rules and places", _reference),
    Look("state folder", _state_folder),
    Look("store", _store),
    Look("writing to the store", _store_writable, ("store",)),
    Look("room for the store", _room_for_store),
)
THERE = (
    Look("broker", _broker),
    Look("stream", _stream, ("broker", "store", "rules and places")),
    Look("topics", _topics, ("stream",)),
    Look("logs", _logs, ("topics",)),
    Look("transactions", _transactions, ("topics",)),
)
