"""The outcome of a journey: evidence, lines and credit by campaign (docs/spec.md, sections 2 and 3)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import msgspec

from models.instants import canonical
from models.rules import Rules
from models.statement import WHOLE_MEMBER, Credit, Line, StatementOf
from models.touches import ORGANIC, RANK, Touch
from streams.attribution.credit import MODELS, credit_by_model
from streams.attribution.membership import Membership
from streams.attribution.packed import CreditByModel, pack

CACHED_OUTCOMES = 10_000
"""Members of one company or place have the same touches. Of a season's 62,800 statements with touches 86 %
found their outcome in the cache, in 0.3 to 1 µs; computing one takes 22 µs for one touch, 99 µs for ten. A
cache of five times the size had no more hits."""
_touched_at = lru_cache(CACHED_OUTCOMES)(canonical)
_encode = msgspec.json.Encoder().encode


class Outcome(NamedTuple):
    """Everything that depends on the touches of a membership alone, the same for every member."""

    rules_version: str
    evidence: str
    """The strongest in the journey."""
    lines: msgspec.Raw
    """JSON of the statement's lines."""
    earned: tuple[tuple[str, int], ...]
    """Campaigns, each with what the member gives it under every model, packed into one integer (`pack`)."""
    depends_on_places: bool
    """A place touch can change the outcome: the journey has no stronger evidence."""


class Outcomes:
    """Outcomes under one set of rules, computed once for all members with the same touches."""

    def __init__(self, rules: Rules) -> None:
        self.place_lookback_us = rules.lookback_us["place"]
        self._rules = rules
        self._no_credit = Outcome(rules.version, "none", msgspec.Raw(b"[]"), (), depends_on_places=False)
        self._of_touches = lru_cache(CACHED_OUTCOMES)(self._compute)

    def of(self, membership: Membership) -> Outcome:
        return self._of_touches(membership.touches) if membership.status == "active" else self._no_credit

    def _compute(self, touches: tuple[Touch, ...]) -> Outcome:
        evidence = max((touch.evidence for touch in touches), key=RANK.__getitem__, default="none")
        shared = {"none": 0, "place": self._rules.place_share}.get(evidence, WHOLE_MEMBER)
        shares = _shares(touches, shared, self._rules)
        return Outcome(
            self._rules.version,
            evidence,
            _lines(touches, shares),
            _earned(touches, shares),
            depends_on_places=evidence in {"none", "place"},
        )


def _shares(touches: Sequence[Touch], shared: int, rules: Rules) -> list[CreditByModel]:
    """Credit of each touch, and of the organic line if the touches share less than the whole."""
    shares: list[CreditByModel] = []
    if touches:
        by_model = credit_by_model([touch.touched_us for touch in touches], shared, rules)
        shares += zip(*by_model.values(), strict=True)
    if shared < WHOLE_MEMBER:
        shares.append((WHOLE_MEMBER - shared,) * len(MODELS))
    return shares


def _lines(touches: Sequence[Touch], shares: Sequence[CreditByModel]) -> msgspec.Raw:
    lines = [_line(number, touch, shares[number]) for number, touch in enumerate(touches)]
    lines += [_organic(len(lines), share) for share in shares[len(touches) :]]
    return msgspec.Raw(msgspec.json.encode(lines))


def _line(number: int, touch: Touch, share: CreditByModel) -> Line:
    return Line(
        number,
        touch.touch_id,
        touch.campaign_id,
        touch.channel,
        touch.evidence,
        touch.approach,
        _touched_at(touch.touched_us),
        _credit(share),
    )


def _organic(number: int, share: CreditByModel) -> Line:
    return Line(number, None, ORGANIC, ORGANIC, "none", "none", None, _credit(share))


def _credit(share: CreditByModel) -> Credit:
    return Credit(*[millionths or None for millionths in share])


def _earned(touches: Sequence[Touch], shares: Sequence[CreditByModel]) -> tuple[tuple[str, int], ...]:
    campaigns = [touch.campaign_id for touch in touches] + [ORGANIC] * (len(shares) - len(touches))
    earned: dict[str, CreditByModel] = {}
    for campaign, share in zip(campaigns, shares, strict=True):
        known = earned.get(campaign)
        earned[campaign] = share if known is None else tuple(map(int.__add__, known, share))
    return tuple((campaign, pack(sums, tuple(map(bool, sums)))) for campaign, sums in earned.items())


def credit_record(
    member_id: str, version: int, decided_ms: int, membership: Membership, outcome: Outcome
) -> bytes:
    """A member's record on the topic `credit`; `version` includes the generation."""
    named = membership.status != "gone"
    return _encode(
        StatementOf(
            member_id,
            version,
            membership.status,
            canonical(decided_ms * 1_000),
            outcome.rules_version,
            membership.kind if named else None,
            membership.company_id,
            membership.place if named else None,
            canonical(membership.occurred_us) if named else None,
            membership.event_id if named else None,
            outcome.evidence,
            membership.duplicates,
            outcome.lines,
        )
    )
