"""The one door for commands, whichever way they come: known by the registry, by somebody who may, and in the right shape. Pure."""

import re
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

import msgspec

from queue_server.engine.actor import Actor
from queue_server.wire.command import REGISTRY, Command, Entry, Role
from queue_server.wire.error import Refusal
from queue_server.wire.ticket import Text

MALFORMED = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What reading something that is not JSON raises: also text that is not UTF-8, and brackets without end."""

_fields = msgspec.json.Decoder(dict[str, Any])
_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""What no keyboard types into a text: a terminal obeys some of it, a page shows others turned round, PostgreSQL keeps no null."""
_ESCAPED = re.compile(
    rb"(?<!\\)(?:\\\\)*\\(?:[bf]|u00(?:0[0-8bcef]|[189][0-9a-f]|7f)|u20(?:2[89a-e]|6[6-9]))"
    rb"|\x7f|\xc2[\x80-\x9f]|\xe2(?:\x80[\xa8-\xae]|\x81[\xa6-\xa9])",
    re.IGNORECASE,
)
"""The same as JSON writes it; behind an even number of backslashes, or it would be those and a word."""
_PLACE = re.compile(r"^(?P<what>.*?)(?: - at `(?P<path>\$[^`]*)`)?$", re.DOTALL)
_KNOWN: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"missing required field `(.+)`"), "缺少“{0}”", "“{0}” is missing"),
    (re.compile(r"unknown field `(.+)`"), "没有“{0}”这一项", "there is no “{0}”"),
    (re.compile(r"Invalid enum value (.+)"), "没有{0}这个值", "there is no value {0}"),
    (re.compile(r"Expected `(.+)`, got `(.+)`"), "应为{0}，而不是{1}", "expected {0}, got {1}"),
    (re.compile(r"with a timezone component"), "应带时区，例如+08:00", "expected an offset, such as +08:00"),
    (
        re.compile(r"Expected `str` matching regex '\^\[\^"),
        "应为一行看得见的文字",
        "expected one line of visible text",
    ),
    (
        re.compile(r"matching regex '\^\[A-Za-z0-9_-\]\{(\d+),(\d+)\}\$'"),
        "应为{0}至{1}个字母、数字、“-”或“_”",
        "expected {0} to {1} letters, digits, “-” or “_”",
    ),
    (
        re.compile(r"matching regex"),
        "写法不对，应怎样写见接口文档（/api/v1/openapi.json）",
        "not written as the API document (/api/v1/openapi.json) states",
    ),
    (re.compile(r"Expected `(.+?)` (.+)"), "{0}应满足{1}", "expected {0} {1}"),
)
"""What msgspec says of a value that does not fit, in the words of people who read neither Python nor English."""


def check_role(roles: Collection[Role], actor: Actor) -> None:
    """Refuse somebody whose role is not among those that may, before anything they sent is looked at."""
    if actor.role not in roles:
        raise Refusal("auth.missing" if actor.role == "public" else "auth.forbidden")


def command(entry: Entry, fields: dict[str, Any]) -> Command:
    """The command that these fields make. Refuses `request.invalid` with the path of what does not fit."""
    if _holds_control(fields):
        raise _untyped()
    return _made(entry, fields)


def _made(entry: Entry, fields: dict[str, Any]) -> Command:
    try:
        return msgspec.convert(fields, entry.type)
    except msgspec.ValidationError as error:
        raise invalid(error) from error


def read(entry: Entry, body: bytes, places: Mapping[str, str]) -> Command:
    """The command in a JSON body; `places` are the fields that stand in its address, and may not stand in the body too.

    An empty body is one without fields. Refuses `request.malformed` for what is not JSON, else as `command`.
    """
    if (not _typed(body) and _ESCAPED.search(body)) or any(map(_CONTROL.search, places.values())):
        raise _untyped()
    try:
        if not places:
            made: Command = _decoder(entry.name).decode(body or b"{}")
            return made
        fields = _fields.decode(body or b"{}")
    except msgspec.ValidationError as error:
        raise invalid(error) from error
    except MALFORMED as error:
        raise Refusal("request.malformed") from error
    for name in places:
        if name in fields:
            raise invalid(msgspec.ValidationError(f"Object contains unknown field `{name}`"))
    return _made(entry, {**fields, **places})


@cache
def _decoder(name: str) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(REGISTRY[name].type)


def _typed(body: bytes) -> bool:
    """Whether a look at a body is enough to see that nothing is escaped in it: so it is with nearly every command."""
    return body.isascii() and b"\\" not in body and b"\x7f" not in body


def _holds_control(fields: dict[str, Any]) -> bool:
    """Whether any text in it has a control character; however deep it is, since whoever sent it chose how deep."""
    left: list[object] = [fields]
    while left:
        match left.pop():
            case str(text):
                if _CONTROL.search(text):
                    return True
            case dict(table):
                left += [*table.keys(), *table.values()]
            case list(entries):
                left += entries
    return False


def _untyped() -> Refusal:
    """Text with a control character, other than one that ends a line."""
    fault = Text("文字中不能有控制字符", "text must not hold control characters")
    return Refusal("request.invalid", fault=fault, path="$")


def invalid(error: msgspec.ValidationError) -> Refusal:
    """The refusal for a value that does not fit: `path` says where (`$` is the whole), `fault` what is wrong with it."""
    found = _PLACE.match(str(error))
    what, path = (found["what"], found["path"]) if found is not None else (str(error), None)
    for pattern, zh, en in _KNOWN:
        match = pattern.search(what)
        if match is not None:
            fault = Text(zh.format(*match.groups()), en.format(*match.groups()))
            break
    else:
        fault = Text(what, what)
    if path is not None:
        fault = Text(f"{path} {fault.zh}", f"{path}: {fault.en}")
    return Refusal("request.invalid", fault=fault, path=path or "$")
