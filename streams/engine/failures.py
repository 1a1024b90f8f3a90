"""Errors that end a process: they name a record's position and the line that failed, never its content.

The text of a library's exception may quote the record (`KeyError` the key, a decoder the value), and a
record may name a person. So only the exception's type and the lines of its traceback are shown.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from traceback import extract_tb
from typing import NamedTuple


class RecordPosition(NamedTuple):
    """Topic, partition and offset of a record, and the stage that read it."""

    stage: str
    topic: str
    partition: int
    offset: int


class FoldError(Exception):
    """A stage cannot get past this record; a person has to look at it."""

    def __init__(self, text: str, position: RecordPosition) -> None:
        super().__init__(text)
        self.position = position


@contextmanager
def fold_errors_at(position: RecordPosition, what: str) -> Iterator[None]:
    """Raise any exception of the block as a FoldError with this position."""
    try:
        yield
    except Exception as error:
        raise fold_error(position, what, error) from error


def fold_error(position: RecordPosition, what: str, error: BaseException) -> FoldError:
    stage, topic, partition, offset = position
    return FoldError(
        f"{topic}/{partition} offset {offset}: stage {stage} failed on {what} ({describe_error(error)}). "
        "Nothing of it was kept; mend the cause and start again.",
        position,
    )


def describe_error(error: BaseException) -> str:
    """Type of an exception and the line that raised it, without its text."""
    lines = trace(error)
    return f"{type(error).__name__} at {lines[-1]}" if lines else type(error).__name__


def trace(error: BaseException) -> list[str]:
    """Lines of an exception's traceback and of its causes, those of the first cause last."""
    frames = [_line(*frame[:3]) for frame in extract_tb(error.__traceback__)]
    cause = error.__cause__ or error.__context__
    return frames if cause is None else frames + trace(cause)


def _line(file: str, number: int | None, function: str) -> str:
    return f"{'/'.join(PurePath(file).parts[-3:])}:{number} {function}"
