"""Credit models: how a journey's millionths are shared by its touches (docs/spec.md, section 3).

Each model is one file with one function `shares`; `MODELS` lists them, and the order here is the
order everywhere.

>>> day = 86_400_000_000
>>> for model, credit in credit_by_model([0, day, 2 * day], 1_000_000, Rules.load()).items():
...     print(model, credit)
first [1000000, 0, 0]
last [0, 0, 1000000]
linear [333334, 333333, 333333]
position [400000, 200000, 400000]
time_decay [300924, 332246, 366830]
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from models.rules import Rules
from streams.attribution.credit import first, last, linear, position, time_decay

CreditModel = Callable[[Sequence[int], int, Rules], list[int]]
"""(instants of the touches in touch order, one at least; amount; rules) to one share a touch: whole
millionths, none negative, `amount` together. A model is not told when the membership began, so members
with the same touches earn the same, and that is computed once."""

MODELS: Final[Mapping[str, CreditModel]] = MappingProxyType(
    {
        "first": first.shares,
        "last": last.shares,
        "linear": linear.shares,
        "position": position.shares,
        "time_decay": time_decay.shares,
    }
)

_NAMES: Final = tuple(MODELS)
_EACH: Final = tuple(MODELS.items())


def credit_by_model(touched_us: Sequence[int], amount: int, rules: Rules) -> dict[str, list[int]]:
    """Shares under every model, in the order of `MODELS`; a single touch takes all without more ado."""
    if len(touched_us) == 1:
        return {model: [amount] for model in _NAMES}
    return {model: shares(touched_us, amount, rules) for model, shares in _EACH}
