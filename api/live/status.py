"""How fresh the counts are, as readers of the stream are told."""

from typing import Any, Final

from api.reading.freshness import Freshness

STALE_S: Final = 30.0
"""After this time without a change the store is stale if there are records on their way to it."""


def status_of(fresh: Freshness, waiting: int | None) -> dict[str, Any]:
    """`waiting`: records on their way to the store; None where nobody can say."""
    age_s = fresh.age_s()
    return {
        "batch": fresh.mark.batch,
        "lag_s": 0.0 if waiting == 0 else age_s,
        "lag_records": waiting,
        "newest_event_age_s": fresh.newest_event_age_s(),
        "rebuilding": fresh.rebuilding,
        "stale": bool(waiting) and age_s > STALE_S,
    }
