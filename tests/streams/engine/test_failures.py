"""Errors name the position of a record, and never its content."""

import pytest

from streams.engine.failures import describe_error, trace
from streams.engine.faust.ending import end_process


def _raise(error: Exception) -> None:
    raise error


def _wrapped() -> None:
    try:
        _raise(KeyError("person"))
    except KeyError as error:
        raise RuntimeError("outer") from error


def test_the_line_that_raised_an_error_is_shown_and_its_text_is_not() -> None:
    with pytest.raises(RuntimeError) as failed:
        _wrapped()
    lines = trace(failed.value)
    assert lines[-1].startswith("streams/engine/test_failures.py:")
    assert lines[-1].endswith(" _raise")
    assert describe_error(failed.value) == f"RuntimeError at {lines[-1]}"
    assert not any("person" in line for line in lines)


def test_an_error_that_was_never_raised_is_shown_by_its_type() -> None:
    assert describe_error(ValueError("secret")) == "ValueError"


def test_a_process_ends_with_the_exit_code_for_a_failed_check() -> None:
    class Ended(Exception):  # noqa: N818
        pass

    def leave(code: int) -> None:
        raise Ended(code)

    with pytest.raises(Ended, match="1"):
        end_process("stage count", ValueError("x"), leave)  # type: ignore[arg-type]
