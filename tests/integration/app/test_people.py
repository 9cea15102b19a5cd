"""Devices' tokens from the command line."""

from pathlib import Path

import pytest

from queue_server.app.fault import CannotStart
from queue_server.app.people import add_token, opened
from queue_server.app.setting import Settings


def test_an_agent_s_token_names_its_windows_and_other_devices_need_not(tmp_path: Path) -> None:
    people = opened(Settings(tmp_path / "data"))
    with pytest.raises(CannotStart, match=r"--window 3 --window 4"):
        add_token(people, "box", "agent", (), None)
    assert people.tokens() == []
    add_token(people, "box", "agent", ("3",), None)
    add_token(people, "kiosk-1", "kiosk", (), None)
    assert [(token.name, token.windows) for token in people.tokens()] == [("box", {"3"}), ("kiosk-1", None)]
