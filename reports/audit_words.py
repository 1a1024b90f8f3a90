"""Failures of an audit in sentences."""

from reports.audit import Audit, CountDifference, Sums


def failures(found: Audit) -> tuple[str, ...]:
    """One sentence per failure; none if all sums hold."""
    return (
        *(
            f"Under {one.model}, credit sums to {one.credit:,} millionths, not {one.expected:,}: "
            f"{_members(found.active_members)} {'is' if found.active_members == 1 else 'are'} active."
            for one in found.sums
            if one.credit != one.expected
        ),
        *(
            f"Member {one.member_id} has {one.credit:,} millionths under {one.model}, not {one.expected:,}."
            for one in found.broken
        ),
        *_beyond(found),
        *map(_difference_in_words, found.differences),
    )


def _beyond(found: Audit) -> tuple[str, ...]:
    more = found.broken_members - len({one.member_id for one in found.broken})
    return (f"{_members(more)} more have wrong credit.",) if more else ()


def _difference_in_words(one: CountDifference) -> str:
    where = ", ".join(one.cell)
    return f"live_count of {where} says {_sums(one.stored)}; the current lines give {_sums(one.counted)}."


def _sums(sums: Sums | None) -> str:
    return "nothing" if sums is None else f"{sums.credit:,} millionths of {_members(sums.members)}"


def _members(number: int) -> str:
    return "1 member" if number == 1 else f"{number:,} members"
