"""The description of the gateway (OpenAPI 3.1), as the routes tell it, with what they share."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.shapes.base import NOT_YET, PROBLEM, ProblemShape
from api.shapes.events import NotYetShape
from api.shapes.intake import event_schemas

SUMMARY: Final = "Takes events of outreach and enrollment over HTTP, and shows what they brought."
_OWN_FAULTS: Final = ("HTTPValidationError", "ValidationError")
"""Shapes of FastAPI's for faults that this application answers as problems."""


def description(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=SUMMARY,
        routes=app.routes,
        tags=app.openapi_tags,
        separate_input_output_schemas=False,
    )
    schemas = document["components"]["schemas"]
    for name in _OWN_FAULTS:
        schemas.pop(name, None)
    schemas |= event_schemas() | {
        PROBLEM: ProblemShape.model_json_schema(),
        NOT_YET: NotYetShape.model_json_schema(),
    }
    for path in document["paths"].values():
        for operation in path.values():
            if _is_fastapis(operation):
                del operation["responses"]["422"]
    folded: dict[str, Any] = _folded(document)
    return folded


def _is_fastapis(operation: dict[str, Any]) -> bool:
    content = operation["responses"].get("422", {}).get("content", {})
    return "HTTPValidationError" in str(content)


def _folded(part: Any) -> Any:
    """With descriptions on one line, as their line breaks mean nothing."""
    if isinstance(part, list):
        return [_folded(one) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        name: " ".join(one.split()) if name == "description" and isinstance(one, str) else _folded(one)
        for name, one in part.items()
    }
