"""Transactions that nobody ends for a minute: one is committed late, the other the broker aborts."""

from collections.abc import Sequence
from itertools import count, islice
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from confluent_kafka import IsolationLevel, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from models.settings import Settings
from streams.engine.kafka.sending import partition_of
from streams.topics.names import ENROLLMENT, OUTREACH
from tests.builders import enrollment, lines, outreach
from tests.end_to_end.runs import until
from tests.faults.librdkafka import Transactions, records
from tests.faults.page import Tell
from tests.faults.scene import BEFORE_S, Scene, scene
from tests.services.kafka import Kafka
from tests.stores import run

HANG_S: Final = 60
ABORTED_S: Final = 20.0
"""By which the broker, which looks every ten seconds, has aborted what is past its time-out."""
PATIENCE_S: Final = 10
"""Past that without progress, and with work to do, a worker ends itself."""
STILL_S: Final = 2.0 * PATIENCE_S
COUNTED_S: Final = 15.0
"""By which an event in whose partition nothing hangs is counted."""
EACH: Final = 10
HELD: Final = {ENROLLMENT: 0, OUTREACH: 1}
"""Where they hang: topic and partition."""


def test_transactions_hang_for_a_minute(tmp_path: Path, kafka: Kafka, tell: Tell) -> None:
    """Under load, while a worker joins, and while nothing else is to be done for longer than the patience."""
    with scene(tmp_path, kafka, patience_s=str(PATIENCE_S)) as told:
        told.pair()
        forgotten = Transactions(told.cluster, "forgotten", HANG_S)
        late = Transactions(told.cluster, "late", 10 * HANG_S)
        with told.nobody_ends():
            with told.load():
                sleep(BEFORE_S)
                leave_open(forgotten, ENROLLMENT, lines(*map(enrollment, members("forgotten", held=True))))
                leave_open(late, OUTREACH, lines(outreach(attendees=members("still", held=False))))
                began = monotonic()
                others_go_on(told, "busy")
                told.start("third", "--no-sink")
            with told.nobody_ends():
                sleep(STILL_S)
                others_go_on(told, "still")
                sleep(max(0.0, began + HANG_S - monotonic()))
                late.commit()
                until(lambda: not hanging(told), "aborted by the broker", ABORTED_S)
                seconds = told.seconds_until_done(told.mark())
        tell(told.verdict("two transactions open for a minute, then one committed, one aborted", 2, seconds))


def leave_open(app: Transactions, topic: str, sent: Sequence[bytes]) -> None:
    app.begin()
    app.send(records(sent, HELD[topic]))


def members(prefix: str, *, held: bool) -> list[str]:
    """Names of members whose enrollment lies in the partition that is held, or in any other."""
    every = (f"{prefix}-{'held' if held else 'free'}-{number}" for number in count())
    return list(islice((name for name in every if _is_held(name) == held), EACH))


def _is_held(member: str) -> bool:
    key = enrollment(member)["event_id"].encode()
    return partition_of(key, Settings().partitions) == HELD[ENROLLMENT]


def others_go_on(told: Scene, when: str) -> None:
    """What lies behind an open transaction waits, all else is counted."""
    free, behind = members(when, held=False), members(when, held=True)
    told.cluster.publish(lines(*map(enrollment, [*behind, *free])))
    until(lambda: stored(told) >= set(free), f"counted beside the transactions ({when})", COUNTED_S)
    assert not stored(told) & set(behind)
    assert hanging(told) == set(HELD.items())


def stored(told: Scene) -> set[str]:
    return {member for (member,) in run(told.cluster.database, "SELECT member_id FROM member")}


def hanging(told: Scene) -> set[tuple[str, int]]:
    """Topics and partitions in which something lies behind an open transaction, as the broker has it."""
    every, committed = ends(told, IsolationLevel.READ_UNCOMMITTED), ends(told, IsolationLevel.READ_COMMITTED)
    return {one for one, end in every.items() if committed[one] != end}


def ends(told: Scene, level: IsolationLevel) -> dict[tuple[str, int], int]:
    admin = AdminClient({"bootstrap.servers": told.cluster.address, "log_level": 0})
    wanted = {TopicPartition(*one): OffsetSpec.latest() for one in HELD.items()}
    asked = admin.list_offsets(wanted, isolation_level=level)
    return {(one.topic, one.partition): answer.result().offset for one, answer in asked.items()}
