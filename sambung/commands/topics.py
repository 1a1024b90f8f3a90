"""`sambung topics`: make and check what the pipeline needs on a broker."""

import asyncio

import typer
from sinks.sql import SqlSink

from models.settings import Settings
from sambung.commands.options import Database, RequiredBroker
from sambung.errors import told_plainly
from sambung.pipeline import Reference, cluster_id, now_us, origin_of, world_of
from streams.agents import NAMES
from streams.topics import check, create

topics = typer.Typer(help="Make and check the topics of a broker.", no_args_is_help=True)


@topics.command("create")
def create_command(database: Database, broker: RequiredBroker) -> None:
    """Create every topic that is missing, and begin a stream in the store if this broker has none yet."""
    settings = Settings()
    with told_plainly(database, broker):
        created = asyncio.run(_create(database, broker, settings))
    typer.echo(f"created {len(created)} topics" if created else "every topic is there")
    for name in created:
        typer.echo(f"  {name}")


@topics.command("check")
def check_command(database: Database, broker: RequiredBroker) -> None:
    """Say whether every topic is there with the right number of partitions; exit 2 if not."""
    settings = Settings()
    with told_plainly(database, broker):
        asyncio.run(_check(database, broker, settings))
    typer.echo("every topic is there")


async def _create(database: str, broker: str, settings: Settings) -> list[str]:
    reference = Reference.load(settings)
    sink = SqlSink(database)
    origin = origin_of(await cluster_id(broker), settings, reference)
    current = sink.current_generation()
    if current is not None and current.origin == origin:
        number = current.number
    else:
        number = sink.open_generation(origin, now_us())
    world = world_of(number, settings, reference)
    return await create(broker, world.topics, NAMES, settings.replication)


async def _check(database: str, broker: str, settings: Settings) -> None:
    reference = Reference.load(settings)
    current = SqlSink(database).current_generation()
    number = current.number if current is not None else 1
    await check(broker, world_of(number, settings, reference).topics, NAMES)
