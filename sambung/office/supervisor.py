"""Runs the office's processes: each when the one before is ready, again when it ends; ends all of them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import Final, NamedTuple

from sambung.office.folder import OfficeFolder
from sambung.office.logged_child import LoggedChild
from sambung.office.logs import keep_within_bound
from sambung.terminal.exits import Exit, Failed

FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 30.0
"""The pause before a process is started again doubles up to this."""
WELL_S: Final = 60.0
"""A process that ran for so long begins with the shortest pause again."""
LOOK_S: Final = 10.0
"""Between two looks at the size of the logs."""
HOPELESS: Final = Exit.WRONG_USE
"""Exit code after which the next start would end likewise."""

Say = Callable[[str], None]


class Step(NamedTuple):
    child: LoggedChild
    ready: Callable[[], Awaitable[None]]
    """Returns when it works."""


async def supervise(steps: Sequence[Step], folder: OfficeFolder, say: Say) -> None:
    """Never returns, and leaves no process. Raises Failed if one cannot work at all, whatever is tried."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_bound_logs(folder))
            for step in steps:
                await _ready(step, group.create_task(_tend(step.child, say)))
    finally:  # by now nobody tends them any more
        await asyncio.gather(*(step.child.stop() for step in steps))


async def _ready(step: Step, tended: "asyncio.Task[None]") -> None:
    waiting = asyncio.ensure_future(step.ready())
    try:
        await asyncio.wait({waiting, tended}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()


async def _tend(child: LoggedChild, say: Say) -> None:
    pause_s = FIRST_PAUSE_S
    while True:
        began = monotonic()
        try:
            await child.start_logged()
            code = await child.ended()
        except OSError as error:
            code, reason = Exit.SERVICE_MISSING, f"it cannot be started: {error.strerror}"
        else:
            reason = child.last_error()
        if code == HOPELESS:
            raise Failed(code, f"The {child.name} cannot work. {reason}")
        if monotonic() - began > WELL_S:
            pause_s = FIRST_PAUSE_S
        say(_ended(child, code, reason, pause_s))
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


def _ended(child: LoggedChild, code: int, reason: str, pause_s: float) -> str:
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    why = f" {reason.rstrip('.')}." if code > 0 and reason else ""
    return (
        f"The {child.name} ended ({how}).{why} It is started again in {pause_s:g} s; its log is {child.log}."
    )


async def _bound_logs(folder: OfficeFolder) -> None:
    while True:
        await asyncio.to_thread(keep_within_bound, folder.logs)
        await asyncio.sleep(LOOK_S)
