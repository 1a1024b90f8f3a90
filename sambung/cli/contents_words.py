"""What a copy of a store holds, and what follows from it, in sentences."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import make_url

from reports.contents import Contents
from reports.wording import many, when
from sambung.stores.copies import Restored
from sinks.store import REVISION

WORDS: Final = {"member": "member", "event": "event", "rejected": "refused record"}
"""By table: what one row of it is called."""


def in_short(found: Contents) -> str:
    """What it holds, and as of when."""
    rows = ", ".join(many(number, WORDS[table]) for table, number in found.rows.items())
    stream = f"generation {found.generation}" if found.generation else "no stream yet"
    if found.batch is None or found.committed_us is None:
        return f"{rows}; {stream}"
    return f"{rows}; {stream}, batch {found.batch:,} of {when(found.committed_us)}"


def what_follows(found: Restored, database: str, *, has_roles: bool) -> Iterator[str]:
    """One sentence, or two, for each thing to do; `database` without its password."""
    behind = len(found.audit.differences)
    if not found.contents.is_settled:
        yield (
            f"Generation {found.contents.generation} was being rebuilt when the copy was made: the next "
            "replay or `sambung topics create` rebuilds it."
        )
    elif behind:
        yield (
            f"Live counts were under way when the copy was made: {many(behind, 'row')} of live_count "
            f"{'differs' if behind == 1 else 'differ'} from the members' credit. They follow when the stream "
            f"goes on, or by: sambung replay /dev/null --database {database}"
        )
    if found.contents.revision != REVISION:
        yield (
            f"It has the schema {found.contents.revision} of an older release. Next: "
            f"sambung migrate --database {database}"
        )
    if found.contents.keys:
        yield (
            "These keys of apps work again, also any that was revoked since the copy was made: "
            f"{', '.join(found.contents.keys)}. To end one: sambung keys revoke NAME --database {database}"
        )
    if has_roles:
        yield (
            "A copy has no rights of roles. Let those in again that read: sambung migrate --reader ROLE "
            f"--database {database}"
        )
    if found.journal_bytes:
        yield (
            "The journal of office mode is beside it again. What is in it is counted when office mode runs: "
            f"sambung up --dir {Path(make_url(database).database or '').parent}"
        )
    yield (
        "Use it beside its own broker if no later generation has run there since, else beside one without "
        "topics of sambung's."
    )
