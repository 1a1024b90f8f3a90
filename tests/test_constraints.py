"""Everything that is installed has the version that the tests ran with, and every dependency has one."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]


APART: Final = {"dbt"}


def plain(name: str) -> str:
    """As the index of packages compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()


PINNED: Final = {
    plain(line.partition("==")[0]): line.partition("==")[2]
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
}


def required() -> set[str]:
    """Every distribution that pyproject.toml names, but for those that get an environment of their own."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    lists = [project["dependencies"], *(extras[name] for name in extras.keys() - APART)]
    names = (re.match(r"[A-Za-z0-9._-]+", one) for several in lists for one in several)
    return {plain(name[0]) for name in names if name} - {project["name"]}


def test_every_dependency_has_an_exact_version() -> None:
    assert required() - PINNED.keys() == set()


@pytest.mark.parametrize("name", ["aiokafka", "faust-streaming", "pydantic", "sqlalchemy", "pytest"])
def test_the_tests_run_with_these_versions(name: str) -> None:
    assert version(name) == PINNED[name]
