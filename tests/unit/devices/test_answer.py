"""What came of a key is a sentence in both languages that says what to do."""

from devices.agent import answer
from queue_server.client.error import CommandRefused
from queue_server.wire.error import CODES


def test_what_the_server_refuses_is_told_in_both_languages_with_what_it_is_about() -> None:
    said = answer.refused(CommandRefused("window.unattended", "没有人值守", {}))
    text = CODES["window.unattended"].text
    assert said == f"{text.zh} {text.en}"
    counted = answer.refused(CommandRefused("auth.too_many", "", {"wait_s": 9}))
    assert "请9秒后再试" in counted
    assert "try again in 9 seconds" in counted


def test_a_code_of_a_newer_server_is_told_in_its_own_words() -> None:
    assert answer.refused(CommandRefused("window.molten", "窗口烫手。", {})) == "窗口烫手。"
    assert answer.refused(CommandRefused("auth.too_many", "太多了。", {})) == "太多了。"


def test_a_key_that_is_no_command_says_what_it_lacks() -> None:
    assert "emit" in answer.ignored("unnamed-1")
    assert answer.ignored("resume_held").startswith("没有挂起的号可叫。 ")
    assert "transfer" in answer.ignored("transfer")
