"""Totals by marketing-attribution-models, in its own environment: `with_mam.py JOURNEYS TOTALS`."""

import json
import sys
from pathlib import Path
from typing import Any

SEPARATOR = " > "


def totals(journeys: list[dict[str, list[object]]]) -> dict[str, dict[str, float]]:
    import pandas as pd  # noqa: PLC0415  tests are collected where there is none
    from mam.core import MAM  # noqa: PLC0415

    table = pd.DataFrame(
        {
            "id": [str(number) for number in range(len(journeys))],
            "path": [SEPARATOR.join(map(str, one["campaigns"])) for one in journeys],
            "hours": [SEPARATOR.join(map(str, one["hours_before"])) for one in journeys],
            "converted": True,
        }
    )
    mam = MAM(
        table,
        "journey",
        "path",
        "converted",
        user_id_colname="id",
        time_till_conv_colname="hours",
        path_separator=SEPARATOR,
    )
    runs = {
        "first": mam.run_first_click,
        "last": mam.run_last_click,
        "linear": mam.run_linear,
        "position": mam.run_position_based,
        "time_decay": mam.run_time_decay,
    }
    return {model: by_channel(run()) for model, run in runs.items()}


def by_channel(found: Any) -> dict[str, float]:
    rows = found.to_polars().to_dicts()
    return {str(one["channels"]): float(one["attribution"]) for one in rows}


if __name__ == "__main__":
    given, told = map(Path, sys.argv[1:])
    told.write_text(json.dumps(totals(json.loads(given.read_text()))))
