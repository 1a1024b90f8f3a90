"""How many events office mode can carry, and what to do before they are more."""

from pathlib import Path
from typing import Final

from sqlalchemy import make_url

from api.journal.reader import unsettled
from api.journal.segments import journal_beside, segments
from reports.contents import contents
from reports.wording import many
from sambung.stores.reading_store import read
from sambung.terminal.exits import Exit, Failed

MOST_EVENTS: Final = 250_000
"""Of the archive: at each start all of them are fed to a broker that keeps them in memory."""
TIGHT_RATIO: Final = 0.8
"""From this part of it on people are told."""


def is_tight(events: int) -> bool:
    return events >= TIGHT_RATIO * MOST_EVENTS


def advice(events: int) -> str:
    """A sentence for a store of so many events."""
    return (
        f"The store has {many(events, 'event')}; office mode is made for {MOST_EVENTS:,}, as its broker "
        "keeps all of them in memory and is fed them again at each start. It is time for a Kafka of your "
        "own: docs/operating/office.md says how to move, in four steps."
    )


def examine_office(database: str) -> str:
    """How far a store is from what office mode can carry. Raises Failed with advice."""
    url = make_url(database)
    journal = journal_beside(Path(url.database or ""))
    if url.get_backend_name() != "sqlite" or not segments(journal):
        return "not used with this store"
    events = read(database, contents).rows["event"]
    if is_tight(events):
        raise Failed(Exit.CHECK_FAILED, advice(events))
    waiting = unsettled(journal)
    told = (
        f"{many(waiting, 'record')} of the journal not settled yet" if waiting else "the journal is settled"
    )
    return f"{many(events, 'event')} of {MOST_EVENTS:,} that it can carry; {told}"
