"""`sambung worker`: the six stages, and the way into the store, until it is told to stop."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from sinks.sql import SqlSink

from models.settings import Settings
from sambung.commands.options import Database, RequiredBroker
from sambung.errors import Exit, stop, told_plainly
from sambung.pipeline import Reference, cluster_id, origin_of, world_of
from streams import app
from streams.delivery import Delivery


def worker(
    database: Database,
    broker: RequiredBroker,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where this worker keeps its state; one a worker.")
    ] = None,
    sink: Annotated[bool, typer.Option(help="Write the store too; otherwise somebody else does.")] = True,
) -> None:
    """Run the pipeline's stages until told to stop (Ctrl-C, SIGTERM).

    Start as many as there are partitions; they share the work, and take over from each other.
    """
    settings = Settings()
    with told_plainly(database, broker):
        asyncio.run(_run(database, broker, settings, data_dir or settings.data_dir, sink=sink))


async def _run(database: str, broker: str, settings: Settings, data_dir: Path, *, sink: bool) -> None:
    reference = Reference.load(settings)
    store = SqlSink(database)
    current = store.current_generation()
    origin = origin_of(await cluster_id(broker), settings, reference)
    if current is None or current.origin != origin:
        raise stop(
            Exit.WRONG_USE,
            "This store has no stream on this broker with these rules, places and partitions yet. "
            f"Begin one first: sambung topics create --broker {broker} --database {database}",
        )
    world = world_of(current.number, settings, reference)
    config = app.WorkerConfig(broker, world, data_dir / world.topics.app_id, settings.session_timeout_s)
    if not sink:
        await app.run(config)
        return
    delivery = Delivery(broker, world.topics, world.generation, dict(store.positions()))
    await delivery.start()
    delivering = asyncio.create_task(_deliver(delivery, store))
    try:
        await app.run(config)
    finally:
        delivering.cancel()
        await delivery.stop()


async def _deliver(delivery: Delivery, store: SqlSink) -> None:
    try:
        while True:
            await delivery.deliver(store.apply)
    except Exception as error:  # noqa: BLE001 - a failing sink ends the process, whatever the reason
        app.end_process("sink", error)
