"""docs/asyncapi.yaml, read by AsyncAPI's own reader, with the schemas beside it."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

from tests.services.missing import need

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
MODULES = ROOT / "var" / "asyncapi" / "node_modules"
NEWER_VERSION = "2 asyncapi: The latest version of AsyncAPi is not used."
WRONG = {
    "an action that there is not": ('action: "receive"', 'action: "take"', "receiveEnrollment/action"),
    "a message of no channel": (
        '"#/channels/credit/messages/credit"',
        '"#/channels/credit/messages/debit"',
        "sendCredit/messages",
    ),
    "a schema that is missing": ("schemas/rejected.json", "schemas/refused.json", "rejected/payload"),
    "a time that is no number": ("retention.ms: -1", 'retention.ms: "for ever"', "topicConfiguration"),
    "headers that are no object": (
        'headers:\n        type: "object"',
        'headers:\n        type: "list"',
        "headers",
    ),
}
"""What is wrong with a document: what it says instead of what, and where the reader sees it."""


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What the reader says of the document, and of each wrong one: one run for all, as it starts slowly."""
    node = shutil.which("node")
    need(node and MODULES.is_dir(), "AsyncAPI's reader is not installed (`make asyncapi`)")
    folder = tmp_path_factory.mktemp("asyncapi")
    shutil.copytree(DOCS / "schemas", folder / "schemas")
    text = (DOCS / "asyncapi.yaml").read_text(encoding="utf-8")
    for name, (right, wrong, _) in WRONG.items():
        assert right in text
        (folder / f"{name}.yaml").write_text(text.replace(right, wrong), encoding="utf-8")
    documents = [DOCS / "asyncapi.yaml", *(folder / f"{name}.yaml" for name in WRONG)]
    command = [str(node), str(Path(__file__).parent / "validate.cjs"), *map(str, documents)]
    run = subprocess.run(
        command, env=os.environ | {"NODE_PATH": str(MODULES)}, capture_output=True, text=True, check=True
    )
    found = map(json.loads, run.stdout.splitlines())
    return {document.stem: told for document, told in zip(documents, found, strict=True)}


def test_the_document_holds(complaints: dict[str, list[str]]) -> None:
    assert [one for one in complaints["asyncapi"] if not one.startswith(NEWER_VERSION)] == []


@pytest.mark.parametrize("name", WRONG)
def test_a_document_that_does_not_hold_is_found(complaints: dict[str, list[str]], name: str) -> None:
    assert any(one.startswith("0 ") and WRONG[name][2] in one for one in complaints[name])


def test_the_document_keeps_to_the_schema_of_its_version() -> None:
    schema = MODULES / "@asyncapi" / "specs" / "schemas" / "3.0.0.json"
    need(schema.is_file(), "AsyncAPI's schemas are not installed (`make asyncapi`)")
    document = yaml.safe_load((DOCS / "asyncapi.yaml").read_text(encoding="utf-8"))
    found = Draft7Validator(json.loads(schema.read_text(encoding="utf-8"))).iter_errors(document)
    assert [f"{error.json_path}: {error.message}" for error in found] == []
