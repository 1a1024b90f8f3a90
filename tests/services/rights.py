"""Rights on Apache Kafka, as the documentation's `kafka-acls` commands give them.

Without the program itself, which takes seconds for each.
"""

import argparse
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from aiokafka.protocol.admin import CreateAclsRequest

from tests.clients import admin_of

OPERATIONS: Final = {"All": 2, "Read": 3, "Write": 4, "Create": 5, "DescribeConfigs": 10}
RESOURCES: Final = {"topic": 2, "group": 3, "transactional_id": 5}
PATTERNS: Final = {"literal": 3, "prefixed": 4}
ALLOW: Final = 3

_parser = argparse.ArgumentParser("kafka-acls")
_parser.add_argument("--add", action="store_true", required=True)
_parser.add_argument("--bootstrap-server", required=True)
_parser.add_argument("--allow-principal", required=True)
_parser.add_argument("--operation", action="append", choices=OPERATIONS, required=True)
_parser.add_argument("--topic", action="append", default=[])
_parser.add_argument("--group", action="append", default=[])
_parser.add_argument("--transactional-id", action="append", default=[])
_parser.add_argument("--resource-pattern-type", choices=PATTERNS, default="literal")


def commands(page: Path) -> list[argparse.Namespace]:
    lines = page.read_text(encoding="utf-8").splitlines()
    return [_parser.parse_args(shlex.split(line)[1:]) for line in lines if line.startswith("kafka-acls ")]


async def grant(address: str, user: str, given: list[argparse.Namespace]) -> None:
    """Give a user what the commands give."""
    async with admin_of(address) as admin:
        for one in given:
            for request in _requests(one, f"User:{user}"):
                answer: Any = await admin._send_request(request)
                assert [code for code, *_ in answer.creation_responses] == [0], answer


def _requests(given: argparse.Namespace, principal: str) -> Iterator[CreateAclsRequest]:
    pattern = PATTERNS[given.resource_pattern_type]
    for kind, number in RESOURCES.items():
        for name in getattr(given, kind):
            for operation in given.operation:
                yield CreateAclsRequest(number, name, pattern, principal, "*", OPERATIONS[operation], ALLOW)
