"""What office mode says."""

from collections.abc import Iterator
from typing import Final

from reports.wording import many
from sambung.office.folder import OfficeFolder
from sambung.office.states import Counting

REBUILDING: Final = "Counts are being rebuilt from the store; until then it shows those of before."
AFTER_DAMAGE: Final = (
    "Restore the file from a copy, or go on without these: apps that still have them in their outbox can "
    "send them again. `sambung up --leave-out-damaged` leaves them out."
)
STOPPED: Final = "Office mode was stopped. Nothing is lost: `sambung up` goes on."


def beginning(folder: OfficeFolder) -> str:
    return f"Office mode in {folder.path}. Ctrl-C ends it; what was acknowledged is kept."


def gateway_ready(address: str, database: str) -> str:
    return (
        f"The gateway takes events at {address}. Each app needs a key, under a name of its own: "
        f"sambung keys create front-desk --scope publish:enrollment --database {database}"
    )


def live_page(link: str) -> str:
    return f"The live page, for this browser once, within 10 minutes:\n  {link}"


def counting(state: Counting) -> Iterator[str]:
    if state.known:
        yield f"Counts are live again ({many(state.known, 'event')} in {state.seconds:,.0f} s)."
    else:
        yield "Counts are live."
    if state.advice:
        yield state.advice
