"""The OpenAPI document of the HTTP interface, made from its routes."""

from __future__ import annotations

from typing import Any

from bot.web.routes import BODIES, PARAMETERS, ROUTES


def document() -> dict[str, Any]:
    """The interface as OpenAPI 3.1."""
    paths: dict[str, dict[str, Any]] = {}
    for method, path, route in ROUTES:
        paths.setdefault(path, {})[method.lower()] = _operation(path, route.__doc__ or "")
    return {
        "openapi": "3.1.0",
        "info": {"title": "zhenwen", "version": "1", "description": "镇法治政府建设年度报告问答，每个数字都有出处。"},
        "paths": paths,
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
        "security": [{}, {"key": []}],
    }


def _operation(path: str, summary: str) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in PARAMETERS.get(path, ())]
    if "{id}" in path:
        parameters.append({"name": "id", "in": "path", "required": True, "schema": {"type": "string"}})
    statuses = {"200": "done", "400": "what was asked cannot be done; the message says why", "404": "not there"}
    made: dict[str, Any] = {
        "summary": summary.splitlines()[0],
        "parameters": parameters,
        "responses": {s: {"description": d} for s, d in statuses.items()},
    }
    if body := BODIES.get(path):
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": _schema(body.model_json_schema())}}}
    return made


def _schema(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a body with its parts in place of references to them."""
    parts = schema.pop("$defs", {})

    def inlined(node: Any) -> Any:  # noqa: ANN401  (JSON)
        if isinstance(node, dict):
            name = str(node.get("$ref", "")).rpartition("/")[2]
            return inlined(parts[name]) if name else {key: inlined(value) for key, value in node.items()}
        return [inlined(each) for each in node] if isinstance(node, list) else node

    found: dict[str, Any] = inlined(schema)
    return found
