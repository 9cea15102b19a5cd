"""What bars of every width say."""

import pytest

from devices.driver.bar import Panel
from devices.driver.layout import columns
from devices.driver.phrase import BarState, fitting, phrases
from queue_server.wire.ticket import Language

WIDTHS = {4: 64, 6: 96, 8: 128, 12: 192}
"""Dots of bars that are so many Chinese characters wide."""
RUNS = ">>"
"""Stands here before a text that does not fit and runs."""
SAID: list[tuple[BarState, Language, dict[int, str]]] = [
    (
        "calling",
        "zh",
        {4: "请A012号", 6: "A012到12号窗", 8: "请A012到12号窗口", 12: "请A012号到12号窗口"},
    ),
    ("calling", "en", {4: "No. A012", 6: "A012: Win 12", 8: "A012: Window 12", 12: "A012 to Window 12"}),
    ("serving", "zh", {4: "A012", 6: "办理 A012", 8: "正在办理 A012", 12: "正在办理 A012"}),
    ("serving", "en", {4: "A012", 6: "Serving A012", 8: "Now serving A012", 12: "Now serving A012"}),
    ("idle", "zh", dict.fromkeys(WIDTHS, "欢迎光临")),
    ("idle", "en", dict.fromkeys(WIDTHS, "Welcome")),
    ("closed", "zh", dict.fromkeys(WIDTHS, "暂未开放")),
    ("closed", "en", dict.fromkeys(WIDTHS, "Closed")),
    (
        "paused",
        "zh",
        {4: f"{RUNS}暂停至13:30", 6: "暂停至13:30", 8: "暂停 13:30恢复", 12: "暂停服务 13:30恢复"},
    ),
    (
        "paused",
        "en",
        {4: f"{RUNS}Back 13:30", 6: "Back 13:30", 8: "Back at 13:30", 12: "Paused, back at 13:30"},
    ),
]


@pytest.mark.parametrize("state,language,said", SAID)
def test_a_bar_says_the_most_that_fits_it(state: BarState, language: Language, said: dict[int, str]) -> None:
    wordings = phrases(state, language, number="A012", window="12", until="13:30")
    shown = {}
    for chinese, dots in WIDTHS.items():
        room = Panel(width=dots).room
        text = fitting(wordings, room)
        shown[chinese] = text if columns(text) <= room else RUNS + text
    assert shown == said


def test_a_pause_without_an_end_says_none() -> None:
    assert phrases("paused") == ("暂停服务",)


@pytest.mark.parametrize("number", ["A001", "A*701", "AB1234"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_wording_of_a_call_names_the_number_and_each_is_shorter(
    number: str, language: Language
) -> None:
    wordings = phrases("calling", language, number=number, window="3")
    assert all(number in text for text in wordings)
    assert sorted({columns(text) for text in wordings}, reverse=True) == [columns(text) for text in wordings]
