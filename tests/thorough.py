"""How many cases a random search tries: a quarter at home, all where TEST_THOROUGH is set, as in CI."""

import os


def tries(most: int) -> int:
    return most if "TEST_THOROUGH" in os.environ else -(-most // 4)
