"""Work of a few seconds tells how far it is, and short work nothing."""

import pytest

from sambung.terminal import progress
from sambung.terminal.progress import SLOW_S, when_slow


def test_nothing_is_told_of_what_is_done_soon(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now_s = [100.0]
    monkeypatch.setattr(progress, "monotonic", lambda: now_s[0])
    with when_slow() as show:
        show("events folded", 1, 4)
        now_s[0] += SLOW_S - 0.01
        show("events folded", 2, 4)
        assert capsys.readouterr() == ("", "")
        now_s[0] += 0.01
        show("events folded", 1_003, 4_000)
        show("events folded", 4_000, 4_000)
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "events folded: 1,003 of 4,000 …\n")
