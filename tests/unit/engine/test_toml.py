"""A document written as TOML is the document again, in its order."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_server.app.hall import BRANCH, SHIPPED, load, read
from queue_server.engine.design import FaultyHall
from queue_server.engine.toml import write
from tests.fakes.document import document, rearranged


@pytest.mark.parametrize("path", [SHIPPED, BRANCH], ids=lambda path: path.name)
def test_a_sample_written_again_is_the_same_hall_in_the_same_order(path: Path) -> None:
    loaded = load(path)
    again = read(write(loaded.document))
    assert again.hall == loaded.hall
    assert repr(again.document) == repr(loaded.document)


@pytest.mark.parametrize("made", [document(), rearranged()])
def test_a_document_that_came_as_json_is_the_same_one(made: dict[str, Any]) -> None:
    assert tomllib.loads(write(made)) == made


def test_it_reads_as_people_write_it() -> None:
    made = {
        "name": {"zh": "厅", "en": "Hall"},
        "rules": {"hours": ["08:30-12:00"], "calls": 2},
        "zones": [{"id": "A", "note": 'a "b"\n\\'}],
        "empty": [],
        "odd key": True,
    }
    assert write(made) == (
        'name = { zh = "厅", en = "Hall" }\nempty = []\n"odd key" = true\n\n'
        '[rules]\nhours = ["08:30-12:00"]\ncalls = 2\n\n'
        '[[zones]]\nid = "A"\nnote = "a \\"b\\"\\n\\\\"\n'
    )


TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
VALUES = st.recursive(
    TEXTS
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(made=st.dictionaries(TEXTS, VALUES, max_size=4))
def test_any_document_is_read_as_it_was_written(made: dict[str, Any]) -> None:
    assert tomllib.loads(write(made)) == made


@pytest.mark.parametrize(
    "content",
    [
        "a" + ".a" * 100_000 + " = 1",
        "[" + "a" + ".a" * 100_000 + "]",
        't = { x = """\n"\n""", "\u2028"' + '."\u2028"' * 40_000 + " = 1 }",
        "a = " + "9" * 200_000,
        "a = " + "[" * 200_000,
        "a = " + "{a=" * 60_000,
    ],
    ids=["key", "heading", "quoted key", "number", "brackets", "tables"],
)
def test_a_text_made_to_stop_whoever_reads_it_is_a_fault_like_any_other(content: str) -> None:
    with pytest.raises(FaultyHall) as found:
        read(content)
    assert len(found.value.faults) == 1


def test_a_line_with_many_dots_is_named() -> None:
    with pytest.raises(FaultyHall) as found:
        read("a = 1\nb" + ".b" * 65 + " = 1")
    assert found.value.faults[0].line("en") == "Line 2 has more than 64 dots: make several lines of it."
