"""Faults of topics: what each has and needs, and the command that corrects it."""

import pytest

from streams.topics.faults import ExistingTopic, describe_faults, faults

WANTED = {
    "cleanup.policy": "compact",
    "retention.ms": "86400000",
    "max.message.bytes": "8388608",
    "min.compaction.lag.ms": "86400000",
    "min.insync.replicas": "2",
    "unclean.leader.election.enable": "false",
}


def test_a_topic_as_required_has_no_fault() -> None:
    assert faults(ExistingTopic(4, 3, WANTED), WANTED) == []
    assert describe_faults({"t": ExistingTopic(4, 3, WANTED)}, {"t": WANTED}, 3, "kafka:9092") == ""


def test_a_setting_that_the_broker_does_not_report_is_no_fault() -> None:
    assert faults(ExistingTopic(4, 0, {}), WANTED) == []


@pytest.mark.parametrize(
    ("setting", "has"),
    [
        ("cleanup.policy", "compact,delete"),
        ("retention.ms", "3600000"),
        ("max.message.bytes", "1048588"),
        ("min.compaction.lag.ms", "0"),
        ("min.insync.replicas", "1"),
        ("min.insync.replicas", "4"),
        ("unclean.leader.election.enable", "true"),
    ],
)
def test_each_setting_is_checked(setting: str, has: str) -> None:
    found = faults(ExistingTopic(4, 3, WANTED | {setting: has}), WANTED)
    assert [(one.setting, one.has) for one in found] == [(setting, has)]


@pytest.mark.parametrize(
    ("setting", "has"),
    [("retention.ms", "-1"), ("retention.ms", "172800000"), ("max.message.bytes", "9000000")],
)
def test_more_does_no_harm(setting: str, has: str) -> None:
    assert faults(ExistingTopic(4, 3, WANTED | {setting: has}), WANTED) == []


def test_for_ever_is_more_than_any_number() -> None:
    found = faults(ExistingTopic(4, 1, {"retention.bytes": "1000000000000"}), {"retention.bytes": "-1"})
    assert [one.needs for one in found] == ["-1"]


def test_no_more_in_sync_replicas_are_required_than_there_are_copies() -> None:
    alone = ExistingTopic(4, 1, WANTED | {"min.insync.replicas": "1"})
    assert faults(alone, WANTED) == []
    assert "kafka-configs" not in describe_faults({"t": alone}, {"t": WANTED}, 3, "kafka:9092")


def test_the_text_has_every_fault_and_its_remedy() -> None:
    wrong = ExistingTopic(4, 2, WANTED | {"cleanup.policy": "delete", "min.insync.replicas": "1"})
    assert describe_faults({"tally": wrong}, {"tally": WANTED}, 3, "kafka:9092") == (
        "Topics are not as they must be, and records would be lost or refused:\n"
        "  tally has cleanup.policy=delete and needs compact\n"
        "  tally has min.insync.replicas=1 and needs 2\n"
        "  tally has 2 of the 3 copies that SAMBUNG_REPLICATION wants\n"
        "Put the settings right:\n"
        "  kafka-configs --bootstrap-server kafka:9092 --alter --topic tally \\\n"
        "    --add-config cleanup.policy=compact,min.insync.replicas=2\n"
        "Add copies with kafka-reassign-partitions, or set SAMBUNG_REPLICATION to what is there."
    )
