"""The same name and seed give the same bytes, whatever the Python, the platform or the hash seed."""

import json
import os
import subprocess
import sys
from hashlib import sha256

import pytest

from sambung.season import SEASONS, STEPS, Season, simulate

MINI_MESSY = "f601381f74bf3da2fdd9e7fa7ef049e15f30b261fa5a1b7ff1c575acf386d396"
MINI_CLEAN = "0f9082721aa548b8a23012091efdaf202f966580cdfb5432ebaf140c63d4359a"
MINI_TRUTH = "000242e6affae4cf8c283b891b00ecc77495d9692dd8c36969ce91144e15350a"


def digest(season: Season) -> str:
    return sha256(b"".join(season.lines())).hexdigest()


def truth_digest(season: Season) -> str:
    return sha256(b"".join(season.truth_lines())).hexdigest()


def test_mini_is_pinned_to_the_byte() -> None:
    messy, clean = simulate("mini", 2017), simulate("mini", 2017, clean=True)
    assert (digest(messy), digest(clean)) == (MINI_MESSY, MINI_CLEAN)
    assert truth_digest(messy) == truth_digest(clean) == MINI_TRUTH


def test_truth_lines_are_the_truth_as_json() -> None:
    season = simulate("mini", 1)
    assert [json.loads(line) for line in season.truth_lines()] == list(season.truth())


def test_lines_can_be_read_twice() -> None:
    for clean in (True, False):
        season = simulate("mini", 5, clean=clean)
        assert list(season.lines()) == list(season.lines())


def test_another_seed_is_another_season() -> None:
    assert digest(simulate("mini", 1)) != digest(simulate("mini", 2))


PROGRAM = """\
import sys
from sambung.season import simulate
sys.stdout.buffer.writelines(simulate("mini", 2017).lines())
"""


@pytest.mark.parametrize("seed", ["1", "2"])
def test_hash_randomisation_changes_nothing(seed: str) -> None:
    command, environment = [sys.executable, "-c", PROGRAM], os.environ | {"PYTHONHASHSEED": seed}
    run = subprocess.run(command, env=environment, capture_output=True, check=True)
    assert sha256(run.stdout).hexdigest() == MINI_MESSY


def test_the_whole_season_of_a_seed_has_its_known_size(clean_diy: Season) -> None:
    lines = list(clean_diy.lines())
    assert (len(lines), sum(map(len, lines))) == (56_140, 24_103_981)


def test_every_step_is_reported() -> None:
    steps: list[str] = []
    simulate("mini", 1, progress=steps.append)
    assert len(steps) == STEPS
    assert len(set(steps)) == STEPS


def test_seasons_say_what_they_are() -> None:
    assert set(SEASONS) == {"diy-2017", "mini"}
    assert "50,911 workers" in SEASONS["diy-2017"].title
