"""Totals of journeys by ChannelAttribution, in its own environment: `with_….py JOURNEYS TOTALS`."""

import json
import sys
from pathlib import Path

COLUMNS = {"first": "first_touch", "last": "last_touch", "linear": "linear_touch"}


def totals(journeys: list[dict[str, list[str]]]) -> dict[str, dict[str, float]]:
    import ChannelAttribution  # noqa: PLC0415  tests are collected where there is none
    import pandas as pd  # noqa: PLC0415

    paths = [" > ".join(one["campaigns"]) for one in journeys]
    table = pd.DataFrame({"path": paths, "conversions": 1})
    found = ChannelAttribution.heuristic_models(table, "path", "conversions")
    names = list(found["channel_name"])
    return {
        model: dict(zip(names, map(float, found[column]), strict=True)) for model, column in COLUMNS.items()
    }


if __name__ == "__main__":
    given, told = map(Path, sys.argv[1:])
    told.write_text(json.dumps(totals(json.loads(given.read_text()))))
