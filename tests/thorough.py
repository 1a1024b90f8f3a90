"""How many cases a random search tries: a quarter at home, all where TEST_THOROUGH is set, as in CI."""

import os

THOROUGH = "TEST_THOROUGH" in os.environ


def tries(most: int) -> int:
    return most if THOROUGH else -(-most // 4)
