"""What is wrong with a topic, by what was found and what it needs; no broker in here."""

from collections.abc import Mapping
from typing import Final, NamedTuple

Policy = Mapping[str, str]
"""A topic's settings by Kafka's names."""

_FOR_EVER: Final = "-1"
_IN_SYNC: Final = "min.insync.replicas"
_UNLIMITED: Final = ("retention.ms", "retention.bytes")
_AT_LEAST: Final = (*_UNLIMITED, "max.message.bytes", "min.compaction.lag.ms")
"""More of these does no harm; all others must be just so."""


class Found(NamedTuple):
    """A topic as it is on the broker."""

    partitions: int
    copies: int
    """0 where the broker does not tell."""
    policy: Policy
    """Without what the broker does not tell."""


class Fault(NamedTuple):
    setting: str
    has: str
    needs: str


def faults(found: Found, wanted: Policy) -> list[Fault]:
    """Every setting that would drop records or versions, take in too little or refuse every write.

    >>> faults(Found(4, 1, {"retention.ms": "604800000"}), {"retention.ms": "-1"})
    [Fault(setting='retention.ms', has='604800000', needs='-1')]
    """
    told = {key: found.policy[key] for key in wanted if key in found.policy}
    in_sync = told.pop(_IN_SYNC, None)
    wrong = [Fault(key, has, wanted[key]) for key, has in told.items() if not _enough(key, has, wanted[key])]
    if in_sync is not None:
        wrong += _in_sync(int(in_sync), int(wanted[_IN_SYNC]), found.copies)
    return wrong


def _in_sync(has: int, needs: int, copies: int) -> list[Fault]:
    """More than there are copies would refuse every write; so copies must be added before more are asked."""
    if copies and has > copies:
        return [Fault(_IN_SYNC, str(has), f"{copies} at most, as it has copies")]
    too_few = has < needs and not 0 < copies < needs
    return [Fault(_IN_SYNC, str(has), str(needs))] if too_few else []


def complaint(existing: Mapping[str, Found], wanted: Mapping[str, Policy], copies: int, broker: str) -> str:
    """What each wrong topic has and needs, and the commands that put it right; empty if all is well."""
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
    told = "Topics are not as they must be, and records would be lost or refused:\n  " + "\n  ".join(lines)
    if any(wrong.values()):
        commands = [_command(name, wrong[name], broker) for name in wrong if wrong[name]]
        told += "\nPut the settings right:\n" + "\n".join(commands)
    if few:
        told += "\nAdd copies with kafka-reassign-partitions, or set SAMBUNG_REPLICATION to what is there."
    return told


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
