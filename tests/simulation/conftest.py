"""In the simulation every fan-out yields after each member."""

import pytest

from streams.attribution import attribution, journey


@pytest.fixture(autouse=True)
def _slices_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attribution, "SLICE", 1)
    monkeypatch.setattr(journey, "SLICE", 1)
