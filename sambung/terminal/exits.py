"""Exit codes and failures: one sentence on stderr, never a traceback."""

from enum import IntEnum

import typer

from sambung.terminal.screen import wrapped


class Exit(IntEnum):
    """Exit codes of the commands; after Ctrl-C or a signal it is 128 plus the signal's number."""

    DONE = 0
    CHECK_FAILED = 1
    """A check found something wrong, or nothing was found."""
    WRONG_USE = 2
    """The command, a file or a setting must be corrected first."""
    SERVICE_MISSING = 3
    """The broker or the database cannot be used now, or a part of the pipeline ended by itself."""


EXIT_CODES = (
    "Exit codes: 0 done, 1 a check failed or nothing was found, 2 wrong use, 3 a service is missing, "
    "130 stopped by Ctrl-C."
)


def reason_of(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


class Failed(Exception):  # noqa: N818  it reads as what happened
    """A failure with its exit code; the text is one sentence for people."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def print_error(sentence: str) -> None:
    """On stderr, in red on a terminal."""
    typer.secho(wrapped(sentence), err=True, fg="red")


def stop(code: int, sentence: str) -> typer.Exit:
    """Print the sentence on stderr; the caller raises what this returns."""
    print_error(sentence)
    return typer.Exit(code)
