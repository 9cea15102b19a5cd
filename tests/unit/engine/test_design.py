"""Documents as released programs published them are read for ever."""

from datetime import time
from pathlib import Path

import msgspec
import pytest

from queue_server.engine.design import FaultyHall, design
from queue_server.engine.hall import Span
from queue_server.engine.version import digest, hall_of, written

RELEASED = sorted((Path(__file__).parent / "released").glob("*.json"))
"""One document for each shape that a release has published; a file is added with a new shape, and never changed."""


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.name)
def test_a_document_of_every_released_shape_is_a_hall(path: Path) -> None:
    hall = hall_of(path.read_text("utf-8"))
    assert [window.id for window in hall.windows] == ["1", "2", "3", "4", "5", "6"]
    assert hall.rules.hours == (Span(time(8, 30), time(12)), Span(time(13, 30), time(17)))
    assert all(hall.offered_at[service.id] for service in hall.services)


def test_the_text_of_a_document_and_its_digest_never_change() -> None:
    document = msgspec.json.decode(RELEASED[0].read_bytes())
    assert digest(written(document)) == "fc4d23afb9ec15245b2c4786283f6785a73adecc10bc4a874b344bb85d80d26a"


def test_the_hall_of_a_faulty_document_is_told_by_its_faults() -> None:
    with pytest.raises(FaultyHall, match="name: It is missing"):
        design({})
