"""What all answers have in common; the classes are for the description of the gateway alone (OpenAPI)."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from models.instants import PATTERN
from models.statement import MODEL_NAMES

PROBLEM: Final = "Problem"
NOT_YET: Final = "NotYet"
"""Names of shapes in the description."""
Instant = Annotated[str, Field(pattern=f"^{PATTERN}$", json_schema_extra={"format": "date-time"})]
"""UTC."""
Count = Annotated[int, Field(ge=0)]
Kind = Literal["worker", "company"]
ModelName = Literal["first", "last", "linear", "position", "time_decay"]
Month = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", examples=["2017-09"])]
"""In Asia/Jakarta."""
Credit = Annotated[dict[ModelName, Count], Field(examples=[dict.fromkeys(MODEL_NAMES, 1_500_000)])]
"""Millionths by credit model; models without credit are absent."""


class Shape(BaseModel):
    """An object in an answer. Within /v1 fields are only added."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class AsOf(Shape):
    """How far the store was."""

    batch: Count
    """The store's last batch; it grows with every change."""
    committed_at: Instant
    """When that batch was committed."""


class PageShape(AsOf):
    """A page of a list that is ordered by its items' keys."""

    next: str | None
    """`cursor` of the next page; null on the last one."""


class ProblemShape(Shape):
    """A fault of a whole request (RFC 9457)."""

    model_config = ConfigDict(title=PROBLEM)

    type: Literal["about:blank"]
    title: str
    status: int
    reason: str
    """A stable word for programs, such as `wrong_scope`."""
    detail: str
    """What is wrong and what to do, in the language asked for."""
