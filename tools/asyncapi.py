"""The AsyncAPI 3 document: the public topics, their records' keys and meanings."""

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from api.intake.records import KEY_HEADER
from models.intake.request_refusal import REQUEST_HEADER
from streams.attribution.origin import ORIGIN, ORIGINAL_HEADERS, ORIGINAL_KEY
from streams.topics.names import PUBLIC_POLICIES

_BINDING: Final = "0.5.0"


@dataclass(frozen=True, slots=True)
class Topic:
    """Description of a public topic for its readers and writers."""

    action: Literal["receive", "send"]
    """As seen from sambung."""
    title: str
    description: str
    key: str
    headers: dict[str, str] = field(default_factory=dict)
    """What each means that sambung itself writes."""


_EVENT: Final = (
    "One event, whole: a higher `revision` of the same `event_id` replaces it, `status` cancelled takes it "
    "back. A record may come at any time, in any order and more than once. One that cannot be taken in "
    "becomes a record on `rejected`."
)
_EVENT_KEY: Final = "The event's `event_id`; a record with another key is put back under the right one."
_EVENT_HEADERS: Final = {
    KEY_HEADER: "Name of the key under which a gateway was given the event.",
    ORIGIN: "`TOPIC/PARTITION/OFFSET` where the record first lay, if a worker or a replay sent it again.",
    ORIGINAL_KEY: "The key that it had there; absent if it had none.",
    ORIGINAL_HEADERS: "The headers that it had there (MessagePack: name, value, name, value).",
}

TOPICS: Final[dict[str, Topic]] = {
    "enrollment": Topic(
        action="receive",
        title="New members",
        description=f"Workers and companies that joined. {_EVENT}",
        key=_EVENT_KEY,
        headers=_EVENT_HEADERS,
    ),
    "outreach-event": Topic(
        action="receive",
        title="Outreach events",
        description=f"Shows, walks, meetings. {_EVENT}",
        key=_EVENT_KEY,
        headers=_EVENT_HEADERS,
    ),
    "inspection": Topic(
        action="receive",
        title="Inspections",
        description=f"Visits and letters to companies that have not registered. {_EVENT}",
        key=_EVENT_KEY,
        headers=_EVENT_HEADERS,
    ),
    "credit": Topic(
        action="send",
        title="Statements of credit",
        description="All that is known of one member at one version: every line of every credit model. "
        "Of a member the statement of the greatest `version` holds; an earlier or equal one that comes "
        "later says nothing new.",
        key="The `member_id`.",
    ),
    "live-count": Topic(
        action="send",
        title="Live counts",
        description="All counts of one campaign, absolute: nothing is to be added up. Of a campaign the "
        "record of the greatest `version` holds; it has no rows when nothing is left.",
        key="The `campaign_id`, which may be `organic`.",
    ),
    "rejected": Topic(
        action="send",
        title="Refused records",
        description="Each record that could not be taken in, kept whole with the reason and what to do; "
        "national ids are masked. It can be put right and sent again to its topic. The same record may "
        f"be told twice. Of a gateway's request, `{REQUEST_HEADER}` in the field `headers` is the id.",
        key="Where the record first lay.",
    ),
}


def asyncapi() -> dict[str, Any]:
    """The document, with the schemas beside it in `schemas/`."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "sambung",
            "version": "1.0.0",
            "description": "Public Kafka topics of sambung, which says live which outreach effort brought "
            "which new member in. Values are JSON objects in UTF-8. Types are JSON's own: 5.0 is no "
            "integer, though JSON Schema takes it for one.",
        },
        "defaultContentType": "application/json",
        "channels": {name: _channel(name, topic) for name, topic in TOPICS.items()},
        "operations": {_operation(name, topic): _action(name, topic) for name, topic in TOPICS.items()},
        "components": {"messages": {name: _message(name, topic) for name, topic in TOPICS.items()}},
    }


def _channel(name: str, topic: Topic) -> dict[str, Any]:
    policy = PUBLIC_POLICIES[name]
    retention = {"retention.ms": int(policy["retention.ms"])} if "retention.ms" in policy else {}
    settings = {
        "cleanup.policy": [policy["cleanup.policy"]],
        **retention,
        "max.message.bytes": int(policy["max.message.bytes"]),
    }
    return {
        "address": name,
        "title": topic.title,
        "description": topic.description,
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "bindings": {"kafka": {"topicConfiguration": settings, "bindingVersion": _BINDING}},
    }


def _message(name: str, topic: Topic) -> dict[str, Any]:
    key = {"type": "string", "description": topic.key}
    return {
        "name": name,
        "title": topic.title,
        **({"headers": _headers(topic)} if topic.headers else {}),
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-07",
            "schema": {"$ref": f"./schemas/{name}.json"},
        },
        "bindings": {"kafka": {"key": key, "bindingVersion": _BINDING}},
    }


def _headers(topic: Topic) -> dict[str, Any]:
    properties = {name: {"type": "string", "description": text} for name, text in topic.headers.items()}
    return {
        "type": "object",
        "description": "Any are taken, and none decides anything. Names that begin with `sambung-` are "
        "sambung's own.",
        "properties": properties,
    }


def _operation(name: str, topic: Topic) -> str:
    return topic.action + "".join(word.capitalize() for word in name.split("-"))


def _action(name: str, topic: Topic) -> dict[str, Any]:
    return {
        "action": topic.action,
        "channel": {"$ref": f"#/channels/{name}"},
        "messages": [{"$ref": f"#/channels/{name}/messages/{name}"}],
    }
