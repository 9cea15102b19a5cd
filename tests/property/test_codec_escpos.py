"""ESC/POS decoding under any chunks, and the round trip of any words."""

from dataclasses import replace
from itertools import pairwise
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from devices.codec.escpos.decoder import RASTER_CAP, Decoder, Op
from devices.driver.layout import Row, layout
from devices.driver.paper import Paper, ticket
from tests.fakes.slip import ENGLISH, FULL, PLAIN, read

commands = st.sampled_from(
    [
        b"\x1b@",
        b"\x1c&",
        b"\x1c.",
        b"\x1d!\x33",
        b"\x1ba\x01",
        b"\x10\x04\x01",
        b"\n",
        b"\x1dV\x42\x00",
        b"\x1bd\x02",
    ]
)
pieces = st.one_of(
    commands, st.binary(max_size=30), st.text(max_size=10).map(lambda s: s.encode("gb18030", "ignore"))
)
streams = st.lists(pieces, max_size=8).map(b"".join)
words = st.text(
    st.characters(codec="gbk", categories=("Lo", "Lu", "Ll", "Nd", "Po", "Ps", "Pe")), min_size=1, max_size=30
)


def decode(parts: list[bytes]) -> list[Op]:
    decoder = Decoder()
    return [op for part in parts for op in decoder.feed(part)]


@given(streams, st.lists(st.integers(0, 500), max_size=30))
def test_any_chunks_give_the_same_operations(data: bytes, cuts: list[int]) -> None:
    places = sorted({0, len(data), *(c % (len(data) + 1) for c in cuts)})
    parts = [data[a:b] for a, b in pairwise(places)]
    assert decode(parts) == decode([data])


@given(st.binary(max_size=3000))
def test_junk_never_raises_and_never_fills_memory(data: bytes) -> None:
    decoder = Decoder()
    decoder.feed(data)
    assert len(decoder._pending) <= RASTER_CAP
    assert len(decoder._text) < 4096


@given(words, st.sampled_from([58, 80]))
def test_any_words_a_printer_can_show_come_back_from_its_paper(text: str, mm: Literal[58, 80]) -> None:
    slip = replace(PLAIN, service=text, bring=None)
    rows = [part.text for part in layout(slip, mm) if isinstance(part, Row)]
    assert read(ticket(slip, Paper(mm)), mm).split("\n") == rows


@given(words, words, st.sampled_from([PLAIN, ENGLISH, FULL]))
def test_no_ticket_of_any_words_is_more_than_560_bytes(service: str, bring: str, base: object) -> None:
    assert isinstance(base, type(PLAIN))
    assert len(ticket(replace(base, service=service, bring=bring), Paper())) <= 560
