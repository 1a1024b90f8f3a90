"""The rules of attribution: lookbacks, the place share, the position split, the half-life."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from models.reference import read_reference
from models.rules_file import VERSION_PATTERN, read_rules
from models.touches import Evidence

DEFAULT_FILE = Path(__file__).parent / "data" / "rules.toml"

_Millionths = Annotated[int, Field(ge=0, le=1_000_000)]


class Position(BaseModel):
    """Shares of the ends of a journey of three or more touches, in millionths of the journey's credit."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    first: _Millionths
    last: _Millionths


class Rules(BaseModel):
    """One version of the rules; every stored statement names its version.

    >>> rules = Rules.load()
    >>> rules.version, rules.place_share, rules.position.first
    ('2017.1', 300000, 400000)
    >>> rules.lookback_us["place"] // 86_400_000_000
    30
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    version: Annotated[str, Field(pattern=VERSION_PATTERN)]
    lookback_us: Mapping[Evidence, int]
    """Microseconds before the membership's first moment in which a touch counts, both ends included."""
    place_share: _Millionths
    """Credit that place touches share; organic gets the rest."""
    position: Position
    half_life_us: Annotated[int, Field(gt=0)]
    """Microseconds in which a touch loses half its weight."""

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Read a rules file (TOML), by default the release's own.

        Raises ReferenceFileError, which names every wrong value.
        """
        file = path or DEFAULT_FILE
        content = read_rules(read_reference(file, "rules file"), str(file))
        days = content.lookback_days
        return cls(
            version=content.version,
            lookback_us={
                "declared": days.declared,
                "attendance": days.attendance,
                "company": days.company,
                "place": days.place,
            },
            place_share=content.place.share_percent,
            position=Position(first=content.position.first_percent, last=content.position.last_percent),
            half_life_us=content.time_decay.half_life_days,
        )

    @property
    def digest(self) -> str:
        """Digest of the version and all values: rules with the same digest give the same rows."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()
