"""Answers about targets."""

from typing import Annotated

from pydantic import Field

from api.shapes.base import Count, Kind, ModelName, PageShape, Shape


class TargetShape(Shape):
    """New members wanted in the year."""

    year: int
    place: str
    """Province, regency or sub-district where the members work."""
    kind: Kind
    channel: str | None
    """The channel that is to bring them in; null for any."""
    agent: str | None
    """Campaign id of the agent who is to bring them in; null for any."""
    number: Count
    """Members."""
    months: Annotated[list[Count] | None, Field(min_length=12, max_length=12)]
    """Shares of January to December in millionths; null for evenly over the year's working days."""


class Forecast(Shape):
    """Millionths of members by the end of the year if the days to come are like the last 28."""

    mean: Count
    low: Count
    """By the 10th percentile of the 28 days' means over seven days in a row."""
    high: Count
    """By the 90th."""


class Pace(Shape):
    reached: Count
    """Millionths of members in the year."""
    expected: Count
    """Millionths that the plan wants by now, by month and working day."""
    on_track: bool
    """Whether at least as much is reached."""
    days_gone: Count
    days: Count
    """Of the year."""
    working_days_left: Count
    """Monday to Friday."""
    needed_per_working_day: Count | None
    """Millionths, rounded up; 0 once the target is reached, null if it is not and no working day is left."""
    forecast: Forecast


class Standing(Shape):
    target: TargetShape
    pace: Pace


class TargetPage(PageShape):
    """Targets of one year by place, workers before companies."""

    year: int
    years: list[int]
    """For which there are targets."""
    day: Annotated[str, Field(json_schema_extra={"format": "date"})]
    """The last day that counts as gone, in Asia/Jakarta."""
    published: bool
    """Whether none were loaded, and these came with the release."""
    model: ModelName
    items: list[Standing]
