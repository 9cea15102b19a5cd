"""ESC/POS decoding under any chunks, and the round trip of any words."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from devices.codec.escpos.decoder import COMMAND_CAP, Decoder, Op
from devices.codec.escpos.status import Answer, Status, StatusCodec, StatusSignal, automatic
from devices.codec.profile.file import names
from devices.codec.profile.printer import Model, named
from devices.codec.signal import Garbage
from devices.driver.layout import Row, Slip, layout
from devices.driver.paper import ticket
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
        b"\x1da\x0e",
        b"\x1cp\x01\x00",
        b"\x1cq\x01\x01\x00\x01\x00" + bytes(8),
    ]
)
pieces = st.one_of(
    commands, st.binary(max_size=30), st.text(max_size=10).map(lambda s: s.encode("gb18030", "ignore"))
)
streams = st.lists(pieces, max_size=8).map(b"".join)
words = st.text(
    st.characters(codec="gbk", categories=("Lo", "Lu", "Ll", "Nd", "Po", "Ps", "Pe")), min_size=1, max_size=30
)


def bytes_with(mask: int, fixed: int) -> st.SearchStrategy[int]:
    return st.sampled_from([b for b in range(256) if b & mask == fixed])


models = st.sampled_from(names("printer")).map(named)
answers = bytes_with(0x93, 0x12).map(lambda b: bytes((b,)))
statements = st.tuples(bytes_with(0x93, 0x10), *[bytes_with(0x90, 0)] * 3).map(bytes)
noise = st.lists(st.sampled_from([0x00, 0x0A, 0x11, 0x13, 0x55, 0x80, 0xFF]), max_size=6).map(bytes)
"""Bytes that are none of a printer's statements, wherever they stand."""
sayings = st.lists(st.one_of(answers, statements, noise, st.binary(max_size=6)), max_size=8).map(b"".join)


def cut(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(data), *(c % (len(data) + 1) for c in cuts)})
    return [data[a:b] for a, b in pairwise(places)]


def decode(parts: list[bytes]) -> list[Op]:
    decoder = Decoder()
    return [op for part in parts for op in decoder.feed(part)]


@given(streams, st.lists(st.integers(0, 500), max_size=30))
def test_any_chunks_give_the_same_operations(data: bytes, cuts: list[int]) -> None:
    assert decode(cut(data, cuts)) == decode([data])


@given(st.binary(max_size=3000))
def test_junk_never_raises_and_never_fills_memory(data: bytes) -> None:
    decoder = Decoder()
    decoder.feed(data)
    assert len(decoder._pending) <= COMMAND_CAP
    assert len(decoder._text) < 4096


@given(words, models)
def test_any_words_a_printer_can_show_come_back_from_its_paper(text: str, model: Model) -> None:
    slip = replace(PLAIN, service=text, bring=None)
    rows = [part.text for part in layout(slip, model.columns) if isinstance(part, Row)]
    shown = [row if model.holds(row) else "[picture]" for row in rows]
    assert read(ticket(slip, model)).split("\n") == shown


@given(words, words, st.sampled_from([PLAIN, ENGLISH, FULL]))
def test_no_ticket_of_any_words_is_more_than_560_bytes(service: str, bring: str, base: Slip) -> None:
    steps = tuple(replace(stop, bring=bring) for stop in base.steps)
    slip = replace(base, service=service, bring=bring, steps=steps)
    assert len(ticket(slip, named("escpos-80"))) <= 560


def heard(parts: list[bytes]) -> list[StatusSignal]:
    codec = StatusCodec()
    return [signal for part in parts for signal in codec.feed(part)]


@given(sayings, st.lists(st.integers(0, 60), max_size=30))
def test_any_chunks_give_the_same_statements(data: bytes, cuts: list[int]) -> None:
    assert heard(cut(data, cuts)) == heard([data])


@given(st.lists(st.one_of(answers, statements), max_size=12))
def test_what_a_printer_says_is_what_is_heard(said: list[bytes]) -> None:
    expected = [Answer(each[0]) if len(each) == 1 else automatic(*each[:3]) for each in said]
    assert heard(said) == expected


@given(st.lists(st.one_of(answers, statements), max_size=6), noise, noise)
def test_noise_before_and_after_hides_nothing_and_is_never_a_statement(
    said: list[bytes], before: bytes, after: bytes
) -> None:
    signals = heard([before, *said, after])
    assert [s for s in signals if not isinstance(s, Garbage)] == heard(said)


@given(statements, st.integers(1, 3), answers)
def test_a_statement_cut_short_is_garbage_and_what_follows_is_heard(
    statement: bytes, size: int, answer: bytes
) -> None:
    assert heard([statement[:size], answer]) == [Garbage(statement[:size]), Answer(answer[0])]


@given(st.binary(max_size=200))
def test_every_byte_is_heard_exactly_once(data: bytes) -> None:
    codec = StatusCodec()
    signals = [*codec.feed(data), *codec.idle()]
    size = {Answer: 1, Status: 4}
    counted = sum(len(s.raw) if isinstance(s, Garbage) else size[type(s)] for s in signals)
    assert counted == sum(byte not in (0x11, 0x13) for byte in data)
