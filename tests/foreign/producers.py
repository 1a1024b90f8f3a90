"""Every way in which a client may produce, in every codec: the steps, and what of it is committed."""

from collections.abc import Iterable, Iterator
from itertools import count
from random import Random
from typing import Final, NamedTuple

from tests.foreign.records import Sender
from tests.foreign.script import Record, Step

CODECS: Final = ("none", "gzip", "snappy", "lz4", "zstd")
SIMPLE: Final = ("plain", "idempotent", "committed")
ALL: Final = ("aborted", *SIMPLE, "interleaved", "hanging")
BATCH: Final = 70
"""Records between two flushes, so that a transaction has several batches."""
REST_MS: Final = 400
"""For readers to come to the end, so that what ends a transaction is all that their next poll finds."""
TIMEOUT_MS: Final = 6_000
"""After that the broker aborts a transaction, when it next looks, which it does every 10 s."""


class Script(NamedTuple):
    """Steps, and the records that they send, by what becomes of them."""

    steps: list[Step]
    committed: list[Record]
    aborted: list[Record]


class Author:
    """Writes the script of one client.

    Parameters
    ----------
    client: its name; no two run at a time under one.
    number: of the client, from 0.
    kinds: ways of producing.
    """

    def __init__(self, client: str, number: int, kinds: Iterable[str], *, names_any_bytes: bool) -> None:
        self._client = client
        self._kinds = tuple(kinds)
        rng = Random(f"foreign {client}")
        self._sender = Sender(rng, count(1 + number * 1_000_000), names_any_bytes)
        self._groups = count(number * 17)
        self.script = Script([], [], [])

    def write(self) -> Script:
        """One codec after the other; a transaction that hangs ends while the next codec is at work."""
        steps = self.script.steps
        left_open: list[Step] = []
        for at, codec in enumerate(CODECS):
            hanging = "hanging" if at % 2 else "left alone"
            if "hanging" in self._kinds:
                steps.extend(self._hang(codec, hanging))
            for kind in self._kinds:
                if kind != "hanging":
                    steps.extend(getattr(self, f"_{kind}")(codec))
            steps.extend(left_open)
            left_open = [Step("abort", self._name(codec, "hanging"))] if hanging in self._kinds else []
        return self._written()

    def write_ends(self) -> Script:
        """The end of every log: what ends five transactions, with no record between."""
        steps = self.script.steps
        for codec in CODECS:
            name = self._name(codec, "last")
            steps += [self._open(codec, "last"), Step("begin", name), *self._send(name, self.script.aborted)]
        steps.append(Step("wait", str(REST_MS)))
        steps += [Step("abort", self._name(codec, "last")) for codec in CODECS]
        return self._written()

    def _written(self) -> Script:
        script, self.script = self.script, Script([], [], [])
        return script

    def _plain(self, codec: str, kind: str = "plain") -> Iterator[Step]:
        yield self._open(codec, kind)
        yield from self._send(self._name(codec, kind), self.script.committed)
        yield Step("close", self._name(codec, kind))

    def _idempotent(self, codec: str) -> Iterator[Step]:
        yield from self._plain(codec, "idempotent")

    def _committed(self, codec: str) -> Iterator[Step]:
        """Several transactions, one after the other."""
        name = self._name(codec, "committed")
        yield self._open(codec, "committed")
        steps = list(self._send(name, self.script.committed))
        for begin in range(0, len(steps), 2 * BATCH):
            yield Step("begin", name)
            yield from steps[begin : begin + 2 * BATCH]
            yield Step("commit", name)
            yield Step("wait", str(REST_MS))
        yield Step("close", name)

    def _aborted(self, codec: str) -> Iterator[Step]:
        name = self._name(codec, "aborted")
        yield self._open(codec, "aborted")
        yield Step("begin", name)
        yield from self._send(name, self.script.aborted)
        yield Step("abort", name)
        yield Step("close", name)

    def _interleaved(self, codec: str) -> Iterator[Step]:
        """Two transactions in turns; the one that is aborted ends first in every other codec."""
        lost, committed = self._name(codec, "lost"), self._name(codec, "interleaved")
        yield from (self._open(codec, "lost"), self._open(codec, "interleaved"))
        yield from (Step("begin", lost), Step("begin", committed))
        of_lost = _in_batches(list(self._send(lost, self.script.aborted)))
        of_committed = _in_batches(list(self._send(committed, self.script.committed)))
        for one, other in zip(of_lost, of_committed, strict=True):
            yield from (*one, *other)
        ends = [Step("abort", lost), Step("commit", committed)]
        yield from ends if CODECS.index(codec) % 2 else ends[::-1]
        yield from (Step("close", lost), Step("close", committed))

    def _hang(self, codec: str, kind: str) -> Iterator[Step]:
        """Begin a transaction and leave it open: all that others send is behind it."""
        name = self._name(codec, kind)
        yield self._open(codec, kind)
        yield Step("begin", name)
        yield from self._send(name, self.script.aborted)

    def _open(self, codec: str, kind: str) -> Step:
        settings = {"acks": "all", "compression.type": codec, "linger.ms": "5"}
        settings["enable.idempotence"] = str(kind != "plain").lower()
        if kind not in {"plain", "idempotent"}:
            settings["transactional.id"] = self._name(codec, kind)
            settings["transaction.timeout.ms"] = str(TIMEOUT_MS if kind == "left alone" else 60_000)
        return Step("open", self._name(codec, kind), settings=tuple(settings.items()))

    def _name(self, codec: str, kind: str) -> str:
        return f"{self._client}-{codec}-{kind}"

    def _send(self, name: str, to: list[Record]) -> Iterator[Step]:
        records = self._sender.records(next(self._groups))
        to.extend(records)
        for at, record in enumerate(records, start=1):
            yield Step("send", name, record)
            if at % BATCH == 0 or at == len(records):
                yield Step("flush", name)


def _in_batches(steps: list[Step]) -> list[list[Step]]:
    """Of what is sent between two flushes."""
    ends = [at + 1 for at, step in enumerate(steps) if step.verb == "flush"]
    return [steps[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]
