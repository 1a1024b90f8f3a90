"""The AsyncAPI 3 document: the public topics, their records' keys and meanings."""

from dataclasses import dataclass
from typing import Any, Final, Literal

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


_EVENT: Final = (
    "One event, whole: a higher `revision` of the same `event_id` replaces it, `status` cancelled takes it "
    "back. A record may come at any time, in any order and more than once. One that cannot be taken in "
    "becomes a record on `rejected`."
)
_EVENT_KEY: Final = "The event's `event_id`; a record with another key is put back under the right one."

TOPICS: Final[dict[str, Topic]] = {
    "enrollment": Topic(
        action="receive",
        title="New members",
        description=f"Workers and companies that joined. {_EVENT}",
        key=_EVENT_KEY,
    ),
    "outreach-event": Topic(
        action="receive",
        title="Outreach events",
        description=f"Shows, walks, meetings. {_EVENT}",
        key=_EVENT_KEY,
    ),
    "inspection": Topic(
        action="receive",
        title="Inspections",
        description=f"Visits and letters to companies that have not registered. {_EVENT}",
        key=_EVENT_KEY,
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
        "be told twice.",
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
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-07",
            "schema": {"$ref": f"./schemas/{name}.json"},
        },
        "bindings": {"kafka": {"key": key, "bindingVersion": _BINDING}},
    }


def _operation(name: str, topic: Topic) -> str:
    return topic.action + "".join(word.capitalize() for word in name.split("-"))


def _action(name: str, topic: Topic) -> dict[str, Any]:
    return {
        "action": topic.action,
        "channel": {"$ref": f"#/channels/{name}"},
        "messages": [{"$ref": f"#/channels/{name}/messages/{name}"}],
    }
