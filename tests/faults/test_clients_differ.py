"""Field apps on another library than ours: they compress in every codec, and abort transactions."""

from pathlib import Path
from time import sleep

from models.settings import Settings
from streams.topics.names import PUBLIC_INPUTS
from tests.builders import enrollment, lines, outreach
from tests.faults.librdkafka import App, Transactions, records
from tests.faults.page import Tell
from tests.faults.scene import BEFORE_S, scene
from tests.services.kafka import Kafka
from tests.stores import run
from tests.strategies import awkward_season

CODECS = {"gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}
"""Each with its number in the attributes of a record batch; 0 is none, as the load has it."""
COMPRESSED_LINES = 400
ROUNDS = 4
PROVINCE = "34"
TIMEOUT_S = 60


def test_every_codec(tmp_path: Path, kafka: Kafka, tell: Tell) -> None:
    seconds = []
    with scene(tmp_path, kafka) as told:
        told.pair()
        with told.load(), told.nobody_ends():
            for seed, codec in enumerate(CODECS):
                sleep(BEFORE_S)
                app = App(told.cluster, compression_type=codec, linger_ms=50)
                app.publish(records(awkward_season(seed, COMPRESSED_LINES)))
                seconds.append(told.seconds_until_done(told.mark()))
        fault = f"an app on librdkafka that compresses with {', '.join(CODECS)}"
        tell(told.verdict(fault, len(CODECS), max(seconds)))
        assert codecs(kafka.nodes[0].folder / "logs") == {0, *CODECS.values()}


def codecs(folder: Path) -> set[int]:
    """Of all batches that lie in the public topics of a broker."""
    found = set()
    for file in (file for topic in PUBLIC_INPUTS for file in folder.glob(f"{topic}-?/*.log")):
        batches, at = file.read_bytes(), 0
        while at < len(batches):
            found.add(batches[at + 22] & 7)
            at += 12 + int.from_bytes(batches[at + 8 : at + 12])
    return found


def test_aborted_transactions(tmp_path: Path, kafka: Kafka, tell: Tell) -> None:
    """Each beside one that is committed, their records one by one in the same partitions."""
    seconds = []
    with scene(tmp_path, kafka) as told:
        told.pair()
        aborting, committing = (
            Transactions(told.cluster, name, TIMEOUT_S) for name in ("aborting", "committing")
        )
        with told.load(), told.nobody_ends():
            for number in range(ROUNDS):
                sleep(BEFORE_S)
                two_at_once(aborting, committing, number)
                seconds.append(told.seconds_until_done(told.mark()))
        fault = "an aborted transaction, its records between those of a committed one"
        tell(told.verdict(fault, ROUNDS, max(seconds)))
        assert "aborted" not in repr(run(told.cluster.database, "SELECT value FROM rejected"))


def two_at_once(aborting: Transactions, committing: Transactions, number: int) -> None:
    """The one that is aborted ends first every other time."""
    partition = number % Settings().partitions
    aborting.begin()
    committing.begin()
    for one, other in zip(to_abort(number), to_commit(number), strict=True):
        aborting.send(records([one], partition))
        committing.send(records([other], partition))
    ends = [aborting.abort, committing.commit]
    for end in ends if number % 2 else reversed(ends):
        end()


def to_commit(number: int) -> list[bytes]:
    named = [f"committed-{number}-{each}" for each in range(4)]
    return lines(outreach(name=f"committed {number}", attendees=named), *map(enrollment, named))


def to_abort(number: int) -> list[bytes]:
    """Any of them would change rows: it touches every member, takes back, adds, is refused."""
    return lines(
        outreach(name=f"aborted {number}", place=PROVINCE, headcount=1_000_000, campaign_id="aborted"),
        enrollment(f"committed-{number}-0", revision=1, status="cancelled"),
        enrollment(f"committed-{number}-1", revision=2, declared="aborted"),
        enrollment(f"aborted-{number}"),
        enrollment(f"aborted-{number}-refused", kind="aborted"),
    )
