"""Sends to open pages what changed of them, each part rendered once for all who have the same view."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from api.keys.sessions import Sessions
from api.live import messages
from api.live.fanout import Fanout, Step
from api.live.messages import Tick
from api.live.reader import Reader
from api.page.desk import Desk, Seen
from api.page.parts import ALL, AT_ONCE, COUNTED, STATE, Parts
from api.page.view import View

LOOK_S: Final = 0.25
PAUSE_S: Final = 1.0
"""A part is sent at most once in this time."""
STATE_S: Final = 5.0
"""A reader that has heard nothing for twice as long knows that it is cut off."""
COUNT_S: Final = 5.0
AUDIT_S: Final = 61.0
EVENT: Final = b"part"


class PageReader(Reader):
    def __init__(self, session_id: str, view: View) -> None:
        super().__init__(session_id)
        self.view = view


class PageHub(Fanout):
    def __init__(self, sessions: Sessions, desk: Desk, parts: Parts) -> None:
        super().__init__(sessions)
        self._desk = desk
        self._parts = parts
        self._seen: Seen | None = None
        self._sent: dict[View, dict[str, str]] = defaultdict(dict)
        """Of each view that somebody reads, the parts as they were sent last."""
        self._whole: dict[View, tuple[dict[str, str], bytes]] = {}
        """The same as one text, for who comes next."""
        self._told_s = 0.0
        self._could_take = True

    async def join(self, session_id: str, view: View) -> Reader:
        """A reader, which gets every part first: the page may be older. Raises StoreAway."""
        reader = PageReader(session_id, view)
        await self._admit(reader, lambda: self._first(view))
        return reader

    def _steps(self) -> Sequence[tuple[Step, float]]:
        return (
            (self._look, LOOK_S),
            (self._tell_state, STATE_S),
            (self._desk.weigh, STATE_S),
            (self._count, COUNT_S),
            (self._audit, AUDIT_S),
        )

    def _idle(self) -> None:
        super()._idle()
        self._sent.clear()
        self._whole.clear()

    def _first(self, view: View) -> bytes:
        assert self._seen is not None  # noqa: S101  somebody has looked
        sent = self._sent[view]
        sent |= self._parts.of([name for name in ALL if name not in sent], self._seen, view)
        if view not in self._whole or self._whole[view][0] != sent:
            self._whole[view] = dict(sent), self._tick(sent).text
        return self._whole[view][1]

    async def _look(self) -> None:
        """Numbers at once; the state too where events cannot come in any more, or can again."""
        looked = await self._desk.look()
        self._seen_s = self._clock()
        before = self._seen
        if before is None or self._could_take != self._desk.can_take:
            self._could_take = self._desk.can_take
            self._seen = self._desk.seen_now(looked if before is None else before.now)
            await self._tell([STATE])
        changed = before is None or before.now.fresh.mark != looked.fresh.mark
        if changed and self._seen_s - self._told_s >= PAUSE_S:
            assert self._seen is not None  # noqa: S101  just above
            self._told_s = self._seen_s
            self._seen = self._seen._replace(now=looked)
            await self._tell(AT_ONCE)
        self._looked.set()

    async def _tell_state(self) -> None:
        looked = await self._desk.look()
        self._seen = self._desk.seen_now(looked)
        await self._tell([STATE, *AT_ONCE], always=[STATE])

    async def _count(self) -> None:
        await self._desk.count(COUNT_S)
        if self._seen is not None:
            self._seen = self._desk.seen_now(self._seen.now)
            await self._tell([*AT_ONCE, *COUNTED])

    async def _audit(self) -> None:
        await self._desk.audit()
        if self._seen is not None:
            await self._tell(["audit"])

    async def _tell(self, names: Iterable[str], always: Iterable[str] = ()) -> None:
        """Send those of the parts that differ from what was sent; requests are served between two views."""
        views = {reader.view for reader in self._readers if isinstance(reader, PageReader)}
        for kept in (self._sent, self._whole):
            for view in kept.keys() - views:
                del kept[view]
        for view in views:
            self._tell_view(view, names, always)
            await asyncio.sleep(0)

    def _tell_view(self, view: View, names: Iterable[str], always: Iterable[str]) -> None:
        assert self._seen is not None  # noqa: S101  somebody has looked
        parts, sent = self._parts.of(names, self._seen, view), self._sent[view]
        changed = {name: one for name, one in parts.items() if name in always or sent.get(name) != one}
        sent |= changed
        if changed:
            tick = self._tick(changed)
            for reader in self._readers:
                if isinstance(reader, PageReader) and reader.view == view:
                    reader.tell(tick)

    def _tick(self, parts: dict[str, str]) -> Tick:
        assert self._seen is not None  # noqa: S101  somebody has looked
        encoded = {name: messages.encoded({"part": name, "html": html}) for name, html in parts.items()}
        return Tick(encoded, self._seen.now.fresh.mark.batch, EVENT)
