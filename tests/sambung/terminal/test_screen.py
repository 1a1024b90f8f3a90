"""Wrapping of text to the width of the screen."""

import pytest

from sambung.terminal.screen import WIDEST, width, wrapped


def columns(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setenv("COLUMNS", str(count))


def test_what_goes_on_is_indented_under_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    columns(monkeypatch, 30)
    lines = wrapped("Why:\n  1. a wayang show in Kabupaten Sleman\n     place")
    assert lines.splitlines() == ["Why:", "  1. a wayang show in", "     Kabupaten Sleman", "     place"]


def test_the_parts_of_a_line_stay_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    columns(monkeypatch, 30)
    lines = wrapped("     first 50 % | last 12.5 % | linear 0")
    assert lines.splitlines() == ["     first 50 % |", "     last 12.5 % | linear 0"]


def test_a_word_that_is_too_long_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    columns(monkeypatch, 20)
    assert "".join(wrapped("x" * 50).split()) == "x" * 50


@pytest.mark.parametrize(("terminal", "used"), [(60, 60), (100, 100), (240, WIDEST)])
def test_a_wide_terminal_is_not_filled(terminal: int, used: int, monkeypatch: pytest.MonkeyPatch) -> None:
    columns(monkeypatch, terminal)
    assert width() == used
