"""Accounts and devices' tokens from the command line."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from queue_server.app.fault import CannotStart
from queue_server.app.people import add_account, add_token, opened
from queue_server.app.setting import Settings
from queue_server.app.user import user_list
from queue_server.store.account import Changed


def test_the_list_says_whose_one_time_password_has_expired_by_the_halls_own_days(tmp_path: Path) -> None:
    people = opened(Settings(tmp_path))
    for name, password in (("old", None), ("fresh", None), ("boss", "a good password")):
        add_account(people, name, "manager", name, password)
    old = people.account("old")
    assert old is not None
    given = old.changed_at - timedelta(days=3)
    people.put((), [Changed(was=old, now=msgspec.structs.replace(old, changed_at=given))])

    def marks() -> list[list[str]]:
        told = CliRunner().invoke(user_list, ["--data", str(tmp_path)]).stdout
        return [line.split("\t")[3:] for line in told.splitlines()]

    assert marks() == [[], ["待改密码 must change"], ["待改密码 must change"]]
    (tmp_path / "server.toml").write_text("once_days = 3\n", "utf-8")
    expired = ["一次性密码已过期，请重设 one-time password expired, reset it"]
    assert marks() == [[], ["待改密码 must change"], expired]


def test_an_agent_s_token_names_its_windows_and_other_devices_need_not(tmp_path: Path) -> None:
    people = opened(Settings(tmp_path / "data"))
    with pytest.raises(CannotStart, match=r"--window 3 --window 4"):
        add_token(people, "box", "agent", (), None)
    assert people.tokens() == []
    add_token(people, "box", "agent", ("3",), None)
    add_token(people, "kiosk-1", "kiosk", (), None)
    assert [(token.name, token.windows) for token in people.tokens()] == [("box", {"3"}), ("kiosk-1", None)]
