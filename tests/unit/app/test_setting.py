"""A server's own settings: flags, then the environment."""

from datetime import timedelta
from pathlib import Path

import pytest

from queue_server.app.fault import CannotStart
from queue_server.app.setting import Settings


def test_without_flags_and_variables_it_is_this_machine_only() -> None:
    settings = Settings.read({})
    assert (settings.data, settings.host, settings.port) == (Path("data"), "127.0.0.1", 8080)
    assert settings.local_only()
    assert not settings.new_clock().settable


def test_the_environment_holds_where_no_flag_is_given() -> None:
    variables = {
        "JIAOHAO_DATA": "/srv/hall",
        "JIAOHAO_LISTEN": "0.0.0.0:80",
        "JIAOHAO_CLOCK": "2026-11-23T09:00:00+08:00@20",
        "JIAOHAO_IDLE": "45",
    }
    settings = Settings.read(variables)
    assert (settings.data, settings.host, settings.port) == (Path("/srv/hall"), "0.0.0.0", 80)
    assert not settings.local_only()
    assert settings.new_clock().speed == 20
    assert settings.idle == timedelta(minutes=45)
    flagged = Settings.read(variables, data=Path("/other"), listen="[::]:81")
    assert (flagged.data, flagged.host, flagged.port) == (Path("/other"), "::", 81)


@pytest.mark.parametrize(
    "variable, value, said",
    [
        ("JIAOHAO_LISTEN", "nowhere", "HOST:PORT"),
        ("JIAOHAO_LISTEN", "127.0.0.1:99999", "HOST:PORT"),
        ("JIAOHAO_CLOCK", "tomorrow", "JIAOHAO_CLOCK"),
        ("JIAOHAO_CLOCK", "2026-11-23T09:00:00@20", "JIAOHAO_CLOCK"),
        ("JIAOHAO_IDLE", "4", "JIAOHAO_IDLE"),
        ("JIAOHAO_IDLE", "never", "JIAOHAO_IDLE"),
        ("JIAOHAO_DB", "mysql://hall", "JIAOHAO_DB"),
        ("JIAOHAO_DB", "postgresql://[::1/hall", "JIAOHAO_DB"),
    ],
)
def test_a_setting_that_cannot_be_read_says_what_to_write(variable: str, value: str, said: str) -> None:
    with pytest.raises(CannotStart) as fault:
        Settings.read({variable: value}).new_clock()
    assert said in fault.value.text.en
    assert fault.value.text.zh


def test_a_halls_database_may_be_named_and_its_password_is_told_to_nobody() -> None:
    settings = Settings.read({"JIAOHAO_DB": "postgresql://jiaohao:hush@db.hall:5433/hall"})
    assert str(settings.database) == "postgresql://db.hall:5433/hall"
    assert "hush" not in repr(settings)
    with pytest.raises(CannotStart) as fault:
        Settings.read({"JIAOHAO_DB": "postgresql://jiaohao:hush@[::1/hall"})
    assert "hush" not in str(fault.value)
