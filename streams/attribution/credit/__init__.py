"""Credit models: each shares a journey's millionths among its touches (docs/spec.md, section 3).

A model is one file with one function `shares` (`CreditModel`). `MODELS` lists them in the order of
`models.statement.MODEL_NAMES`.

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
"""A function `shares(touched_us, amount, rules)`.

Parameters
----------
touched_us
    Instants of the journey's touches in touch order, at least one.
amount
    Millionths that the touches share.
rules
    The parameters of the models.

Returns
-------
One share per touch: whole millionths, none negative, with the sum `amount`. They do not depend on when the
membership began; so members with the same touches earn the same, and that is computed once.

"""

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
    """Shares under every model, in the order of `MODELS`; a single touch earns the whole amount."""
    if len(touched_us) == 1:
        return {model: [amount] for model in _NAMES}
    return {model: shares(touched_us, amount, rules) for model, shares in _EACH}
