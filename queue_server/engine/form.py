"""What a form for a configuration document has to offer, derived from the document's structs and the marks of their fields.

Whoever draws a form draws it from this alone, so a table or a field that the plan gains appears by itself. The words for people are
in `wire/face/text/form.toml`, found by `labels`.
"""

from collections.abc import Callable, Iterator
from typing import Any, Literal, get_args, get_origin

import msgspec

from queue_server.engine import mark
from queue_server.engine.document import unmarked
from queue_server.engine.mark import Mark
from queue_server.engine.plan import COLOUR, Document
from queue_server.wire.ticket import Text

Kind = Literal[
    "text",
    "words",
    "number",
    "truth",
    "choice",
    "row",
    "colour",
    "spans",
    "numbers",
    "key",
    "day",
    "days",
    "weekdays",
    "month_day",
    "table",
]
"""What is asked for: a line of text, a name in two languages (`words`), one of some words (`choice`), the name of a row of another
table (`row`), parts of a day (`spans`), window numbers, the row's own name (`key`), or rows of an inner table."""

_WRITTEN: dict[Callable[[str], object | None], Kind] = {
    mark.day_of: "day",
    mark.days_of: "days",
    mark.weekdays_of: "weekdays",
    mark.month_day_of: "month_day",
}
_PLAIN: dict[Any, Kind] = {str: "text", int: "number", bool: "truth", Text: "words"}


class Field(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One field of a table. With `many` it is a list of what `kind` says.

    `optional` fields may be left out and then mean `default` (None: nothing); `low` and `high` bound a number, `options` are the
    words of a choice, `table` is whose rows are named, `fields` are those of an inner table.
    """

    name: str
    kind: Kind
    many: bool = False
    optional: bool = False
    default: Any = None
    low: int | None = None
    high: int | None = None
    options: tuple[str, ...] = ()
    table: str | None = None
    fields: "tuple[Field, ...]" = ()


class Table(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One table of the document: rows with these fields, or with `single` one row alone. `named` fields tell its rows apart."""

    name: str
    single: bool = False
    optional: bool = False
    named: tuple[str, ...] = ()
    fields: tuple[Field, ...]


class Form(msgspec.Struct, frozen=True):
    """The whole document: its own fields, then its tables in its order."""

    fields: tuple[Field, ...]
    tables: tuple[Table, ...]


def form(document: type[msgspec.Struct] = Document) -> Form:
    """The form of a document."""
    fields: list[Field] = []
    tables: list[Table] = []
    for each in msgspec.structs.fields(document):
        kind, many = _rows(each.type)
        if kind is None:
            fields.append(_field(each))
            continue
        inner = tuple(map(_field, msgspec.structs.fields(kind)))
        named = _named(inner) if many else ()
        tables.append(
            Table(
                name=each.encode_name, single=not many, optional=not each.required, named=named, fields=inner
            )
        )
    return Form(tuple(fields), tuple(tables))


def labels(made: Form) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What has to be said in words, and the keys under which the words may stand: the first that is there counts.

    Every table, field and word has a label, every table and field a hint.
    """
    for table in made.tables:
        yield from (_said(table.name, end) for end in ("", "_hint"))
    yield from _of("hall", made.fields)
    for table in made.tables:
        yield from _of(table.name, table.fields)


def _of(table: str, fields: tuple[Field, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for field in fields:
        for end in ("", "_hint"):
            own = f"{table}_{field.name}{end}"
            yield own, (own, f"any_{field.name}{end}")
        for word in field.options:
            own = f"{table}_{field.name}_{word}"
            yield own, (own, f"any_{field.name}_{word}")
        yield from _of(field.name, field.fields)


def _said(name: str, end: str) -> tuple[str, tuple[str, ...]]:
    return f"{name}{end}", (f"{name}{end}",)


def _rows(kind: Any) -> tuple[type[msgspec.Struct] | None, bool]:
    """The struct of a table's rows, and whether it may have several; None for a plain value."""
    kind, _ = unmarked(kind)
    many = get_origin(kind) is tuple
    if many:
        kind, _ = unmarked(get_args(kind)[0])
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind is not Text:
        return kind, many
    return None, many


def _named(fields: tuple[Field, ...]) -> tuple[str, ...]:
    """The fields that tell a table's rows apart: their own name, or else what must be written and names another row."""
    own = tuple(field.name for field in fields if field.kind in ("key", "numbers"))
    if own:
        return own
    return tuple(field.name for field in fields if field.kind in ("row", "days") and not field.optional)


def _field(each: msgspec.structs.FieldInfo) -> Field:
    kind, marks = unmarked(each.type)
    rows, many = _rows(each.type)
    inner: tuple[Field, ...] = ()
    if rows is not None:
        inner = tuple(map(_field, msgspec.structs.fields(rows)))
        shape: dict[str, Any] = {"kind": "table"}
    else:
        if many:
            kind, more = unmarked(get_args(kind)[0])
            marks = (*marks, *more)
        shape = {"kind": _PLAIN[kind]}
        for one in marks:
            shape |= _shape(one)
    default = None if each.required or each.default is msgspec.NODEFAULT else each.default
    if default in ((), Text("", "")):
        default = None
    return Field(
        name=each.encode_name, many=many, optional=not each.required, default=default, fields=inner, **shape
    )


def _shape(one: Mark) -> dict[str, Any]:
    """What a mark says to a form."""
    match one:
        case mark.Ref():
            return {"kind": "row", "table": one.table}
        case mark.OneOf():
            return {"kind": "choice", "options": one.words}
        case mark.Within():
            return {"low": one.low, "high": one.high}
        case mark.Like() if one.pattern == COLOUR:
            return {"kind": "colour"}
        case mark.Written():
            return {"kind": _WRITTEN.get(one.read, "text")}
        case mark.Spans():
            return {"kind": "spans"}
        case mark.Numbers():
            return {"kind": "numbers"}
        case mark.Key():
            return {"kind": "key"}
    return {}
