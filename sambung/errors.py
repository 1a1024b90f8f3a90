"""Sentence and exit code for every foreseeable failure, instead of a traceback."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from sambung.terminal.exits import Exit, Failed, print_error, reason_of


@contextmanager
def errors_as_sentences(
    database: str = "", broker: str = "", report: Callable[[str], None] = print_error
) -> Iterator[None]:
    """Turn errors of files, the store, the broker and the settings into a sentence and an exit code.

    Unforeseen errors pass through, with their traceback.
    """
    try:
        yield
    except BrokenPipeError:
        raise  # nobody reads the output any more; the command line ends silently
    except Exception as error:
        foreseen = explain(_first_cause(error), database, broker)
        if foreseen is None:
            raise
        code, sentence = foreseen
        report(sentence)
        raise typer.Exit(code) from error


def _first_cause(error: Exception) -> Exception:
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


def explain(error: Exception, database: str, broker: str) -> tuple[int, str] | None:
    """Exit code and sentence; None for an unforeseen error."""
    match error:
        case Failed():
            return error.code, str(error)
        case OSError() if error.filename is not None:
            return Exit.WRONG_USE, f"{error.filename}: {reason_of(error)}."
        case _:
            from sambung import causes  # noqa: PLC0415  Faust and SQLAlchemy take a second to import

            return causes.explain_library_error(error, database, broker)
