"""Everything that is installed has the version that the tests ran with, and every dependency has one."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
APART: Final = {"dbt": "constraints-dbt.txt"}
"""Extras that get an environment of their own, with the file of its versions."""


def plain(name: str) -> str:
    """As the index of packages compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned(file: str) -> dict[str, str]:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    versions = (line.partition("==") for line in lines if not line.startswith("#"))
    return {plain(name): version for name, _, version in versions}


PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS: Final = PROJECT["optional-dependencies"]
PINNED: Final = pinned("constraints.txt")


def names_in(requirements: list[str]) -> set[str]:
    names = (re.match(r"[A-Za-z0-9._-]+", one) for one in requirements)
    return {plain(name[0]) for name in names if name} - {PROJECT["name"]}


def test_every_dependency_has_an_exact_version() -> None:
    lists = [PROJECT["dependencies"], *(EXTRAS[name] for name in EXTRAS.keys() - APART.keys())]
    assert names_in([one for several in lists for one in several]) - PINNED.keys() == set()
    for extra, file in APART.items():
        assert names_in(EXTRAS[extra]) - pinned(file).keys() == set()


@pytest.mark.parametrize("name", ["aiokafka", "faust-streaming", "pydantic", "sqlalchemy", "pytest"])
def test_the_tests_run_with_these_versions(name: str) -> None:
    assert version(name) == PINNED[name]
