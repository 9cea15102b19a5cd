"""The form of a configuration document: everything that the plan has, and words for all of it."""

from typing import Annotated

import msgspec
import pytest

from queue_server.engine.form import Field, Form, Table, form, labels
from queue_server.engine.mark import Key, Ref, Within
from queue_server.engine.plan import Document
from queue_server.wire import face
from queue_server.wire.ticket import Text

FORM = form()


def table(name: str) -> Table:
    return next(each for each in FORM.tables if each.name == name)


def field(of: str, name: str) -> Field:
    return next(each for each in table(of).fields if each.name == name)


def test_every_part_of_the_document_is_in_the_form() -> None:
    parts = {each.name for each in FORM.fields} | {each.name for each in FORM.tables}
    assert parts == {each.encode_name for each in msgspec.structs.fields(Document)}


def test_a_field_says_what_it_asks_for() -> None:
    assert field("zones", "colour").kind == "colour"
    assert field("zones", "name") == Field(name="name", kind="words")
    assert field("services", "zone") == Field(name="zone", kind="row", table="zones")
    assert field("services", "max_items") == Field(
        name="max_items", kind="number", optional=True, default=1, low=1, high=99
    )
    assert field("windows", "services") == Field(name="services", kind="row", many=True, table="services")
    assert field("windows", "abilities").options[0] == "low_counter"
    assert (field("windows", "abilities").kind, field("windows", "abilities").many) == ("choice", True)
    assert (field("rules", "hours").kind, field("rules", "hours").many) == ("spans", True)
    assert [each.kind for each in table("holidays").fields] == ["key", "words", "day", "day"]
    assert field("roster", "days").kind == "days"
    assert field("classes", "listed") == Field(name="listed", kind="truth", optional=True, default=False)


def test_an_inner_table_brings_its_own_fields() -> None:
    seasons = field("calendars", "seasons")
    assert (seasons.kind, seasons.many) == ("table", True)
    kinds = {each.name: each.kind for each in seasons.fields}
    assert (kinds["first"], kinds["weekdays"], kinds["tickets"]) == ("month_day", "weekdays", "spans")


@pytest.mark.parametrize(
    "name, named",
    [("zones", ("id",)), ("windows", ("numbers",)), ("roster", ("window", "clerk", "days")), ("rules", ())],
)
def test_rows_are_told_apart_by_what_names_them(name: str, named: tuple[str, ...]) -> None:
    assert table(name).named == named
    assert table(name).single == (name in ("rules", "texts"))


def test_a_table_that_the_plan_gains_appears_by_itself() -> None:
    class Room(msgspec.Struct, frozen=True, kw_only=True):
        id: Annotated[str, Key()]
        seats: Annotated[int, Within(1, 9)] = 4
        beside: Annotated[str, Ref("rooms", "房间", "room")] | None = None

    class House(msgspec.Struct, frozen=True, kw_only=True):
        name: Text
        rooms: tuple[Room, ...] = ()

    assert form(House) == Form(
        (Field(name="name", kind="words"),),
        (
            Table(
                name="rooms",
                optional=True,
                named=("id",),
                fields=(
                    Field(name="id", kind="key"),
                    Field(name="seats", kind="number", optional=True, default=4, low=1, high=9),
                    Field(name="beside", kind="row", optional=True, table="rooms"),
                ),
            ),
        ),
    )


def test_every_table_field_and_word_has_its_label_and_hint_in_both_languages() -> None:
    texts = face.texts("form")
    assert [what for what, keys in labels(FORM) if not any(key in texts for key in keys)] == []


def test_no_label_is_left_without_its_field() -> None:
    meant = {key for _, keys in labels(FORM) for key in keys}
    assert set(face.texts("form")) - meant == set()


def test_a_field_without_words_would_be_found() -> None:
    class Odd(msgspec.Struct, frozen=True, kw_only=True):
        unheard: int = 0

    assert [keys for _, keys in labels(form(Odd))] == [
        ("hall_unheard", "any_unheard"),
        ("hall_unheard_hint", "any_unheard_hint"),
    ]
