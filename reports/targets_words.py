"""Targets in words: places by name, members whole or to a tenth."""

from collections.abc import Iterator

from models.places import Places
from models.statement import WHOLE_MEMBER
from reports.moments import as_of_words
from reports.pace import Pace
from reports.targets import Standing, Targets
from reports.wording import many, share

_PUBLISHED = (
    "No targets are loaded, so these are the published ones of 2017. Load others: sambung targets load FILE"
)


def in_words(found: Targets, places: Places) -> str:
    """Paragraphs of lines, ready to print; found for a year with targets."""
    paragraphs = [_above(found)]
    paragraphs += ["\n".join(_standing(one, found, places)) for one in found.targets]
    if found.published:
        paragraphs.append(_PUBLISHED)
    return "\n\n".join(paragraphs)


def _above(found: Targets) -> str:
    pace = found.targets[0].pace
    gone = f"{pace.days_gone} of {pace.days} days gone ({share(pace.days_gone, pace.days)})"
    left = f"{many(pace.working_days_left, 'working day')} left"
    day = f"{found.day.day} {found.day:%B %Y}"
    above = f"Targets of {found.year} after {day}: {gone}, {left}."
    return "\n\n".join(filter(None, (as_of_words(found.as_of), above)))


def _standing(one: Standing, found: Targets, places: Places) -> Iterator[str]:
    target, pace = one.target, one.pace
    whole = target.number * WHOLE_MEMBER
    yield _title(one, found, places)
    state = "on track" if pace.on_track else "behind"
    reached = f"{members(pace.reached)} of {target.number:,} ({share(pace.reached, whole)})"
    yield f"  reached: {reached}; planned by now {_whole(pace.expected)}: {state}"
    yield f"  needed: {_needed(pace)}"
    if pace.days_gone < pace.days:
        mean, low, high = map(_whole, (pace.forecast.mean, pace.forecast.low, pace.forecast.high))
        yield f"  forecast: {mean} by the end of the year ({low} to {high})"


def _title(one: Standing, found: Targets, places: Places) -> str:
    target = one.target
    what = {"worker": "Workers", "company": "Companies"}[target.kind]
    by = target.channel or target.agent
    credited = f", by {by} (credit model {found.model})" if by else ""
    return f"{what} in {places.label(target.place)}{credited}"


def _needed(pace: Pace) -> str:
    if pace.needed_per_working_day is None:
        return "more than can be reached, for no working day is left"
    if pace.needed_per_working_day == 0:
        return "nothing more, the target is reached"
    whole = -(-pace.needed_per_working_day // WHOLE_MEMBER)
    return f"{whole:,} on each working day that is left (Monday to Friday)"


def _whole(millionths: int) -> str:
    """Members of a plan or a forecast, halves up."""
    return f"{(2 * millionths + WHOLE_MEMBER) // (2 * WHOLE_MEMBER):,}"


def members(millionths: int) -> str:
    """To a tenth, halves up; whole members without it.

    >>> members(50_911_000_000), members(1_250_000), members(49_999)
    ('50,911', '1.3', '0')
    """
    tenths = (millionths + 50_000) // 100_000
    return f"{tenths // 10:,}" + (f".{tenths % 10}" if tenths % 10 else "")
