"""The door for commands: role first, then shape."""

import json
from typing import Any

import msgspec
import pytest

from queue_server.auth.door import check_role, command, read
from queue_server.engine.actor import Actor
from queue_server.wire.command import REGISTRY, ROLES, Entry, RevokeDevice, Role, Take
from queue_server.wire.error import Refusal

TAKE = REGISTRY["tickets.take"]


@pytest.mark.parametrize("entry", REGISTRY.values(), ids=REGISTRY)
@pytest.mark.parametrize("role", ROLES)
def test_the_door_opens_for_exactly_the_roles_of_the_registry(entry: Entry, role: Role) -> None:
    actor = Actor(role, "somebody")
    if role in entry.roles:
        check_role(entry.roles, actor)
    else:
        with pytest.raises(Refusal) as refused:
            check_role(entry.roles, actor)
        assert refused.value.code == ("auth.missing" if role == "public" else "auth.forbidden")


def test_fields_in_the_right_shape_make_the_command() -> None:
    made = command(TAKE, {"service": "filing", "class": "priority"})
    assert isinstance(made, Take)
    assert made.class_ == "priority"


@pytest.mark.parametrize(
    "fields, path, zh, en",
    [
        ({}, "$", "缺少“service”", "“service” is missing"),
        ({"service": "s", "zone": 1}, "$", "没有“zone”这一项", "there is no “zone”"),
        ({"service": "s", "items": 0}, "$.items", "$.items int应满足>= 1", "$.items: expected int >= 1"),
        (
            {"service": "s", "items": "2"},
            "$.items",
            "$.items 应为int，而不是str",
            "$.items: expected int, got str",
        ),
        (
            {"service": "s", "language": "fr"},
            "$.language",
            "$.language 没有'fr'这个值",
            "$.language: there is no value 'fr'",
        ),
    ],
)
def test_a_field_that_does_not_fit_is_refused_with_its_path(
    fields: dict[str, Any], path: str, zh: str, en: str
) -> None:
    with pytest.raises(Refusal) as refused:
        command(TAKE, fields)
    body = refused.value.body("zh")
    assert (body.code, body.detail["path"], body.detail["fault"]) == ("request.invalid", path, zh)
    assert refused.value.body("en").detail["fault"] == en


def test_text_with_a_null_character_is_refused_since_not_every_database_can_keep_it() -> None:
    for body in (b'{"service": "a\\u0000"}', b'{"service": "a", "needs": ["\\\\\\u0000"]}'):
        with pytest.raises(Refusal) as refused:
            read(TAKE, body, {})
        assert refused.value.code == "request.invalid"
    for fields in (
        {"service": "a\0"},
        {"service": "a", "holder": {"name": "\0"}},
        {"service": "a", "needs": ["\0"]},
    ):
        with pytest.raises(Refusal) as refused:
            command(TAKE, fields)
        assert refused.value.code == "request.invalid"
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(Refusal):
        command(TAKE, {"service": "a", "needs": deep})
    made = read(TAKE, b'{"service": "a\\\\u0000"}', {})
    assert isinstance(made, Take)
    assert made.service == "a\\u0000"


@pytest.mark.parametrize("control", ["\x1b", "\x08", "\x0c", "\x7f", "\x9b", "\u2028", "\u202e", "\u2066"])
def test_text_that_a_terminal_obeys_or_a_page_shows_turned_round_is_refused(control: str) -> None:
    fields = {"service": "a", "needs": [f"x{control}[2J"]}
    for body in (json.dumps(fields).encode(), json.dumps(fields, ensure_ascii=False).encode()):
        with pytest.raises(Refusal) as refused:
            read(TAKE, body, {})
        assert refused.value.code in {"request.invalid", "request.malformed"}
    with pytest.raises(Refusal) as refused:
        command(TAKE, fields)
    assert refused.value.body("en").detail["fault"] == "text must not hold control characters"


def test_text_of_several_lines_and_of_any_language_is_text() -> None:
    text = "第一行\n\t二 — “x” é \u00a0 👍 \\u202e"
    made = read(REGISTRY["devices.revoke"], json.dumps({"reason": text}).encode(), {"device": "d"})
    assert isinstance(made, RevokeDevice)
    assert made.reason == text


@pytest.mark.parametrize("name", ["   ", "\n", "a\nb", "\ta"])
def test_a_name_is_one_line_with_something_to_be_seen_in_it(name: str) -> None:
    with pytest.raises(Refusal) as refused:
        command(REGISTRY["devices.pair"], {"kind": "kiosk", "name": name, "token": "t" * 40})
    assert refused.value.body("zh").detail["fault"] == "$.name 应为一行看得见的文字"


def test_a_form_is_told_in_words_and_never_as_a_pattern() -> None:
    told = {}
    for entry in REGISTRY.values():
        for field in msgspec.structs.fields(entry.type):
            if "regex" in (said := _refused(entry, {field.encode_name: " "})):
                told[entry.name, field.name] = said
    assert told == {}
    assert "16至64个字母" in _refused(REGISTRY["tickets.take"], {"service": "a", "id": "x y"})
    assert "接口文档" in _refused(REGISTRY["issuing.stop"], {"scope": "nowhere", "reason": "x"})


def _refused(entry: Entry, fields: dict[str, object]) -> str:
    """What is told of fields that do not fit; empty if they do."""
    try:
        command(entry, fields)
    except Refusal as refused:
        return str(refused.body("zh").detail["fault"])
    return ""
