"""Options that several commands share, so that they read the same everywhere."""

from typing import Annotated

import typer

Database = Annotated[
    str, typer.Option("--database", help="The store, as a URL: sqlite:///sambung.db", show_default=False)
]
Broker = Annotated[
    str | None,
    typer.Option("--broker", help="HOST:PORT,… of a Kafka cluster; without it the embedded one is started."),
]
RequiredBroker = Annotated[str, typer.Option("--broker", help="HOST:PORT,… of a Kafka cluster.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document for a machine to read.")]
