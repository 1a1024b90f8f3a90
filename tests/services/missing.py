"""What a test needs and this machine may lack."""

import os

import pytest


def need(there: object, reason: str) -> None:
    """Where something is missing: at home the test is skipped and says why, in CI it fails."""
    if there:
        return
    if os.environ.get("CI"):
        pytest.fail(f"{reason}; in CI it must be there")
    pytest.skip(reason)
