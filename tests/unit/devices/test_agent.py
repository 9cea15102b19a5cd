"""What the agent makes of a window's records, and of its file."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from devices.agent.config import BarConfig, Config, load, token
from devices.agent.profile import text
from devices.agent.window import (
    AskRating,
    Order,
    ShowNumber,
    ShowText,
    ShowWaiting,
    Window,
    WithdrawRating,
    command,
    rated,
)
from devices.driver.phrase import phrases
from queue_server.client.setting import BadConfig
from queue_server.wire.ids import WindowId

NOW = datetime(2026, 11, 23, 1, 15, tzinfo=UTC)
THREE = WindowId("3")
STEP = "abcdefghijklmnopqrst/0"
GOOD = """
server = "http://hall:8080"
token_file = "agent.token"
[[bar]]
window = "3"
port = "/dev/ttyUSB1"
[[keypad]]
port = "socket://10.0.0.5:5005"
windows = { 5 = "3", 6 = "4" }
"""


def window(**changes: Any) -> dict[str, Any]:
    text = {"zh": "3号窗口", "en": "Window 3"}
    base = {"id": "3", "name": text, "zone": "A", "letter": "A", "colour": "#1F5FA8", "services": ["filing"]}
    return {"window": {**base, "state": "open", **changes}}


def called(number: str = "A012", recalls: int = 0, state: str = "called") -> dict[str, Any]:
    ticket = {
        "id": f"ticket-of-{number}",
        "number": number,
        "zone": "A",
        "service": "filing",
        "steps": [],
        "items": 1,
        "class": "ordinary",
        "class_state": "none",
        "needs": [],
        "language": "zh",
        "state": state,
        "paper": "printed",
        "issued_at": NOW.isoformat(),
        "recalls": recalls,
    }
    shown = window(number=number, ticket=ticket["id"], ticket_state=state)
    return {**shown, "current": ticket}


def waiting(count: int) -> dict[str, Any]:
    return {"waiting": {"count": count, "oldest_at": None, "tickets": []}}


def prompt(step: str = STEP, age_s: float = 0.0) -> dict[str, Any]:
    at = (NOW - timedelta(seconds=age_s)).isoformat()
    return {"prompt": {"step": step, "number": "A012", "clerk": "zhang", "finished_at": at}}


def see(w: Window, records: dict[str, Any], speed: float = 1.0) -> list[Order]:
    return w.see(records, NOW, speed)


@pytest.mark.parametrize(
    "records,text",
    [
        (window(state="closed"), "暂未开放"),
        (window(), "欢迎光临"),
        (window(idle={"zh": "请出示号票", "en": "Your ticket, please"}), "请出示号票"),
        (window(idle={"zh": "请出示号票", "en": "Your ticket, please"}, state="closed"), "暂未开放"),
        (window(state="paused"), "暂停服务"),
        (window(state="paused", until="2026-11-23T05:30:00Z"), "暂停服务 13:30恢复"),
        (called(state="serving"), "正在办理 A012"),
    ],
)
def test_the_bar_says_how_the_window_is(records: dict[str, Any], text: str) -> None:
    (said,) = [order.wordings[0] for order in see(Window(THREE), records) if isinstance(order, ShowText)]
    assert said == text


def noticed(*texts: str) -> dict[str, Any]:
    at = NOW.isoformat()
    told = [{"id": text, "text": {"zh": text, "en": text}, "until": at, "published_at": at} for text in texts]
    return {"notices": {"notices": told}}


@pytest.mark.parametrize(
    "records,text",
    [
        (window(), "三点停电  请勿喧哗"),
        (window(idle={"zh": "请出示号票", "en": "Your ticket, please"}), "三点停电  请勿喧哗"),
        (window(state="closed"), "暂未开放 三点停电  请勿喧哗"),
        (window(state="paused"), "暂停服务"),
        (called(), "请A012号到3号窗口"),
        (called(state="serving"), "正在办理 A012"),
    ],
)
def test_the_bar_of_a_window_that_serves_nobody_tells_notices(records: dict[str, Any], text: str) -> None:
    w = Window(THREE)
    told = noticed("三点停电", "请勿喧哗")
    (said,) = [order.wordings[0] for order in see(w, records | told) if isinstance(order, ShowText)]
    assert said == text
    assert see(w, records | told) == []


def test_a_notice_leaves_the_bar_when_it_is_over() -> None:
    w = Window(THREE)
    see(w, window() | noticed("三点停电"))
    assert see(w, window()) == [ShowText(("欢迎光临",))]


def test_a_new_call_blinks_once_and_a_recall_blinks_again() -> None:
    w = Window(THREE)
    call = ShowText(phrases("calling", number="A012", window="3"), blinks=5)
    first = see(w, called())
    assert call in first
    assert ShowNumber("A012") in first
    assert see(w, called()) == []
    assert see(w, called(recalls=1)) == [call]


def test_an_idle_caller_shows_how_many_wait() -> None:
    w = Window(THREE)
    assert ShowWaiting(4) in see(w, window() | waiting(4))
    assert see(w, window() | waiting(4)) == []
    assert see(w, window() | waiting(5)) == [ShowWaiting(5)]


def test_a_finished_step_is_asked_for_once_and_the_question_is_withdrawn() -> None:
    w = Window(THREE)
    see(w, window())
    assert see(w, window() | prompt()) == [AskRating(STEP, "请A012号评价", 30.0)]
    assert see(w, window() | prompt()) == []
    assert see(w, window()) == [WithdrawRating()]


def bar(text: str) -> BarConfig:
    return msgspec.toml.decode(f'window = "3"\nport = "/dev/ttyUSB1"\n{text}', type=BarConfig)


@pytest.mark.parametrize(
    "clock,level",
    [
        ("2026-11-22T23:29:59Z", 6),  # 07:29 in Shanghai: still as since the evening before
        ("2026-11-22T23:30:00Z", 15),
        ("2026-11-23T09:59:59Z", 15),
        ("2026-11-23T10:00:00Z", 6),
        ("2026-11-23T16:00:00Z", 6),
    ],
)
def test_a_bar_is_as_bright_as_the_last_hour_named_says_in_local_time(clock: str, level: int) -> None:
    config = bar('brightness = { "18:00" = 6, "07:30" = 15 }')
    assert config.level(datetime.fromisoformat(clock)) == level


def test_a_bar_without_hours_keeps_the_brightness_that_it_has() -> None:
    assert bar("").level(NOW) is None


def test_a_line_of_bars_has_a_window_at_each_address() -> None:
    several = msgspec.toml.decode('port = "x"\nwindows = { 1 = "3", 2 = "4" }', type=BarConfig)
    assert several.addresses == {1: "3", 2: "4"}
    assert bar("address = 9").addresses == {9: "3"}


def test_a_question_that_is_too_old_is_not_asked_after_a_restart() -> None:
    assert not [o for o in see(Window(THREE), window() | prompt(age_s=31)) if isinstance(o, AskRating)]


def test_the_questions_time_is_real_also_where_business_time_runs_fast() -> None:
    asked = [
        o for o in see(Window(THREE), window() | prompt(age_s=300), speed=60) if isinstance(o, AskRating)
    ]
    assert asked == [AskRating(STEP, "请A012号评价", 25.0)]


def test_a_window_without_records_is_left_alone() -> None:
    assert see(Window(THREE), {}) == []


def test_caller_keys_are_the_clerks_commands_and_others_are_none() -> None:
    assert command("call_next", THREE) == ("windows.call_next", {"window": "3"})
    assert command("pause", THREE) is None
    held = {"window": "3", "kind": "at_window", "reason": "呼叫器挂起"}
    assert command("hold", THREE) == ("windows.hold", held)
    given = {"step": STEP, "level": 5, "channel": "keypad", "window": "3"}
    assert rated(STEP, 5, WindowId("3")) == ("ratings.submit", given)


def test_the_key_for_transfers_sends_to_where_the_file_says_and_else_nowhere() -> None:
    assert command("transfer", THREE) is None
    config = msgspec.toml.decode(
        'transfer = { 3 = "window:7", 4 = "service:seal:new" }', type=Config, strict=True
    )
    sent = {id_: command("transfer", id_, None, config.destination(id_)) for id_ in map(WindowId, "345")}
    assert sent == {
        "3": ("windows.transfer", {"at": "3", "window": "7"}),
        "4": ("windows.transfer", {"at": "4", "service": "seal:new"}),
        "5": None,
    }


def test_the_key_for_held_tickets_calls_the_first_that_goes_on_at_its_window() -> None:
    def held(number: str, kind: str, at: str) -> dict[str, Any]:
        hold, name = {"kind": kind, "reason": "补充材料"}, {"zh": "项目备案", "en": "Filing"}
        return {
            "id": number,
            "number": number,
            "service": "filing",
            "service_name": name,
            "hold": hold,
            "window": at,
        }

    there = Window(THREE)
    assert command("resume_held", THREE, there.held) is None
    tickets = [held("A001", "at_window", "4"), held("A002", "anywhere", "4"), held("A003", "at_window", "3")]
    see(there, window() | {"held": {"tickets": tickets}})
    assert command("resume_held", THREE, there.held) == (
        "windows.resume_held",
        {"window": "3", "ticket": "A002"},
    )
    see(there, window() | {"held": {"tickets": tickets[:1]}})
    assert there.held is None, "papers that stay elsewhere are not called here"
    see(there, window() | {"held": {"tickets": tickets[2:]}})
    assert there.held == "A003"
    see(there, window())
    assert there.held is None


def test_a_good_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "devices.toml"
    path.write_text(GOOD, "utf-8")
    (tmp_path / "agent.token").write_text("secret\n", "utf-8")
    config = load(path)
    assert config.windows == ("3", "4")
    assert config.keypad[0].addresses == {5: "3", 6: "4"}
    assert token(path, config) == "secret"


@pytest.mark.parametrize(
    "old,new,says",
    [
        ('window = "3"\nport', 'windw = "3"\nport', "bar 1: windw is not known; did you mean bar 1: window?"),
        ('port = "/dev/ttyUSB1"', 'port = ""', "bar 1: port"),
        ("5005", "5005000", "keypad 1: port"),
        ('5 = "3"', 'five = "3"', "keypad 1: windows: five is no address"),
        (
            'port = "/dev/ttyUSB1"',
            'port = "socket://10.0.0.5:5005"',
            "keypad 1: port: .* is already that of bar 1",
        ),
        ("[[keypad]]", '[[keypad]]\nprofile = "ff69"', "keypad 1: profile: .*ff68"),
        ("[[keypad]]", "[keypad]", r"write \[\[keypad\]\]"),
        ('port = "/dev/ttyUSB1"', "port = 7", "bar 1: port: expected"),
        ("[[bar]]", "[[bar", "not valid TOML"),
        ('window = "3"\nport', "port", "bar 1: write window for one bar, or windows for several"),
        (
            'window = "3"\nport',
            'window = "3"\nwindows = { 1 = "3" }\nport',
            "bar 1: write window for one bar",
        ),
        ('window = "3"\nport', 'windows = { 0 = "3" }\nport', "bar 1: windows: 0 is no address"),
        ("[[keypad]]", 'brightness = { "7:30" = 15 }\n[[keypad]]', "bar 1: brightness"),
        ("[[keypad]]", 'brightness = { "07:30" = 16 }\n[[keypad]]', "bar 1: brightness"),
        ("[[bar]]", 'transfer = { 3 = "7" }\n[[bar]]', "transfer"),
        ("[[bar]]", 'transfer = { 3 = "window:3" }\n[[bar]]', "transfer: 3: a window sends nobody to itself"),
    ],
)
def test_a_faulty_file_says_what_and_where(old: str, new: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "devices.toml"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(BadConfig, match=says):
        load(path)


MORE = """
[[pad]]
window = "3"
port = "/dev/input/by-path/pci-0000:00:14.0-usb-0:3:1.0-event-kbd"
[[digits]]
port = "/dev/serial/by-path/pci-0000:00:14.0-usb-0:4:1.0-port0"
windows = { 1 = "3", 2 = "5" }
"""


def test_pads_and_number_displays_are_read(tmp_path: Path) -> None:
    path = tmp_path / "devices.toml"
    path.write_text(GOOD + MORE, "utf-8")
    config = load(path)
    assert config.windows == ("3", "4", "5")
    assert config.digits[0].addresses == {1: "3", 2: "5"}
    assert [*config.ports] == ["bar 1", "keypad 1", "pad 1", "digits 1"]


@pytest.mark.parametrize(
    "old,new,says",
    [
        ('1 = "3", 2 = "5"', "", "digits 1: windows: there is none"),
        ("1 = ", "0 = ", "digits 1: windows: 0 is no address; write a number from 1 to 247"),
        ("[[pad]]", '[[pad]]\nprofile = "ff68"', "pad 1: profile: .*five-keys, numpad"),
        ("[[digits]]", '[[digits]]\nprofile = "ours.toml"', "digits 1: profile: .*ours.toml cannot be read"),
    ],
)
def test_a_faulty_pad_or_number_display_says_where(old: str, new: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "devices.toml"
    assert old in MORE
    path.write_text(GOOD + MORE.replace(old, new), "utf-8")
    with pytest.raises(BadConfig, match=says):
        load(path)


def test_a_profile_may_be_a_file_of_the_installers_own_beside_the_settings(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(
        'name = "ours"\ntitle = "ours"\nsource = "its manual"\n[levels]\nF1 = 5\n', "utf-8"
    )
    path = tmp_path / "devices.toml"
    path.write_text(GOOD + MORE.replace("[[pad]]", '[[pad]]\nprofile = "ours.toml"'), "utf-8")
    assert text("pad", load(path).pad[0].profile).startswith('name = "ours"')
    (tmp_path / "ours.toml").write_text(
        'name = "ours"\ntitle = "ours"\nsource = "x"\n[levels]\nF1 = 7\n', "utf-8"
    )
    with pytest.raises(BadConfig, match=r"pad 1: profile: ours\.toml: levels: a level is 1 to 5"):
        load(path)


def test_two_names_of_one_device_are_a_fault_that_names_both_and_both_names(tmp_path: Path) -> None:
    (tmp_path / "ttyUSB0").touch()
    for name in ("by-id", "by-path"):
        (tmp_path / name).symlink_to(tmp_path / "ttyUSB0")
    path = tmp_path / "devices.toml"
    named = GOOD.replace("/dev/ttyUSB1", f"{tmp_path}/by-id").replace(
        "socket://10.0.0.5:5005", f"{tmp_path}/by-path"
    )
    path.write_text(named, "utf-8")
    with pytest.raises(BadConfig, match=r"keypad 1: port: .*by-path and .*by-id of bar 1 are one device"):
        load(path)
    (tmp_path / "by-path").unlink()
    load(path)


def test_one_serial_server_by_two_spellings_is_one_port(tmp_path: Path) -> None:
    path = tmp_path / "devices.toml"
    path.write_text(
        GOOD.replace("/dev/ttyUSB1", "socket://Hall-Box:5005").replace("10.0.0.5", "hall-box"), "utf-8"
    )
    with pytest.raises(BadConfig, match="are one device"):
        load(path)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "devices.toml"
    path.write_text('servr = "x"\n[[bar]]\nbaud = 1\n', "utf-8")
    with pytest.raises(BadConfig) as caught:
        load(path)
    assert len(caught.value.faults) == 3


def test_a_missing_token_says_how_to_make_one(tmp_path: Path) -> None:
    path = tmp_path / "devices.toml"
    path.write_text(GOOD, "utf-8")
    with pytest.raises(BadConfig, match="jiaohao-server token NAME --role agent"):
        token(path, load(path))
