"""JSON Schemas and AsyncAPI document of the public topics, and the OpenAPI document of the gateway.

They are generated from the classes of their records and answers.

`python -m tools.schemas` writes them to `docs/`, with the page of the tables, dbt's sources, the settings'
file and the dashboard; a test fails if they are not current.
"""

import json
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from api.app import bare_app
from models.events import EVENTS
from models.intake.refusal import Rejected
from models.statement import LiveCount, Statement
from tools.asyncapi import asyncapi
from tools.dashboard import dashboard
from tools.dbt_sources import dbt_sources
from tools.examples import EXAMPLES
from tools.settings_docs import settings_file
from tools.table_docs import tables_page

DIALECT: Final = "http://json-schema.org/draft-07/schema#"
"""The dialect that every AsyncAPI tool must support."""
Schema = dict[str, Any]
SENT: Final[dict[str, type[Struct]]] = {"credit": Statement, "live-count": LiveCount, "rejected": Rejected}
"""Classes of output records by topic; `EVENTS` has those of input records."""
_REFERENCE: Final = "#/definitions/{{{}}}"


class _Untitled(GenerateJsonSchema):
    """Leaves out titles that only repeat a field's name."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002  pydantic's signature
        return False


def json_schema(topic: str) -> Schema:
    """Schema of a topic's records. JSON Schema takes 5.0 for an integer; the topics do not."""
    schema, definitions = _of_event(EVENTS[topic]) if topic in EVENTS else _of_struct(SENT[topic])
    head = {"$schema": DIALECT, "title": schema.pop("title"), "description": schema.pop("description")}
    tail: Schema = {"examples": [EXAMPLES[topic]]} if topic in EXAMPLES else {}
    if definitions:
        tail["definitions"] = definitions
    folded: Schema = _folded(head | schema | tail)
    return folded


def _of_event(event: type[BaseModel]) -> tuple[Schema, Schema]:
    """Schema of a class, and of the classes that it refers to."""
    schema = event.model_json_schema(ref_template=_REFERENCE.format("model"), schema_generator=_Untitled)
    return schema, schema.pop("$defs", {})


def _of_struct(struct: type[Struct]) -> tuple[Schema, Schema]:
    """The same; a field that may be absent is never null."""
    _, components = msgspec.json.schema_components([struct], ref_template=_REFERENCE.format("name"))
    for component in components.values():
        for name, field in component.get("properties", {}).items():
            if "default" in field:
                component["properties"][name] = field["anyOf"][0]
    return components.pop(struct.__name__), components


def documents() -> dict[str, str]:
    """Text of every document by its path under `docs/`."""
    schemas = {
        f"schemas/{topic}.json": json.dumps(json_schema(topic), indent=2, ensure_ascii=False) + "\n"
        for topic in (*EVENTS, *SENT)
    }
    return schemas | {
        "asyncapi.yaml": "\n".join(_yaml(asyncapi(), "")) + "\n",
        "openapi.json": json.dumps(bare_app().openapi(), indent=2, ensure_ascii=False) + "\n",
        "dbt/models/sources.yml": dbt_sources(),
        "monitoring/grafana/sambung.json": json.dumps(dashboard(), indent=2) + "\n",
        "tables.md": tables_page(),
        "settings.toml": settings_file(),
    }


def _folded(schema: Any) -> Any:
    """The schema with descriptions on one line, as their line breaks mean nothing."""
    if isinstance(schema, list):
        return [_folded(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: " ".join(part.split()) if name == "description" and isinstance(part, str) else _folded(part)
        for name, part in schema.items()
    }


def _yaml(value: dict[str, Any], indent: str) -> list[str]:
    """Lines of YAML: mappings as blocks, everything else as JSON, which is valid YAML."""
    lines = []
    for name, part in value.items():
        key = name if name.replace("-", "").replace(".", "").isalnum() else json.dumps(name)
        if isinstance(part, dict) and part:
            lines += [f"{indent}{key}:", *_yaml(part, indent + "  ")]
        else:
            lines.append(f"{indent}{key}: {json.dumps(part, ensure_ascii=False)}")
    return lines


def main(docs: Path = Path(__file__).parents[1] / "docs") -> None:
    for path, text in documents().items():
        (docs / path).parent.mkdir(parents=True, exist_ok=True)
        (docs / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
