"""How much is tried: a part at home, all where TEST_THOROUGH is set, as in CI."""

import os

import pytest

THOROUGH = "TEST_THOROUGH" in os.environ

thorough = pytest.mark.skipif(not THOROUGH, reason="runs where TEST_THOROUGH is set, as in CI")
"""Of a variant whose claim another test makes too, at less cost."""


def tries(most: int) -> int:
    """Cases of a random search: an eighth at home."""
    return most if THOROUGH else -(-most // 8)
