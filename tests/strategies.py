"""Awkward seasons for property tests (hypothesis) and for runs through the whole pipeline (by seed).

Both draw from the same small villages (`tests/oracle/awkward.py`), written in many ways
(`tests/oracle/disguises.py`) and mixed with invalid lines (`tests/oracle/broken.py`).
"""

from random import Random

from hypothesis import strategies as st

from tests.oracle.awkward import TYPES, Village
from tests.oracle.broken import FLAWS, SAMPLES, TOO_LARGE, Flaw
from tests.oracle.disguises import DISGUISES
from tests.oracle.judging import topic_named_by

Record = tuple[str, bytes]
"""Topic and value."""

LINES_PER_VILLAGE = 40
TOO_LARGE_FROM = 200
"""Seasons of at least so many lines have one line of more than 1 MiB."""


def awkward_season(seed: int, size: int) -> list[bytes]:
    """About `size` raw lines as field teams send them; the same for the same arguments."""
    rng = Random(f"season {seed}")
    villages = [Village(number, seed) for number in range(max(1, size // LINES_PER_VILLAGE))]
    lines: list[bytes] = []
    while len(lines) < size:
        lines.append(rng.choice(lines) if lines and rng.random() < 0.1 else _line(rng, rng.choice(villages)))
    if size >= TOO_LARGE_FROM:
        lines.insert(rng.randrange(size), _spoiled(rng, villages[0], TOO_LARGE))
    return lines


def awkward_records(seed: int, size: int) -> list[Record]:
    """The same with topics, some of them wrong."""
    rng = Random(f"records {seed}")
    return [_record(rng, value) for value in awkward_season(seed, size)]


def awkward_lines(story: int = 0) -> st.SearchStrategy[bytes]:
    """One raw line of a small village; shrinks towards a first revision, plainly written."""
    village = Village(0, story)
    return st.randoms(use_true_random=False).map(lambda rng: _line(rng, village))


def awkward_seasons(max_size: int = 30) -> st.SearchStrategy[list[bytes]]:
    """Raw lines of one village in some order; shrinks towards few lines."""
    stories = st.integers(0, 100)
    return stories.flatmap(lambda story: st.lists(awkward_lines(story), max_size=max_size))


def awkward_record_lists(max_size: int = 30) -> st.SearchStrategy[list[Record]]:
    """The same with topics, some of them wrong."""
    return st.builds(
        lambda rng, lines: [_record(rng, value) for value in lines],
        st.randoms(use_true_random=False),
        awkward_seasons(max_size),
    )


def _line(rng: Random, village: Village) -> bytes:
    if rng.random() > 0.92:
        return _spoiled(rng, village, rng.choice(rng.choice(FLAWS)))
    return rng.choice(DISGUISES)(rng, village.event(rng))


def _spoiled(rng: Random, village: Village, flaw: Flaw) -> bytes:
    """An event of the village, so that an overlooked flaw changes a row."""
    event = village.event(rng)
    return flaw.spoil(event if event["type"] == flaw.type else SAMPLES[flaw.type])


def _record(rng: Random, value: bytes) -> Record:
    topic = topic_named_by(value)
    return (rng.choice(TYPES) if topic is None or rng.random() < 0.02 else topic), value
