"""Faults of existing topics against the policy that they need; without access to a broker."""

from collections.abc import Mapping
from typing import Final, NamedTuple

Policy = Mapping[str, str]
"""A topic's configuration by Kafka's names."""

_FOR_EVER: Final = "-1"
_IN_SYNC: Final = "min.insync.replicas"
_UNLIMITED: Final = ("retention.ms", "retention.bytes")
_AT_LEAST: Final = (*_UNLIMITED, "max.message.bytes", "min.compaction.lag.ms")
"""Settings that may be larger than needed; all others must be equal."""


class ExistingTopic(NamedTuple):
    """A topic as it is on the broker."""

    partitions: int
    copies: int
    """Replicas of each partition; 0 if the broker does not say."""
    policy: Policy
    """Only what the broker says."""


class Fault(NamedTuple):
    setting: str
    has: str
    needs: str


def faults(found: ExistingTopic, wanted: Policy) -> list[Fault]:
    """Every setting that would drop records or versions, reject large records or refuse every write.

    >>> faults(ExistingTopic(4, 1, {"retention.ms": "604800000"}), {"retention.ms": "-1"})
    [Fault(setting='retention.ms', has='604800000', needs='-1')]
    """
    known = {key: found.policy[key] for key in wanted if key in found.policy}
    in_sync = known.pop(_IN_SYNC, None)
    wrong = [Fault(key, has, wanted[key]) for key, has in known.items() if not _enough(key, has, wanted[key])]
    if in_sync is not None:
        wrong += _in_sync(int(in_sync), int(wanted[_IN_SYNC]), found.copies)
    return wrong


def _in_sync(has: int, needs: int, copies: int) -> list[Fault]:
    """More than there are copies would refuse every write; so copies must be added first."""
    if copies and has > copies:
        return [Fault(_IN_SYNC, str(has), f"{copies} at most, as it has copies")]
    too_few = has < needs and not 0 < copies < needs
    return [Fault(_IN_SYNC, str(has), str(needs))] if too_few else []


def describe_faults(
    existing: Mapping[str, ExistingTopic], wanted: Mapping[str, Policy], copies: int, broker: str
) -> str:
    """Text with what each wrong topic has and needs, and the commands that correct it; empty if none is."""
    wrong = {name: faults(found, wanted[name]) for name, found in existing.items()}
    few = {name: found.copies for name, found in existing.items() if 0 < found.copies < copies}
    lines = [
        f"{name} has {one.setting}={one.has} and needs {one.needs}" for name in wrong for one in wrong[name]
    ]
    lines += [
        f"{name} has {count} of the {copies} copies that SAMBUNG_REPLICATION wants"
        for name, count in few.items()
    ]
    if not lines:
        return ""
    text = "Topics are not as they must be, and records would be lost or refused:\n  " + "\n  ".join(lines)
    if any(wrong.values()):
        commands = [_command(name, wrong[name], broker) for name in wrong if wrong[name]]
        text += "\nPut the settings right:\n" + "\n".join(commands)
    if few:
        text += "\nAdd copies with kafka-reassign-partitions, or set SAMBUNG_REPLICATION to what is there."
    return text


def _command(name: str, wrong: list[Fault], broker: str) -> str:
    changes = ",".join(f"{one.setting}={one.needs.split()[0]}" for one in wrong)
    return (
        f"  kafka-configs --bootstrap-server {broker} --alter --topic {name} \\\n    --add-config {changes}"
    )


def _enough(setting: str, has: str, needs: str) -> bool:
    if has == needs:
        return True
    if setting not in _AT_LEAST:
        return False
    if setting in _UNLIMITED and _FOR_EVER in (has, needs):
        return has == _FOR_EVER
    return int(has) >= int(needs)
