"""The result of a replay, also in words."""

from collections.abc import Iterator
from typing import NamedTuple

from reports.wording import many


class Summary(NamedTuple):
    lines: int
    """Read from the files; blank ones are not counted."""
    known_before: int
    """Events of the store's archive that were fed first."""
    refused: dict[str, int]
    """Lines of the files that were refused, by reason; records of others are not counted."""
    workers: int
    companies: int
    """Active members in the store."""
    seconds: float

    def in_words(self, database: str) -> Iterator[str]:
        if self.known_before:
            yield f"{many(self.known_before, 'event')} of before, from the store's archive, fed first"
        yield f"{many(self.lines, 'line')} read; {self.seconds:.1f} s in all"
        if self.refused:
            refused = many(sum(self.refused.values()), "record")
            yield f"{refused} refused: {self._reasons()}; each is kept in the table rejected, with its reason"
        members = f"{many(self.workers, 'worker')} and "
        members += many(self.companies, "company", "companies")
        yield f"{members} are active members in {database}"

    def _reasons(self) -> str:
        by_count = sorted(self.refused.items(), key=lambda one: (-one[1], one[0]))
        return ", ".join(f"{count:,} {reason}" for reason, count in by_count)
