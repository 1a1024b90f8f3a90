"""Parameters of lists, and what of a request an answer is made from."""

from typing import Annotated, Any, Final

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from api.keys.key import Key, Scope
from api.reading.pages import MOST, USUAL, Asked
from api.reading.reading import Reading
from api.routes.authorized import needs

Reader = Annotated[Key, Depends(needs(Scope.READ_COUNTS))]
"""A key that may read counts."""
_LONGEST_CURSOR: Final = 500


class PageQuery(BaseModel):
    """Which page of a list."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    limit: Annotated[int, Field(ge=1, le=MOST)] = USUAL
    """How many items."""
    cursor: Annotated[str | None, Field(max_length=_LONGEST_CURSOR)] = None
    """`next` of the page before, with the same filters; without it the first page."""

    def asked(self, name: str) -> Asked:
        filters = self.model_dump(mode="json", exclude={"limit", "cursor"})
        return Asked((name, *filters.values()), self.limit, self.cursor)


def question_of(asked: Asked) -> tuple[Any, ...]:
    """All that a page depends on but the store."""
    return (*asked.question, asked.limit, asked.cursor)


def reading_of(request: Request) -> Reading:
    reading: Reading = request.app.state.reading
    return reading
