"""The revision of each event that is accepted after all records: spec section 1."""

from collections.abc import Iterable

from tests.oracle.judging import Accepted, KnownPlaces, judge, judge_line

Raw = bytes | tuple[str, bytes]
NewestRevisions = dict[tuple[str, str], Accepted]
"""The newest accepted revision by (type, event_id), cancelled ones too."""


def strength(event: Accepted) -> tuple[int, int, str]:
    """The greatest is accepted: revision, then `recorded_at`, then canonical text."""
    return (event.fields["revision"], event.recorded_us, event.body)


def judged(raw: Raw, places: KnownPlaces) -> Accepted | str:
    return judge_line(raw, places) if isinstance(raw, bytes) else judge(*raw, places)


def newest_revisions(lines: Iterable[Raw], places: KnownPlaces) -> NewestRevisions:
    newest: NewestRevisions = {}
    for raw in lines:
        event = judged(raw, places)
        if isinstance(event, str):
            continue
        key = (event.type, event.event_id)
        if key not in newest or strength(event) > strength(newest[key]):
            newest[key] = event
    return newest
