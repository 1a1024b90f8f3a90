"""`sambung doctor`: checks everything that a worker needs."""

from pathlib import Path
from typing import Annotated

import typer

from sambung.cli.commands.options import AsJson, Database, broker_option
from sambung.errors import errors_as_sentences
from sambung.terminal.exits import Exit
from sambung.terminal.screen import wrapped

EXAMPLES = (
    "sambung doctor --database sqlite:///sambung.db",
    "sambung doctor --broker 127.0.0.1:9092 --database sqlite:///sambung.db",
)


def doctor(
    database: Database,
    broker: Annotated[
        str | None, broker_option("A Kafka cluster. Without it, only this machine and the store are checked.")
    ] = None,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where a worker would keep its state.", show_default=False)
    ] = None,
    *,
    json: AsJson = False,
) -> None:
    """Look at everything that a worker needs, and say what is wrong and what to do.

    Settings, rules and places, the disks, the store; with --broker also the broker, its topics, and whether
    they are those that the store knows. Changes nothing. Exit 1 where something is wrong.
    """
    with errors_as_sentences(database, broker or ""):
        from models.settings import Settings  # noqa: PLC0415  see replay.py
        from reports.as_json import as_json  # noqa: PLC0415
        from sambung.doctor import CheckContext, examine  # noqa: PLC0415

        settings = Settings()
        findings = []
        for finding in examine(CheckContext(database, broker, settings, data_dir or settings.data_dir)):
            findings.append(finding)
            if not json:
                typer.echo(wrapped(f"{'ok   ' if finding.well else 'WRONG'}  {finding.what}: {finding.told}"))
        if json:
            typer.echo(as_json(findings))
    if not all(finding.well for finding in findings):
        raise typer.Exit(int(Exit.CHECK_FAILED))
