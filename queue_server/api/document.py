"""The OpenAPI 3.1 document, derived from the command registry, the table of queries and the table of codes."""

from collections.abc import Iterable
from typing import Any

import msgspec

from queue_server.api import bearer
from queue_server.api.account import ADMIN, ROUTES, Route
from queue_server.api.config import CHECKERS, Checked, Draft
from queue_server.api.query import QUERIES
from queue_server.api.session import Me, NewPassword, SignedIn, SignIn
from queue_server.api.status import STATUS
from queue_server.wire.command import REGISTRY, Entry, Role
from queue_server.wire.error import CODES, ErrorBody

BASE = "/api/v1"
_REF = "#/components/schemas/{name}"
_JSON = "application/json"
_EVERY_ERROR = (400, 401, 403, 404, 409, 413, 422, 429, 500, 503)

Schema = dict[str, Any]


def document(version: str) -> Schema:
    """The whole document for the program's `version`, ready to be encoded."""
    answers: list[Any] = [entry.answer for entry in REGISTRY.values() if entry.answer is not None]
    asked = [entry for entry in REGISTRY.values() if entry.path is not None]
    types: list[Any] = [
        *(entry.type for entry in asked),
        *answers,
        *(query.answer for query in QUERIES),
        ErrorBody,
        SignIn,
        SignedIn,
        Me,
        Draft,
        Checked,
        NewPassword,
        *(route.answer for route in ROUTES),
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
            "parameters": [
                *_path_parameters(query.path),
                *(
                    {"name": name, "in": "query", "description": words, "schema": {"type": "string"}}
                    for name, words in query.parameters.items()
                ),
            ],
            "responses": {
                "200": _content("Done.", shape[repr(query.answer)]),
                **_errors((401, 403, 404, 422, 503)),
            },
        }
    paths |= _sessions(shape)
    paths |= _config(shape)
    for route in ROUTES:
        paths.setdefault(BASE + route.path, {})[route.method.lower()] = _account(route, shape)
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
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "1 to 128 visible characters; the same key again gets the first answer for 7 days.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 128},
            },
        ],
        "responses": {**done, **_errors(_EVERY_ERROR)},
    }
    if has_body:
        operation["requestBody"] = {
            "required": bool(set(components[name].get("required", ())) - set(entry.parameters)),
            "content": {_JSON: {"schema": {"$ref": _REF.format(name=name)}}},
        }
    return operation


def _sessions(shape: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{BASE}/login": {
            "post": {
                "operationId": "login",
                "summary": "Sign in: the token for programs, and the same in a cookie for pages.",
                "tags": ["session"],
                "security": [],
                "requestBody": {"required": True, "content": {_JSON: {"schema": shape[repr(SignIn)]}}},
                "responses": {
                    "200": _content("Signed in.", shape[repr(SignedIn)]),
                    **_errors((400, 401, 422, 429, 503)),
                },
            }
        },
        f"{BASE}/logout": {
            "post": {
                "operationId": "logout",
                "summary": "Sign out.",
                "tags": ["session"],
                "security": [{}, *_CHANGING],
                "responses": {"204": {"description": "Signed out."}, **_errors((401, 403, 503))},
            }
        },
        f"{BASE}/me": {
            "get": {
                "operationId": "me",
                "summary": "Who bears the token, and what a page shows with each change.",
                "tags": ["session"],
                "security": _ASKING,
                "responses": {"200": _content("It is somebody.", shape[repr(Me)]), **_errors((401, 503))},
            }
        },
        f"{BASE}/me/password": {
            "post": {
                "operationId": "password",
                "summary": "Choose a password of one's own; one's other sessions end.",
                "tags": ["session"],
                "security": _CHANGING,
                "requestBody": {"required": True, "content": {_JSON: {"schema": shape[repr(NewPassword)]}}},
                "responses": {
                    "204": {"description": "Chosen."},
                    **_errors((400, 401, 403, 422, 429, 503)),
                },
            }
        },
    }


def _account(route: Route, shape: dict[str, Any]) -> Schema:
    operation: Schema = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": ["accounts"],
        "x-roles": _roles(ADMIN),
        "security": _ASKING if route.method == "GET" else _CHANGING,
        "parameters": _path_parameters(route.path),
        "responses": {
            str(route.status): _content("Done.", shape[repr(route.answer)]),
            **_errors((400, 401, 403, 404, 409, 413, 422, 503)),
        },
    }
    if route.asks is bytes:
        operation["requestBody"] = {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}
    elif route.asks is not None:
        operation["requestBody"] = {"required": True, "content": {_JSON: {"schema": shape[repr(route.asks)]}}}
    return operation


def _config(shape: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{BASE}/config/check": {
            "post": {
                "operationId": "config.check",
                "summary": "Check a configuration document and say what it would change; nothing is done.",
                "tags": ["config"],
                "x-roles": _roles(CHECKERS),
                "security": _CHANGING,
                "requestBody": {"required": True, "content": {_JSON: {"schema": shape[repr(Draft)]}}},
                "responses": {
                    "200": _content("Checked.", shape[repr(Checked)]),
                    **_errors((400, 401, 403, 413, 422, 503)),
                },
            }
        }
    }


def _path_parameters(path: str) -> list[Schema]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _roles(roles: Iterable[Role]) -> list[str]:
    return sorted(roles)


_ASKING: list[Schema] = [{"bearer": []}, {"session": []}]
_CHANGING: list[Schema] = [{"bearer": []}, {"session": [], "csrf": []}]
"""Who bears a cookie shows with a change that it is a page of ours."""


def _security(roles: frozenset[Role], signed: list[Schema]) -> list[Schema]:
    return [{}, *signed] if "public" in roles else signed


def _content(words: str, schema: Schema) -> Schema:
    return {"description": words, "content": {_JSON: {"schema": schema}}}


def _errors(statuses: Iterable[int]) -> Schema:
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses}


def _refused(status: int) -> Schema:
    codes = [code for code, given in STATUS.items() if given == status]
    words = "\n".join(f"- `{code}`: {CODES[code].text.en}" for code in codes)
    return _content(words, {"$ref": _REF.format(name="ErrorBody")})
