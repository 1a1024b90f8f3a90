"""Faust's tables, ready at once."""

from faust.tables import TableManager


class Tables(TableManager):  # type: ignore[misc]  # Faust is untyped here
    """Faust waits a second for tables that may be declared yet; a worker's are, before it starts."""

    async def on_start(self) -> None:
        await self._update_channels()
        await self.recovery.start()
