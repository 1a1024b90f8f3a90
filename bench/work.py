"""One stage in memory, and its costs."""

from time import process_time

from bench.memory import Logs, MemoryPorts
from streams.engine.checkpoint import Stage
from streams.engine.ports import StageSpec


class Work:
    def __init__(self, spec: StageSpec, logs: Logs) -> None:
        self.name = spec.name
        self.fold_s = self.checkpoint_s = 0.0
        self._spec = spec
        self._logs = logs
        self._ports = MemoryPorts(logs)
        self._stage = Stage(spec, self._ports)

    async def take_round(self) -> None:
        """Fold the new records and make a checkpoint, which encodes outputs and rows."""
        began = process_time()
        for partition, poll in self._logs.unread(self._spec.topic):
            await self._stage.feed(partition, poll, lambda: None)
        folded = process_time()
        await self._stage.checkpoint()
        self.fold_s += folded - began
        self.checkpoint_s += process_time() - folded

    @property
    def records_in(self) -> int:
        return self._stage.folded

    @property
    def rows_written(self) -> int:
        return self._ports.sent[self._spec.changelog]

    @property
    def records_out(self) -> int:
        return self._ports.sent.total() - self.rows_written
