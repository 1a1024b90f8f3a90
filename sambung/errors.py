"""Exit codes, and which failure means which (documented in the README)."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

import typer
from aiokafka.errors import KafkaError
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from models.reference import ReferenceFileError
from sambung.broker import BrokerError
from sambung.pipeline import WorkerDied
from sinks.base import StoreError
from streams.topics import TopicsError


class Exit(IntEnum):
    DONE = 0
    CHECK_FAILED = 1
    WRONG_USE = 2
    SERVICE_MISSING = 3


def stop(code: Exit, sentence: str) -> typer.Exit:
    """Say what was wrong on stderr; raise what this returns."""
    typer.secho(sentence, err=True, fg="red")
    return typer.Exit(int(code))


@contextmanager
def told_plainly(database: str = "", broker: str = "") -> Iterator[None]:
    """Turn what can go wrong with the store, the broker and the settings into a sentence and an exit code."""
    try:
        yield
    except Exception as error:
        cause = _first_cause(error)
        told = _told(cause, database, broker)
        if told is None:
            raise
        raise stop(*told) from error


def _first_cause(error: Exception) -> Exception:
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


def _told(error: Exception, database: str, broker: str) -> tuple[Exit, str] | None:
    match error:
        case StoreError() | TopicsError() | ReferenceFileError():
            return Exit.WRONG_USE, str(error)
        case WorkerDied():
            return Exit.CHECK_FAILED, str(error)
        case BrokerError():
            return Exit.SERVICE_MISSING, str(error)
        case ArgumentError() | NoSuchModuleError():
            sentence = f"{database!r} is no database URL. For a file: sqlite:///sambung.db (three slashes)."
            return Exit.WRONG_USE, sentence
        case OperationalError():
            sentence = (
                f"The database {database} cannot be used: {error.orig}. Look at its path, rights and disk."
            )
            return Exit.SERVICE_MISSING, sentence
        case KafkaError():
            sentence = f"The broker {broker} does not answer ({error}). Start it, or look at its address."
            return Exit.SERVICE_MISSING, sentence
        case OSError():
            return Exit.WRONG_USE, f"{error.filename or ''}: {error.strerror or error}"
        case _:
            return None
