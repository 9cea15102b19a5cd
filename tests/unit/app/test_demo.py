"""When a demo begins, and which windows it leaves to people."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from queue_server.app.cast import MARK, name_of, password
from queue_server.app.demo import (
    FOLDER,
    clock_of,
    equipped_windows,
    free_windows,
    next_morning,
    peopled,
    settings_of,
    staffed_windows,
    start_at,
)
from queue_server.app.fault import CannotStart
from queue_server.app.hall import BRANCH, load
from queue_server.app.programme import programme
from queue_server.app.prop import display
from queue_server.flow.clock import Clock
from queue_server.wire.day import SHANGHAI

NOW = datetime(2026, 11, 23, 22, 15, tzinfo=UTC)  # already the 24th in the hall


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}:00").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "last,start",
    [
        (None, at("11-24T09:30")),
        (at("11-20T17:00"), at("11-24T09:30")),
        (at("11-24T10:30"), at("11-24T10:30") + timedelta(seconds=1)),
        (at("11-24T16:30"), at("11-25T09:30")),
        (at("11-30T03:00"), at("11-30T09:30")),
        (at("11-30T23:59"), at("12-01T09:30")),
    ],
)
def test_a_demo_begins_in_the_morning_and_never_before_what_its_store_knows(
    last: datetime | None, start: datetime
) -> None:
    assert start_at(last, NOW) == start
    assert last is None or start_at(last, NOW) > last


@pytest.mark.parametrize(
    "now,morning",
    [
        (at("11-24T17:45"), at("11-25T08:05")),
        (at("11-25T00:10"), at("11-25T08:05")),
        (at("11-25T08:05"), at("11-26T08:05")),
    ],
)
def test_a_night_goes_to_the_next_morning(now: datetime, morning: datetime) -> None:
    assert next_morning(now) == morning


def test_the_first_three_windows_are_left_to_people_and_are_equipped() -> None:
    hall = load().hall
    assert free_windows(hall) == ("1", "2", "3")
    assert set(free_windows(hall)) < set(equipped_windows(hall))


def test_a_small_hall_keeps_half_of_its_first_zone_for_drawn_clerks() -> None:
    assert free_windows(load(BRANCH).hall) == ("1",)


def test_a_demo_has_a_folder_of_its_own_unless_told_otherwise() -> None:
    assert settings_of({}, None, None).data == FOLDER
    assert settings_of({"JIAOHAO_DATA": "elsewhere"}, None, None).data == Path("elsewhere")
    assert settings_of({"JIAOHAO_DATA": "elsewhere"}, Path("here"), None).data == Path("here")


def test_a_real_halls_folder_is_refused_and_a_demos_is_not(tmp_path: Path) -> None:
    (tmp_path / "hall.sqlite3").touch()
    with pytest.raises(CannotStart, match="--data"):
        settings_of({}, tmp_path, None)
    password(tmp_path)
    assert settings_of({}, tmp_path, None).data == tmp_path


def test_the_clock_setting_counts_and_a_speed_counts_before_its_own(tmp_path: Path) -> None:
    settings = settings_of({"JIAOHAO_CLOCK": "2026-11-23T10:00:00+08:00@20"}, tmp_path, None)
    given, faster = clock_of(settings, None), clock_of(settings, 60.0)
    assert (given.speed, faster.speed) == (20.0, 60.0)
    assert timedelta() <= given.now() - at("11-23T10:00") < timedelta(minutes=10)
    assert given.settable


def test_a_demos_password_is_made_once_and_read_by_nobody_else(tmp_path: Path) -> None:
    first = password(tmp_path)
    assert password(tmp_path) == first
    assert (tmp_path / MARK).stat().st_mode & 0o077 == 0


def test_every_drawn_clerk_has_a_name_of_their_own() -> None:
    assert len({name_of(place) for place in range(68)}) == 68


@pytest.mark.parametrize(
    "environment,platform,seen",
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "darwin", True),
    ],
)
def test_a_display_is_known_by_its_sign(environment: dict[str, str], platform: str, seen: bool) -> None:
    assert display(environment, platform) is seen


@pytest.mark.parametrize("kiosk", [True, False])
@pytest.mark.parametrize("devices", [True, False])
def test_the_programme_says_where_to_look_how_to_sign_in_and_what_is_left_to_people(
    kiosk: bool, devices: bool
) -> None:
    hall = load().hall
    text = programme(
        hall,
        "http://127.0.0.1:8080",
        Clock(at("11-23T09:30"), 10),
        password="1234-5678",
        free=free_windows(hall),
        equipped=equipped_windows(hall) if devices else (),
        folder=Path("/run"),
        kiosk=kiosk,
    )
    for words in (
        "/board/hall",
        "/clerk",
        "/desk",
        "/floor",
        "/admin",
        "/reports",
        "/cases",
        "/audit",
        "1234-5678",
        "clerk1",
        "manager",
        "supervisor",
        "auditor",
        "1-3号窗口留给您",
        "10x",
    ):
        assert words in text
    assert ("没有显示器" in text) is not kiosk
    assert ("1-4号窗口的显示屏" in text) is ("/run/tickets" in text) is devices
    assert ('pip install ".[devices]"' in text) is not devices
    assert max(len(line) for line in text.splitlines()) <= 110


def test_drawn_clerks_are_staff_of_whoever_receives_at_their_window_and_on_duty_there() -> None:
    loaded = load()
    hall = peopled(loaded).hall
    assert hall.services == loaded.hall.services
    assert [duty.window for duty in hall.roster] == list(staffed_windows(loaded.hall))
    assert all(duty.clerk == f"demo-{duty.window}" for duty in hall.roster)
    home = {window: hall.member[f"demo-{window}"].department for window in ("11", "16", "18")}
    assert home == {"11": "police", "16": "approval", "18": "tax"}
