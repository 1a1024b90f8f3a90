"""`sambung health`: asks a worker or a gateway on this machine for its health."""

import json
from http.client import HTTPConnection, HTTPException
from typing import Annotated

import typer

from sambung.errors import errors_as_sentences
from sambung.terminal.exits import Exit, stop

EXAMPLES = ("sambung health --port 9600", "SAMBUNG_HEALTH_PORT=9600 sambung health --ready")

ANSWER_S = 5.0

Port = Annotated[
    int | None,
    typer.Option(
        min=1, max=65_535, help="Its health port; by default SAMBUNG_HEALTH_PORT.", show_default=False
    ),
]
Ready = Annotated[bool, typer.Option("--ready", help="Ask whether it works, not only whether it lives.")]


def health(*, port: Port = None, ready: Ready = False) -> None:
    """Ask a worker or a gateway on this machine how it is; exit 0 if it is well, 1 if not.

    For supervisors and containers, whose images need no curl for it.
    """
    with errors_as_sentences():
        from models.settings import Settings  # noqa: PLC0415  see replay.py

        settings = Settings()
    used = port or settings.health_port
    if not used:
        raise stop(
            Exit.WRONG_USE,
            "No port was named, so nobody can be asked. Start a worker with SAMBUNG_HEALTH_PORT, a gateway "
            "with SAMBUNG_GATEWAY_HEALTH_PORT, and name the same port here: sambung health --port 9600",
        )
    try:
        answer = _request(settings.health_host, used, "/ready" if ready else "/health")
    except (OSError, HTTPException, ValueError) as error:
        raise stop(
            Exit.CHECK_FAILED,
            f"Nobody answers at {settings.health_host}:{used} ({error or type(error).__name__}).",
        ) from error
    if not (answer.get("ready") or answer.get("alive")):
        raise stop(Exit.CHECK_FAILED, f"Not ready: {'; '.join(answer.get('missing', []))}.")
    typer.echo("ready" if ready else "alive")


def _request(host: str, port: int, path: str) -> dict[str, list[str]]:
    connection = HTTPConnection(host, port, timeout=ANSWER_S)  # no proxy, whatever the environment says
    try:
        connection.request("GET", path)
        answer = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    if not isinstance(answer, dict):
        raise ValueError("that is neither of them")  # noqa: TRY004  caught above
    return answer
