"""Screens are read aloud to whoever asks for that, nothing of a person is, and the next one hears nothing."""

import re
from dataclasses import replace

import msgspec
import pytest

from devices.driver.voice.speech import name
from kiosk.model.event import (
    CardRead,
    CodeShown,
    LinkChanged,
    PrinterReported,
    Refused,
    Ticked,
    VoiceChanged,
)
from kiosk.model.intent import Hush, Intent, Print, Speak
from kiosk.model.manner import Manner
from kiosk.model.pinyin import initials
from kiosk.model.prompt import heard, phrases
from kiosk.model.screen import Issued
from kiosk.model.show import look
from kiosk.model.state import State
from queue_server.wire.field import Holder
from queue_server.wire.ticket import Text
from tests.fakes.card import number
from tests.unit.kiosk.hall import (
    AT,
    FRESH,
    LONG,
    ZONES,
    Play,
    carded_kiosk,
    knocked,
    open_kiosk,
    shown,
    taken,
)
from tests.unit.kiosk.scene import SCENES

MUTE = Text("无法启动aplay", "aplay cannot be started")


def audible(play: Play | None = None) -> Play:
    """A kiosk that can be heard."""
    return (play or open_kiosk()) >> VoiceChanged(None)


def listening(play: Play | None = None) -> Play:
    """Somebody who wants it read aloud."""
    return audible(play).touch("way", "voice")


def said(intents: list[Intent]) -> list[str]:
    """What is read, sentence by sentence, as people read it."""
    spoken = [each.said for one in intents if isinstance(one, Speak) for each in one.said]
    return [_text(each) for each in spoken]


def _text(spoken: str) -> str:
    for phrase in phrases().values():
        for form in (phrase.said, phrase.en):
            pattern = re.escape(form).replace(r"\{", "{").replace(r"\}", "}")
            if form in ("{name}", "{letter}, {name}"):
                continue  # any name
            if re.fullmatch(re.sub(r"\{\w+\}", "(.+)", pattern), spoken):
                return phrase.zh if form == phrase.said else spoken
    return spoken


def read(play: Play) -> list[str]:
    """What is read of the screen, as it is said."""
    return [each.said for each in heard(play.state).said]


def everywhere() -> list[State]:
    """Every screen there is, read aloud."""
    states = [replace(state, mute=None, manner=Manner(voice=True)) for state in SCENES.values()]
    return [replace(state, language=language) for state in states for language in ("zh", "en")]


def test_a_touch_of_the_button_reads_the_screen_and_each_one_after_it() -> None:
    play = listening()
    assert said(play.wanted)[0] == "请选择您要办理的业务，点一下服务区"
    assert said(play.touch("zone", "A").wanted)[:2] == ["tou2 zi1 xiang4 mu4", "请选择具体事项"]
    assert said(play.touch("service", "a-fire").wanted) == [LONG.zh, "请确认您已带好屏幕上的材料，然后点取号"]


def test_what_can_be_chosen_is_named_in_the_order_of_the_screen_and_what_rests_is_not() -> None:
    play = listening()
    named = read(play)[1:]
    assert len(named) == len(ZONES)
    assert (named[0], named[-1]) == ("A, tou2 zi1 xiang4 mu4", "K, gong1 gong4 guan3 li3")
    assert read(play.touch("zone", "A"))[2:] == ["di4 yi1, 项目备案", f"di4 er4, {LONG.zh}"], (
        "the third rests"
    )
    assert read(play.touch("language"))[2:] == ["1: Project filing", f"2: {LONG.en}"]


def test_a_long_list_is_read_page_by_page_and_its_numbers_begin_anew() -> None:
    play = listening().touch("zone", "D").touch("page", "on")
    assert read(play)[2] == "di4 er4 ye4, gong4 san1 ye4"
    assert len(read(play)) == 3 + 12
    assert read(play)[3].startswith("di4 yi1, ")
    assert len(read(play.touch("page", "on"))) == 3 + 7


def test_an_elder_hears_the_few_services_of_their_home_screen() -> None:
    play = audible() >> replace(shown(), common=("c-pay", "a-file"))
    named = read(play.touch("way", "easy").touch("way", "voice"))
    assert named[:3] == [phrases()["easy"].said, "di4 yi1, 社保缴费", "di4 er4, 项目备案"]


def test_a_name_is_said_by_the_hall_s_own_pinyin_and_figures_in_it_are_counted() -> None:
    play = listening()
    hall = shown()
    own = tuple(
        msgspec.structs.replace(each, said="xiang4 mu4 bei4 an4") if each.id == "a-file" else each
        for each in hall.services
    )
    zones = (msgspec.structs.replace(hall.zones[0], said="tou2 zi1"), *hall.zones[1:])
    play >> replace(hall, services=own, zones=zones)
    assert read(play.touch("zone", "A"))[0] == "tou2 zi1"
    assert read(play)[2] == "di4 yi1, xiang4 mu4 bei4 an4"
    for written, spoken in (
        ("证照事项11", "证照事项 shi2 yi1"),
        ("12345热线", "yi1 er4 san1 si4 wu3 热线"),
        ("老年人(60周岁以上)", "老年人, liu4 shi2 周岁以上"),
    ):
        assert name(Text(written, ""), "zh") == spoken
    assert name(Text("社保", "Insurance"), "en", "she4 bao3") == "Insurance"


def test_the_number_and_where_to_wait_are_read_when_the_paper_is_there() -> None:
    play = taken(listening().touch("zone", "C")) >> PrinterReported(FRESH.id, "printed")
    [speak] = [one for one in play.wanted if isinstance(one, Speak)]
    assert [each.said for each in speak.said] == [
        "qing3 qu3 zou3 hao4 piao4",
        "nin2 de5 hao4 ma3 shi4 C yi1 ling2 san1",
        "社保缴费",
        "she4 hui4 bao3 zhang4",
        "qing3 dao4 C qu1, shi2 ba1 dao4 er4 shi2 liu4 hao4 chuang1 kou3 deng3 hou4",
        "qian2 mian4 yue1 si4 ren2",
        "yu4 ji4 deng3 hou4 shi2 dao4 shi2 wu3 fen1 zhong1",
    ]


def test_english_is_read_in_english() -> None:
    play = listening().touch("language")
    assert said(play.wanted)[:2] == [
        "What would you like to do today? Touch a service area.",
        "A, Investment Projects",
    ]
    play = taken(play.touch("zone", "C")) >> PrinterReported(FRESH.id, "printed")
    [speak] = [one for one in play.wanted if isinstance(one, Speak)]
    assert {each.voice for each in speak.said} == {"en-gb"}
    assert speak.said[1].said == "Your number is C one zero three."
    assert [one.said for one in speak.said[2:]] == [
        "Paying social insurance",
        "Social Security",
        "Please wait in Zone C, windows 18 to 26.",
        "About 4 ahead of you.",
        "Expected wait 10 to 15 minutes.",
    ]


def test_nothing_is_read_to_who_did_not_ask_for_it() -> None:
    play = audible()
    for control, key in (("zone", "A"), ("service", "a-fire"), ("take", "")):
        assert not [one for one in play.touch(control, key).wanted if isinstance(one, Speak)]
    play = taken(play) >> PrinterReported(FRESH.id, "printed")
    assert not [one for one in play.wanted if isinstance(one, Speak)]
    assert all(heard(replace(state, manner=Manner())).said == () for state in everywhere())


def test_figures_that_change_are_not_read_again_and_again() -> None:
    play = listening().touch("zone", "A")
    assert said(play.after(1).wanted) == []
    assert said((play >> LinkChanged("stale", epoch="epoch-1")).wanted) == []


def test_who_turns_it_off_hears_no_more() -> None:
    assert listening().touch("way", "voice").wanted == [Hush()]


@pytest.mark.parametrize("ends", ["time", "done", "technician"])
def test_the_next_visitor_finds_it_off_and_as_loud_as_for_most(ends: str) -> None:
    play = listening().touch("volume")
    assert play.state.manner.volume == 3
    if ends == "technician":
        play = knocked(play)
    else:
        play = taken(play.touch("zone", "C")) >> PrinterReported(FRESH.id, "printed")
        play = play.touch("done") if ends == "done" else play.after(25)
    assert play.state.manner == Manner()
    assert Hush() in play.wanted
    assert not [
        one for one in play.touch("back" if ends == "technician" else "mine").wanted if isinstance(one, Speak)
    ]


def test_who_listens_has_three_times_the_time_and_is_told_that_it_ends() -> None:
    play = listening().touch("zone", "A")
    assert said(play.after(81).wanted) == ["马上要返回首页，点一下屏幕可以继续"]
    assert said(play.after(1).wanted) == [], "once"
    assert play.after(9).wanted == [Hush()]
    ticket = taken(listening().touch("zone", "C")) >> PrinterReported(FRESH.id, "printed")
    assert isinstance(ticket.after(23).screen, Issued)


def test_it_is_read_once_more_or_louder_on_any_screen_and_after_the_loudest_softly() -> None:
    play = listening().touch("zone", "A")
    words = said(play.wanted)
    assert said(play.touch("again").wanted) == words
    volumes = []
    for _ in range(3):
        [speak] = play.touch("volume").wanted
        assert isinstance(speak, Speak)
        volumes.append(speak.volume)
    assert volumes == [100, 35, 60]
    assert [option.id or option.control for option in look(play.state).ways] == ["again", "volume"]
    assert open_kiosk().touch("again").wanted == []


def test_a_kiosk_that_cannot_be_heard_has_no_button_and_says_why_inside() -> None:
    for play in (open_kiosk(), audible() >> VoiceChanged(MUTE)):
        assert "voice" not in [option.id for option in look(play.state).ways]
        assert play.touch("way", "voice").state.manner == Manner()
    state = replace(SCENES["upkeep"], mute=MUTE)
    assert "语音提示：没有（无法启动aplay）" in str(look(state).body)
    assert "Voice prompts: none (aplay cannot be started)" in str(look(state, "en").body)
    assert "语音提示：可以播报" in str(look(replace(state, mute=None)).body)


def test_one_whose_loudspeaker_fails_meanwhile_goes_on_in_silence() -> None:
    play = listening() >> VoiceChanged(MUTE)
    assert play.wanted == [Hush()]
    assert [one for one in play.touch("zone", "A").wanted if isinstance(one, Speak)] == []


def test_in_quiet_hours_there_is_no_button_and_nothing_is_read() -> None:
    play = audible()
    play.state = replace(play.state, loud={"08:00": 50, "12:00": 0})
    [speak] = play.touch("way", "voice").wanted
    assert isinstance(speak, Speak)
    assert speak.volume == 30
    noon = AT.replace(hour=4, minute=30)
    play >> Ticked(noon)
    assert play.wanted == [Hush()]
    assert "voice" not in [option.id for option in look(play.state).ways]


def test_nobodys_name_and_no_number_of_a_card_is_read() -> None:
    play = listening(carded_kiosk())
    spoken = said(play.touch("zone", "C").wanted)
    play >> CardRead(Holder(number(), "张小三"))
    spoken += said(play.wanted)
    spoken += said(play.touch("language").wanted)
    assert spoken == [
        "请把身份证放在读卡区，先不要拿开",
        "请核对是您本人，然后点取号",
        "Please check that this is you, then touch: take a ticket.",
    ]
    read = [each.said for state in everywhere() for each in heard(state).said]
    assert not [one for one in read if re.search(r"张|zhang1 xiao3|\d{4}|990000", one)]


def test_staff_and_technicians_are_read_nothing() -> None:
    for scene, state in SCENES.items():
        if scene.startswith(("staff", "unlocking", "upkeep", "pairing")):
            assert heard(replace(state, mute=None, manner=Manner(voice=True))).said == (), scene


def test_every_other_screen_says_something_in_both_languages() -> None:
    silent = ("staff", "unlocking", "upkeep", "pairing")
    for scene, state in SCENES.items():
        for language in ("zh", "en"):
            wanted = replace(state, mute=None, manner=Manner(voice=True), language=language)
            assert scene.startswith(silent) or heard(wanted).said, scene


def test_what_went_wrong_is_read() -> None:
    play = listening().touch("zone", "C") >> Refused(FRESH.key, "number.exhausted", "", (("prefix", "C"),))
    assert said(play.wanted) == ["暂时不能取号，请找身边的工作人员"]
    play = taken(listening().touch("zone", "C")) >> PrinterReported(FRESH.id, "failed", "no_paper")
    assert said(play.wanted)[0] == "号票没有打印出来"
    assert said(play.wanted)[-1] == "请记好号码，然后点我已记下"


def test_a_kiosk_that_loses_its_place_is_silent() -> None:
    assert Hush() in (listening() >> CodeShown("042917")).wanted


def test_every_sentence_has_one_syllable_a_character_with_its_letter() -> None:
    for key, phrase in phrases().items():
        characters = re.findall(r"[一-鿿]|\{\w+\}", phrase.zh)
        syllables = re.findall(r"[a-zü]+[1-5]|\{\w+\}", phrase.said)
        assert len(characters) == len(syllables), key
        assert re.findall(r"\{\w+\}", phrase.zh) == re.findall(r"\{\w+\}", phrase.said), key
        assert set(re.findall(r"\{\w+\}", phrase.en)) == set(re.findall(r"\{\w+\}", phrase.zh)), key
        for character, syllable in zip(characters, syllables, strict=True):
            if character[0] != "{":
                assert syllable[0] in initials(character)[0], f"{key}: {character} {syllable}"


def test_the_ticket_is_printed_while_it_is_read() -> None:
    play = taken(listening().touch("zone", "C"))
    assert {type(one) for one in play.wanted} == {Print, Speak}
