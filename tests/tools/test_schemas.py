"""The documents under `docs/` are current, complete and agree with the classes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from jsonschema import Draft7Validator

from models.events import EVENTS
from models.intake.judging import judge, topic_of_line
from models.intake.refusal import RawRecord, Reason, Refusal, rejected_line, rejected_record
from models.places import Places
from models.statement import CountRow, Credit, Line, LiveCount, Statement
from tools.asyncapi import asyncapi
from tools.examples import EXAMPLES
from tools.schemas import SENT, documents, json_schema, main

DOCS = Path(__file__).parents[2] / "docs"
BAD_LINES = (Path(__file__).parents[1] / "models" / "intake" / "bad-lines.ndjson").read_bytes().splitlines()
REFUSAL = Refusal(Reason.NOT_JSON, ("Not JSON.",))


def valid(topic: str, record: bytes) -> bool:
    return bool(Draft7Validator(json_schema(topic)).is_valid(json.loads(record)))


def test_all_documents_in_the_repository_are_current() -> None:
    outdated = {
        path for path, text in documents().items() if (DOCS / path).read_text(encoding="utf-8") != text
    }
    assert not outdated, "run `python -m tools.schemas`"


def test_no_schema_is_left_of_a_topic_that_is_gone(tmp_path: Path) -> None:
    main(tmp_path)
    assert {path.name for path in (DOCS / "schemas").iterdir()} == {
        path.name for path in (tmp_path / "schemas").iterdir()
    }


@pytest.mark.parametrize("topic", [*EVENTS, *SENT])
def test_a_schema_is_one_and_tells_what_each_field_of_the_record_means(topic: str) -> None:
    schema = json_schema(topic)
    Draft7Validator.check_schema(schema)
    assert schema["additionalProperties"] is False
    if topic in EVENTS:
        assert all(field["description"] for field in schema["properties"].values())


@pytest.mark.parametrize("topic", EVENTS)
def test_an_example_is_an_event_that_is_taken(topic: str) -> None:
    example = json.dumps(EXAMPLES[topic]).encode()
    assert valid(topic, example)
    assert isinstance(judge(topic, example, Places.load()), EVENTS[topic])


def test_a_schema_refuses_what_intake_refuses_but_for_what_json_schema_cannot_say() -> None:
    passed = []
    for value in BAD_LINES:
        topic = topic_of_line(value)
        if isinstance(topic, str) and valid(topic, value):
            found = judge(topic, value, Places.load())
            assert isinstance(found, Refusal)
            passed.append(found.errors[0].partition(";")[0])
    assert passed == [
        "`revision` is 5.0",
        '`recorded_at` is the text "2017-02-29T09:00:00+07:00"',
        "`company_id` differs from `member_id`, but `kind` is company",
        "`place` is 34.04.99, which the list of known places lacks",
        "`place` is 35, which the list of known places lacks",
        "`place` is 33.04.07, which the list of known places lacks",
    ]


def test_what_is_sent_keeps_to_its_schema() -> None:
    touched = Line(
        line=0,
        touch_id="5b0f3b1e-8f5e-4f0e-9d3e-0a9d2c7b6e11",
        campaign_id="wayang-1",
        channel="wayang",
        evidence="place",
        approach="persuasion",
        touched_at="2017-09-01T02:00:00.000000Z",
        credit=Credit(first=300_000),
    )
    statement = Statement(
        member_id="w1",
        version=2**40,
        status="active",
        decided_at="2017-09-01T02:00:00.000000Z",
        rules_version="2017.1",
        kind="worker",
        company_id=None,
        place="34.04.07",
        occurred_at="2017-09-01T02:00:00.000000Z",
        enrollment_event_id="5b0f3b1e-8f5e-4f0e-9d3e-0a9d2c7b6e11",
        evidence="place",
        duplicates=0,
        lines=(touched,),
    )
    row = CountRow(district="34.04", month="2017-09", kind="worker", model="first", credit=1, members=1)
    count = LiveCount(campaign_id="wayang-1", version=2**40, rows=(row,))
    assert valid("credit", msgspec.json.encode(statement))
    assert valid("live-count", msgspec.json.encode(count))
    assert valid("rejected", rejected_line(REFUSAL, "list.ndjson", 1, b"\xff"))
    assert valid(
        "rejected", rejected_record(REFUSAL, ("enrollment", 0, 0), RawRecord(None, b"", [("h", None)]))
    )


def test_the_asyncapi_document_is_yaml_of_what_was_meant() -> None:
    assert yaml.safe_load((DOCS / "asyncapi.yaml").read_text(encoding="utf-8")) == asyncapi()


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (part for name, part in node.items() if name == "$ref")
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from references(part)


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    found = set(references(asyncapi()))
    assert len(found) == 4 * 6
    for reference in found:
        file, _, pointer = reference.partition("#/")
        if file:
            assert (DOCS / file).is_file()
        node: Any = asyncapi()
        for name in pointer.split("/") if pointer else ():
            node = node[name]


def test_every_public_topic_has_a_channel_an_operation_and_a_message_with_a_key() -> None:
    document = asyncapi()
    topics = {*EVENTS, *SENT}
    assert document["asyncapi"].startswith("3.")
    assert set(document["channels"]) == set(document["components"]["messages"]) == topics
    actions = {
        each["channel"]["$ref"].split("/")[-1]: each["action"] for each in document["operations"].values()
    }
    assert actions == dict.fromkeys(EVENTS, "receive") | dict.fromkeys(SENT, "send")
    for topic in topics:
        kafka = document["channels"][topic]["bindings"]["kafka"]["topicConfiguration"]
        assert kafka["cleanup.policy"] == (["compact"] if topic == "live-count" else ["delete"])
        assert kafka["max.message.bytes"] == (4 if topic in EVENTS else 8) * 1024 * 1024
        assert document["components"]["messages"][topic]["bindings"]["kafka"]["key"]["description"]
