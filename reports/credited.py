"""Sums of credit over the current lines: what campaigns, channels, approaches and evidence are told from."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from sqlalchemy import BigInteger, Connection, cast, func, select

from reports.moments import NOW, Moment
from reports.scope import EVERYTHING, Scope
from streams.attribution.credit import MODELS


class Credited(NamedTuple):
    """Credit of one campaign's touches by one channel, approach and evidence, of members of one kind."""

    campaign_id: str
    channel: str
    kind: str
    approach: str
    evidence: str
    credit: tuple[int | None, ...]
    """Millionths, in the order of MODELS; None where a model gives none."""


def credited(connection: Connection, moment: Moment = NOW, scope: Scope = EVERYTHING) -> tuple[Credited, ...]:
    """Ordered by their fields; one look through the lines."""
    line = moment.lines()
    key = (line.c.campaign_id, line.c.channel, line.c.kind, line.c.approach, line.c.evidence)
    sums = (cast(func.sum(line.c[model]), BigInteger) for model in MODELS)
    query = select(*key, *sums).where(*scope.of(line)).group_by(*key).order_by(*key)
    return tuple(
        Credited(campaign_id, channel, kind, approach, evidence, tuple(credit))
        for campaign_id, channel, kind, approach, evidence, *credit in connection.execute(query)
    )


Credit = Mapping[str, Mapping[str, Mapping[str, int]]]
"""Millionths by approach or evidence, kind of member and model; what no effort earned is under `none`."""


def credit_by(of: Literal["approach", "evidence"], lines: Iterable[Credited]) -> Credit:
    """Persuasion and compulsion apart, or one evidence and another; models without credit are absent."""
    found: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for one in lines:
        found[getattr(one, of)][one.kind].update(
            {model: credit for model, credit in zip(MODELS, one.credit, strict=True) if credit}
        )
    return found
