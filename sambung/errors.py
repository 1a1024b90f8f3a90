"""Which failure means which exit code: every foreseeable one is a sentence, never a traceback."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from sambung.terminal.exits import Exit, Failed, say_to_people


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
