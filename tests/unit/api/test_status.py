"""Every code has a status and can be said in both languages."""

from string import Formatter

import pytest

from queue_server.api.answer import chosen, refused
from queue_server.api.status import STATUS
from queue_server.wire.error import CODES, Refusal


def test_every_code_has_exactly_one_status_and_no_status_is_without_a_code() -> None:
    assert set(STATUS) == set(CODES)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_code_can_be_answered_in_both_languages(code: str, language: str) -> None:
    fields = {name: "7" for _, name, _, _ in Formatter().parse(CODES[code].text.zh) if name}
    answer = refused(Refusal(code, **fields), language)
    assert answer.status == STATUS[code]
    assert isinstance(answer.body, bytes)
    assert CODES[code].text.of(language).format_map(fields) in answer.body.decode()


@pytest.mark.parametrize("code, fault", [(code, entry.fault) for code, entry in CODES.items()])
def test_a_status_says_whose_fault_it_is(code: str, fault: str) -> None:
    assert (STATUS[code] >= 500) == (fault == "server")


@pytest.mark.parametrize(
    "header, language",
    [
        ("", "zh"),
        ("en", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("fr", "zh"),
        ("en;q=0.5, zh;q=0.5", "zh"),
        ("*", "zh"),
        ("en;q=x", "zh"),
    ],
)
def test_the_language_is_the_one_that_the_reader_prefers(header: str, language: str) -> None:
    assert chosen(header) == language
