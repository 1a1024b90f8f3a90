"""Sentences for people about the exceptions that the libraries raise."""

import os
import sqlite3

from aiokafka.errors import KafkaError
from pydantic import ValidationError
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, OperationalError

from models.reference import ReferenceFileError
from models.settings import FILE_VARIABLE, SettingsFileError
from reports.exports import NotExported
from reports.moments import NoSuchMoment
from sambung.broker.embedded import BrokerError
from sambung.replay.pipeline import WorkerDied
from sambung.terminal.exits import Exit
from sinks.base import StoreError, StoreUnavailable
from sinks.store import first_line
from streams.app import SettingsError
from streams.engine.kafka.probe import UnreachableError
from streams.engine.kafka.watermarks import WatermarksError
from streams.engine.stall import StalledError
from streams.topics.names import TopicsError

Explanation = tuple[Exit, str]


def explain_library_error(error: Exception, database: str, broker: str) -> Explanation | None:  # noqa: PLR0911  one per case
    """Exit code and sentence; None for an unforeseen error."""
    match error:
        case StoreError() | DBAPIError() | NoSuchModuleError() | sqlite3.Error():
            return _store(error, database)
        case (
            NoSuchMoment()
            | NotExported()
            | TopicsError()
            | ReferenceFileError()
            | SettingsError()
            | SettingsFileError()
        ):
            return Exit.WRONG_USE, str(error)
        case ValidationError() if error.title == "Settings":
            return Exit.WRONG_USE, _settings(error)
        case BrokerError() | WorkerDied() | StalledError() | UnreachableError() | WatermarksError():
            return Exit.SERVICE_MISSING, str(error)
        case KafkaError() | ConnectionError() | TimeoutError():
            return Exit.SERVICE_MISSING, _broker(error, broker)
        case OSError():
            return Exit.SERVICE_MISSING, f"The machine says: {error.strerror or error}. Put that right first."
    return None


def _store(error: Exception, database: str) -> Explanation:
    match error:
        case StoreError() if isinstance(error.__cause__, (OperationalError, sqlite3.OperationalError)):
            return _database(error.__cause__, database)
        case StoreUnavailable():
            return Exit.SERVICE_MISSING, f"{str(error).rstrip('.')}. {_hint(str(error))}"
        case StoreError():
            return Exit.WRONG_USE, str(error)
        case NoSuchModuleError():
            return Exit.WRONG_USE, f"{database!r} is no database URL. For a file: sqlite:///sambung.db"
    return _database(error, database)


_HINTS = {
    "lock": "Another program holds it. Let that end, or end it, and run the same command again.",
    "readonly": "You may read it, but this command writes. Give it the right to, or name another file.",
    "read-only": "This server, or this role, may only be read. Name one that may be written to.",
    "denied for table rejected": "A reader and an analyst do not see what refused records contain, only how "
    "many there are of which reason. Connect as the role that owns the store.",
    "denied for table event": "It has the content of events, which a reader does not see. Connect as an "
    "analyst: `sambung migrate --analyst ROLE` makes one.",
    "denied": "Let the one who owns the database give you the right to.",
    "depend on it": "Drop what was built on sambung's views, run this again, and build it anew.",
    "connection": "See that its server runs, and that the URL says where it is and who you are. What was cut "
    "off is completed by the same command again: nothing is counted twice.",
    "unable to open": "See that its folder is there, that you may write to it, and that its disk is not "
    "read-only.",
    "No space left": "Make room, and run the same command again: nothing is counted twice.",
    "full": "Make room, and run the same command again: nothing is counted twice.",
}


def _database(error: Exception, database: str) -> Explanation:
    problem = first_line(error) if isinstance(error, DBAPIError) else str(error)
    shown = make_url(database).render_as_string(hide_password=True)
    return Exit.SERVICE_MISSING, f"The database {shown} cannot be used: {problem}. {_hint(problem)}"


def _hint(problem: str) -> str:
    hints = (hint for sign, hint in _HINTS.items() if sign in problem)
    return next(hints, "Look at its path, your rights to it and the room on the disk.")


def _broker(error: Exception, broker: str) -> str:
    name = type(error).__name__.removesuffix("Error")
    reason = str(error).removeprefix(f"{type(error).__name__}: ") or name
    if "AuthorizationFailed" in name:
        return (
            f"The broker {broker} does not let this user do that ({name}). docs/operating/secure.md lists "
            "the rights that are needed."
        )
    if "bootstrap" in reason:
        reason = "nobody listens there"
    return f"The broker {broker} does not answer ({reason}). Start it, or look at its address."


def _settings(error: ValidationError) -> str:
    """Grouped by where each was set; the environment takes precedence over the file."""
    in_environment = {name.upper() for name in os.environ}
    file = os.environ.get(FILE_VARIABLE)
    problems: dict[str, list[str]] = {}
    for details in error.errors():
        name, problem = str(details["loc"][0]), details["msg"].removeprefix("Value error, ")
        variable = f"SAMBUNG_{name.upper()}"
        in_file = file is not None and variable not in in_environment
        problems.setdefault(file if file and in_file else "the environment", []).append(
            f"{name if in_file else variable}: {problem}"
        )
    return " ".join(
        f"A setting in {place} is wrong. {'; '.join(found)}." for place, found in problems.items()
    )
