"""The power of the whole hall fails, and everything comes back by itself. More orders: make soak TARGET=power."""

from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.e2e.hall import BOARD, Hall
from tests.soak.power import DAY, FIRST_CALL_S, Blackout


@pytest.mark.browser
@pytest.mark.timeout(400)
def test_after_a_cut_of_the_power_everything_is_back_in_any_order_and_nobody_touches_a_device(
    tmp_path: Path, playwright: Playwright
) -> None:
    hall = Hall(tmp_path)
    blackout = Blackout(hall, playwright)
    try:
        blackout.open()
        order = ("kiosk", "caller", "agent", "server", "printer", BOARD, "bar")
        took_s = blackout.strike(order, ("server", DAY))
    finally:
        hall.cut()
    print(f"first call {took_s:.1f} s after the server was started")
    assert took_s < FIRST_CALL_S
