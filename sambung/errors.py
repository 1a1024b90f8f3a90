"""Exit codes, and which failure means which: every foreseeable one is a sentence, never a traceback."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum

import typer

from sambung.screen import wrapped


class Exit(IntEnum):
    """What a command's exit code says; after Ctrl-C or a signal it is 128 and the signal's number."""

    DONE = 0
    CHECK_FAILED = 1
    """A check found something wrong, or what was asked for is not there."""
    WRONG_USE = 2
    """The command, a file or a setting must be put right first."""
    SERVICE_MISSING = 3
    """The broker or the database cannot be used now, or a part of the pipeline ended by itself."""


EXIT_CODES = (
    "Exit codes: 0 done, 1 a check failed or nothing was found, 2 wrong use, 3 a service is missing, "
    "130 stopped by Ctrl-C."
)


class Failed(Exception):  # noqa: N818  it reads as what happened
    """A failure that people are told in one sentence, with the exit code that it means."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def say_to_people(sentence: str) -> None:
    """On stderr, in red on a terminal."""
    typer.secho(wrapped(sentence), err=True, fg="red")


def stop(code: int, sentence: str) -> typer.Exit:
    """Say what was wrong on stderr; raise what this returns."""
    say_to_people(sentence)
    return typer.Exit(code)


@contextmanager
def told_plainly(
    database: str = "", broker: str = "", say: Callable[[str], None] = say_to_people
) -> Iterator[None]:
    """Turn what can go wrong with files, the store, the broker and the settings into a sentence and a code.

    What is not foreseen passes through, with its traceback.
    """
    try:
        yield
    except BrokenPipeError:
        raise  # the reader of our output has seen enough; the command line ends in silence
    except Exception as error:
        foreseen = sentence_for(_first_cause(error), database, broker)
        if foreseen is None:
            raise
        code, sentence = foreseen
        say(sentence)
        raise typer.Exit(code) from error


def _first_cause(error: Exception) -> Exception:
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


def sentence_for(error: Exception, database: str, broker: str) -> tuple[int, str] | None:
    """Exit code and sentence of what is foreseen, else None."""
    match error:
        case Failed():
            return error.code, str(error)
        case OSError() if error.filename is not None:
            return Exit.WRONG_USE, f"{error.filename}: {(error.strerror or str(error)).lower()}."
        case _:
            from sambung import causes  # noqa: PLC0415  Faust and SQLAlchemy: a second, spent on failure only

            return causes.told(error, database, broker)
