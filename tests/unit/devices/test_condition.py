"""How a device is, told in words of both languages that say what to do."""

import pytest

from devices.codec.escpos.status import Health
from devices.driver.condition import MOST, ailing, brief, fact, listed, part, sentence, trouble, troubled

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


def test_what_befell_a_kiosks_ticket_says_which_what_to_do_and_the_code_of_a_refusal() -> None:
    assert troubled("journal", "A012") == "A012没存盘，请查磁盘 unsaved, check disk"
    assert (
        troubled("handover", "A012", "ticket.exists")
        == "A012没补上，请人工办理 refused, serve by hand: ticket.exists"
    )
    zh, en = trouble("handover", "A012", "ticket.exists").split("。 ")
    for said in (zh, en):
        assert "A012" in said
        assert "ticket.exists" in said
    assert "请照号票人工办理" in zh
    assert en.endswith("serve its holder by hand.")


def test_a_list_tells_the_first_in_full_counts_those_without_room_and_is_cut_nowhere_else() -> None:
    assert listed([]) is None
    one = troubled("handover", "A1012", "handover.day_over")
    assert len(one) <= MOST
    assert listed([one]) == one
    assert listed([one, one, one]) == f"{one} +2"
    assert listed(["x" * 80, one]) == f"{'x' * MOST} +1"
