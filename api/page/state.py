"""Whether the numbers can be trusted now."""

from typing import Final, NamedTuple

from api.live.status import STALE_S
from api.page.now import Now

KEPT_LIVE: Final = "live"


class State(NamedTuple):
    """What the page says of itself, wherever a reader looks."""

    name: str
    """`away`: no event can come in; `stale`: events wait and nothing is counted; `rebuilding`; or `live`."""
    age_s: float
    """Since the store was last written."""
    waiting: int | None
    """Records on their way to the store; None where nobody can say."""
    can_take: bool
    """Whether events can come in now."""


def state_of(now: Now, waiting: int | None, *, can_take: bool) -> State:
    age_s = now.fresh.age_s()
    if not can_take:
        name = "away"
    elif waiting and age_s > STALE_S:
        name = "stale"
    elif now.fresh.rebuilding:
        name = "rebuilding"
    else:
        name = KEPT_LIVE
    return State(name, age_s, waiting, can_take)
