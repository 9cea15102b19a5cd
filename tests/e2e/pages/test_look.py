"""The looking itself is looked at: a planted fault must be seen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.e2e.pages.look import cut, faults

pytestmark = pytest.mark.browser
Screen = Callable[[int, int], Page]

WHOLE = '<html lang="zh-CN"><title>x</title><main><h1>叫号</h1><p style="width: 12em">请到3号窗口办理</p></main></html>'


@pytest.mark.parametrize(
    "style",
    [
        "width: 3em; overflow: hidden; white-space: nowrap",
        "width: 3em; white-space: nowrap",
        "position: absolute; left: 350px; width: 12em",
        "width: 3em; height: 1.6em; overflow: hidden",
    ],
)
def test_a_text_that_is_cut_is_seen(screen: Screen, style: str) -> None:
    page = screen(360, 720)
    page.set_content(WHOLE)
    assert cut(page) == []
    page.set_content(WHOLE.replace("width: 12em", style))
    assert cut(page) != []


def test_a_pale_text_and_a_field_without_a_name_are_seen(screen: Screen) -> None:
    page = screen(360, 720)
    page.set_content(WHOLE)
    assert faults(page) == []
    page.set_content(WHOLE.replace("width: 12em", "color: #bbb").replace("</main>", "<input></main>"))
    assert {fault.split()[0] for fault in faults(page)} == {"color-contrast", "label"}
