"""The sink process: delivers the stages' outputs to the store, and tells the worker that started it."""

import os
from contextlib import closing
from typing import NamedTuple

from models.settings import Settings
from sambung.errors import explain
from sambung.following import stream_of_worker
from sambung.stores.store_lock import store_lock
from sambung.terminal.exits import Exit, Failed
from sambung.worker.sink_messages import AtWork, Failure, Tell, offsets_of
from sambung.worker.store_writer import StoreWriter
from sinks.sql import SqlSink
from streams.delivery import Delivery
from streams.engine.failures import describe_error
from streams.engine.kafka.connection import Connection
from streams.engine.stall import StalledError
from streams.stages import StageContext


class SinkOptions(NamedTuple):
    database: str
    connection: Connection
    settings: Settings

    def explain(self, error: Exception) -> tuple[int, str] | None:
        """Exit code and sentence; None for an unforeseen error."""
        return explain(error, self.database, self.connection.bootstrap)

    def describe(self, error: Exception) -> str:
        """Sentence about an error of the store, without secrets."""
        foreseen = self.explain(error)
        return type(error).__name__ if foreseen is None else foreseen[1]


async def serve(options: SinkOptions, tell: Tell) -> None:
    """Never returns. Raises Failed if the store has no stream on the broker, and errors that do not pass."""
    with closing(SqlSink(options.database)) as store, store_lock(options.database) as lock:
        lock.share()
        context = await _fed_stream(options, store)
        delivery = Delivery(options.connection, context.topics, context.generation, dict(store.positions()))
        await delivery.start()
        code: int = Exit.SERVICE_MISSING
        try:
            tell(AtWork(context.generation, offsets_of(delivery.positions)))
            writer = StoreWriter(delivery, lock.guarded(store.apply), tell, options.describe)
            await _write(writer, options)
        except Failed as failed:
            tell(Failure(str(failed)))  # now, as the process may end below
            code = failed.code
            raise
        finally:
            if not await delivery.stop():  # a transaction must not outlive the lock, so both end now
                os._exit(code)


async def _fed_stream(options: SinkOptions, store: SqlSink) -> StageContext:
    stream = await stream_of_worker(options.connection, store, options.settings, options.database)
    if stream.unfed:
        raise Failed(
            Exit.WRONG_USE,
            "This store's stream lacks what the store knows of before: its feeding was cut short. Do it "
            f"again: sambung topics create --broker {options.connection.bootstrap} "
            f"--database {options.database}",
        )
    return stream.context


async def _write(writer: StoreWriter, options: SinkOptions) -> None:
    try:
        await writer.run()
    except StalledError as error:
        raise Failed(Exit.CHECK_FAILED, str(error)) from error
    except Exception as error:
        if options.explain(error) is None:  # its own text may quote personal data
            sentence = f"The store's sink failed ({describe_error(error)})."
            raise Failed(Exit.CHECK_FAILED, sentence) from error
        raise
