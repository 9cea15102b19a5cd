"""The OpenAPI 3.1 document, derived from the command registry, the table of queries and the table of codes."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import msgspec

from queue_server.api import (
    account,
    appointment,
    audit,
    backup,
    bearer,
    clock,
    config,
    confirm,
    find,
    health,
    media,
    register,
    report,
    session,
)
from queue_server.api.query import QUERIES
from queue_server.api.route import BASE, JSON, Route
from queue_server.api.status import STATUS
from queue_server.wire.command import REGISTRY, Entry, Role
from queue_server.wire.error import CODES, ErrorBody

ROUTES: tuple[Route, ...] = (
    *session.ROUTES,
    *account.ROUTES,
    *appointment.ROUTES,
    *register.ROUTES,
    *confirm.ROUTES,
    *find.ROUTES,
    *config.ROUTES,
    *backup.ROUTES,
    *clock.ROUTES,
    *media.ROUTES,
    *report.ROUTES,
    *audit.ROUTES,
    *health.ROUTES,
)
"""Every address of the server that is neither a command's nor a query's, nor a file or the feed."""

_REF = "#/components/schemas/{name}"
_EVERY_ERROR = (400, 401, 403, 404, 409, 413, 422, 429, 500, 503)

Schema = dict[str, Any]
_KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "1 to 128 visible characters; the same key again gets the first answer for 7 days.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 128},
}


@cache
def document(version: str) -> Schema:
    """The whole document for the program's `version`, ready to be encoded."""
    answers: list[Any] = [entry.answer for entry in REGISTRY.values() if entry.answer is not None]
    asked = [entry for entry in REGISTRY.values() if entry.path is not None]
    types: list[Any] = [
        *(entry.type for entry in asked),
        *answers,
        *(query.answer for query in QUERIES),
        ErrorBody,
        *(route.answer for route in ROUTES if route.answer not in (None, bytes)),
        *(route.asks for route in ROUTES if route.asks not in (None, bytes)),
    ]
    shapes, components = msgspec.json.schema_components(types, ref_template=_REF)
    shape = dict(zip(map(repr, types), shapes, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for entry in asked:
        assert entry.path is not None
        assert entry.method is not None
        operation = _command(entry, components, shape)
        paths.setdefault(BASE + entry.path, {})[entry.method.lower()] = operation
    for query in QUERIES:
        paths.setdefault(BASE + query.path, {})["get"] = {
            "operationId": query.name,
            "summary": query.summary,
            "tags": ["queries"],
            "x-roles": _roles(query.roles),
            "security": _security(query.roles, _ASKING),
            "parameters": [*_path_parameters(query.path), *_query_parameters(query.parameters)],
            "responses": {
                "200": _content("Done.", shape[repr(query.answer)]),
                **_errors((401, 403, 404, 422, 429, 500, 503)),
            },
        }
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _route(route, shape)
    for entry in asked:
        # what stands in the address does not stand in the body
        if entry.parameters:
            properties = components[entry.type.__name__]
            properties["properties"] = {
                name: one for name, one in properties["properties"].items() if name not in entry.parameters
            }
            properties["required"] = [
                name for name in properties.get("required", ()) if name not in entry.parameters
            ]
    return {
        "openapi": "3.1.0",
        "info": {"title": "Jiaohao 叫号", "version": version, "license": {"name": "Apache-2.0"}},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": bearer.COOKIE},
                "csrf": {"type": "apiKey", "in": "header", "name": bearer.CSRF},
            },
            "responses": {str(status): _refused(status) for status in _EVERY_ERROR},
        },
    }


def _command(entry: Entry, components: dict[str, Any], shape: dict[str, Any]) -> Schema:
    name = entry.type.__name__
    words = (entry.type.__doc__ or "").strip()
    has_body = any(field.encode_name not in entry.parameters for field in msgspec.structs.fields(entry.type))
    done: Schema = {}
    if entry.answer is not None:
        done[str(entry.success)] = _content("Done.", shape[repr(entry.answer)])
    if entry.answer is None or entry.empty:
        done["204"] = {"description": "Done; there is nothing to return."}
    operation: Schema = {
        "operationId": entry.name,
        "summary": entry.summary,
        "description": words,
        "tags": [entry.name.partition(".")[0]],
        "x-roles": _roles(entry.roles),
        "security": _security(entry.roles, _CHANGING),
        "parameters": [
            *_path_parameters(entry.path or ""),
            _KEY,
        ],
        "responses": {**done, **_errors(_EVERY_ERROR)},
    }
    if has_body:
        operation["requestBody"] = {
            "required": bool(set(components[name].get("required", ())) - set(entry.parameters)),
            "content": {JSON: {"schema": {"$ref": _REF.format(name=name)}}},
        }
    return operation


def _route(route: Route, shape: dict[str, Any]) -> Schema:
    operation: Schema = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [route.path.removeprefix(f"{BASE}/").strip("/").partition("/")[0]],
        "x-roles": _roles(route.roles),
        "security": _security(route.roles, _ASKING if route.method == "GET" else _CHANGING),
        "parameters": [
            *_path_parameters(route.path),
            *_query_parameters(route.parameters),
            *([_KEY] if route.keyed else []),
        ],
        "responses": {**_done(route, shape), **_errors(_EVERY_ERROR)},
    }
    if route.asks is bytes:
        operation["requestBody"] = {
            "required": True,
            "content": {route.takes: {"schema": {"type": "string"}}},
        }
    elif route.asks is not None:
        operation["requestBody"] = {"required": True, "content": {JSON: {"schema": shape[repr(route.asks)]}}}
    return operation


def _done(route: Route, shape: dict[str, Any]) -> Schema:
    if route.answer is None:
        return {"204": {"description": "Done; there is nothing to return."}}
    if route.answer is bytes:
        return {str(route.status): _content("Done.", {"type": "string"}, route.media)}
    return {str(route.status): _content("Done.", shape[repr(route.answer)])}


def _path_parameters(path: str) -> list[Schema]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _query_parameters(parameters: Mapping[str, str]) -> list[Schema]:
    return [
        {"name": name, "in": "query", "description": words, "schema": {"type": "string"}}
        for name, words in parameters.items()
    ]


def _roles(roles: Iterable[Role]) -> list[str]:
    return sorted(roles)


_ASKING: list[Schema] = [{"bearer": []}, {"session": []}]
_CHANGING: list[Schema] = [{"bearer": []}, {"session": [], "csrf": []}]
"""Who bears a cookie shows with a change that it is a page of ours."""


def _security(roles: frozenset[Role], signed: list[Schema]) -> list[Schema]:
    return [{}, *signed] if "public" in roles else signed


def _content(words: str, schema: Schema, media: str = JSON) -> Schema:
    return {"description": words, "content": {media: {"schema": schema}}}


def _errors(statuses: Iterable[int]) -> Schema:
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses}


def _refused(status: int) -> Schema:
    codes = [code for code, given in STATUS.items() if given == status]
    words = "\n".join(f"- `{code}`: {CODES[code].text.en}" for code in codes)
    return _content(words, {"$ref": _REF.format(name="ErrorBody")})
