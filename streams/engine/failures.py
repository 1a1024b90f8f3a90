"""What a process stops with: where the record lies and which line failed on it, never what it holds.

The text of somebody else's exception may quote the record (`KeyError` names the key, a decoder what it
found), and a record may name a person. So only its kind and the lines of code that it passed are told.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from traceback import extract_tb
from typing import NamedTuple


class RecordPosition(NamedTuple):
    """Where a record lies, and which stage read it."""

    stage: str
    topic: str
    partition: int
    offset: int


class FoldError(Exception):
    """A stage cannot go on from this record, so that a person has to look at it."""

    def __init__(self, text: str, position: RecordPosition) -> None:
        super().__init__(text)
        self.position = position


@contextmanager
def naming(position: RecordPosition, what: str) -> Iterator[None]:
    """Raise what fails inside as a FoldError that says where."""
    try:
        yield
    except Exception as error:
        raise failed(position, what, error) from error


def failed(position: RecordPosition, what: str, error: BaseException) -> FoldError:
    stage, topic, partition, offset = position
    return FoldError(
        f"{topic}/{partition} offset {offset}: stage {stage} failed on {what} ({describe_error(error)}). "
        "Nothing of it was kept; mend the cause and start again.",
        position,
    )


def describe_error(error: BaseException) -> str:
    """The kind of an exception and the line that raised it, without its text."""
    lines = trace(error)
    return f"{type(error).__name__} at {lines[-1]}" if lines else type(error).__name__


def trace(error: BaseException) -> list[str]:
    """The lines of code that an exception passed, those of its first cause last."""
    frames = [_line(*frame[:3]) for frame in extract_tb(error.__traceback__)]
    cause = error.__cause__ or error.__context__
    return frames if cause is None else frames + trace(cause)


def _line(file: str, number: int | None, function: str) -> str:
    return f"{'/'.join(PurePath(file).parts[-3:])}:{number} {function}"
