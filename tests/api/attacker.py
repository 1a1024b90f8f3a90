"""Asks what a description of a gateway allows, and what it does not."""

from collections.abc import Callable
from typing import Any, Final

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS: Final = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
)


class Attacker:
    """Of one OpenAPI document."""

    def __init__(self, document: dict[str, Any]) -> None:
        schema = schemathesis.openapi.from_dict(document)
        self._operations = {found.ok().label: found.ok() for found in schema.get_all_operations()}

    def attack(self, label: str, examples: int, ask: Callable[[Any], None]) -> None:
        """Requests of an operation that hypothesis makes from the description, right ones and wrong ones."""
        operation = self._operations[label]
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            run = given(case=operation.as_strategy(generation_mode=mode))(ask)
            settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))(run)()

    def check(self, case: Any, url: str, headers: dict[str, str]) -> None:
        """That the answer is one that the description has."""
        case.call_and_validate(base_url=url, headers=headers, checks=CHECKS)
