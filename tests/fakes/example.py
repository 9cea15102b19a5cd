"""Examples of what may be asked, made of the types themselves: a command that comes later needs none written for it."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import inspect

from tests.fakes.document import document

Facts = Mapping[str, Any]
"""Values by the name of their field."""

FACTS: dict[str, Any] = {
    "service": "filing",
    "window": "1",
    "at": "1",
    "reason": "检查",
    "note": "检查",
    "scope": "zone:A",
    "level": 5,
    "channel": "keypad",
    "document": document(),
    "version": "1",
    "to": "2026-11-23T09:01:00+08:00",
    "day": "2026-11-23",
    "token": "example-token-of-32-characters-0",
    "name": "somebody",
    "account": "somebody",
    "class": "no-such-class",
    "role": "clerk",
    "ticket": "no-such-ticket-here",
    "id": "no-such-ticket-here",
    "step": "no-such-ticket-here/0",
    "text": "检查",
    "notice": "no-such-notice-here",
    "alarm": "no-such-alarm-here",
    "case": "no-such-case-here",
    "appointment": "20261123001",
    "slot": "2026-11-23T10:00:00+08:00",
    "device": "no-such-device",
    "zone": "A",
    "count": 2,
    "services": ["seal"],
    "evacuation": "no-such-evacuation",
    "file": "no-such-picture.png",
    "form": "xlsx",
    "written_at": "2026-11-23T09:01:00+08:00",
}
"""What fields of these names hold in the small hall of `tests.fakes.hall`, whichever command they belong to."""
OPTIONAL = frozenset({"reason", "services"})
"""Fields that are given although they may be left out."""


def fields(kind: type[msgspec.Struct], facts: Facts) -> dict[str, Any]:
    """Fields that make a `kind`: those that it asks for, by `facts`, else FACTS, else by their types."""
    known = {**FACTS, **facts}
    found = {}
    for field in msgspec.structs.fields(kind):
        name = field.encode_name
        if not (field.required or name in OPTIONAL):
            continue
        found[name] = known[name] if name in known else _value(name, inspect.type_info(field.type))
    if "version" in found:
        found["version"] = int(found["version"])
    return found


def path(pattern: str, facts: Facts) -> str:
    """An address with its braces filled."""
    known = {**FACTS, **facts}
    parts = (str(known[part[1:-1]]) if part.startswith("{") else part for part in pattern.split("/"))
    return "/".join(parts)


def _value(name: str, kind: inspect.Type) -> Any:
    match kind:
        case inspect.BoolType():
            return True
        case inspect.IntType():
            return kind.ge if kind.ge is not None else 1
        case inspect.FloatType():
            return 1.0
        case inspect.StrType() if kind.pattern is None:
            return "x" * max(1, kind.min_length or 0)
        case inspect.LiteralType():
            return kind.values[0]
        case inspect.ListType() | inspect.VarTupleType() | inspect.CollectionType():
            return []
        case inspect.DictType():
            return {}
        case inspect.DateTimeType():
            return FACTS["to"]
        case inspect.UnionType():
            return _value(name, next(one for one in kind.types if not isinstance(one, inspect.NoneType)))
        case inspect.StructType():
            return fields(kind.cls, {})
        case _:
            raise AssertionError(f"no example is known of {name}: add one to FACTS in tests/fakes/example.py")
