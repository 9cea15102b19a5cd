"""How a device is, told in words of both languages that say what to do."""

import pytest

from devices.codec.escpos.status import Health
from devices.driver.condition import ailing, brief, fact, part, sentence

WELL = {Health.READY}


@pytest.mark.parametrize("health", Health)
def test_every_state_is_a_sentence_in_both_languages_and_unless_all_is_well_says_what_to_do(
    health: Health,
) -> None:
    said = sentence(health)
    for text in (said.zh, said.en):
        assert "_" not in text, "no word of the program's own"
        assert text.endswith(("。", "."))
    assert not any("a" <= letter <= "z" for letter in said.zh)
    assert ("：请" in said.zh) == (health not in WELL)
    assert (": " in said.en) == (health not in WELL)
    assert brief(health).zh
    assert brief(health).en


def test_a_word_that_nobody_knows_is_told_as_unknown() -> None:
    assert sentence("melted") == sentence("unknown")


def test_the_list_of_devices_has_a_name_and_a_few_words() -> None:
    assert ailing("panel 1", Health.GONE) == "panel 1没连上 gone"
    assert part("printer", Health.NO_PAPER) == "打印机缺纸 printer out of paper"
    assert part("reader", Health.UNKNOWN) == "阅读器没有应答 card reader no answer"


def test_a_line_of_the_log_has_the_word_for_programs_and_the_sentence_for_people() -> None:
    assert fact(Health.READY) == {"health": "ready"}
    said = sentence(Health.SHARED)
    assert fact(Health.SHARED) == {"health": "shared", "said": f"{said.zh} {said.en}"}
