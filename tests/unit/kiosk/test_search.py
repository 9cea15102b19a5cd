"""Services of all zones, found by a few letters on a pad."""

from dataclasses import replace

import pytest

from kiosk.model import find
from kiosk.model import look as seen
from kiosk.model.event import LinkChanged, Painted, Touched
from kiosk.model.intent import Take
from kiosk.model.pinyin import ANY, LETTERS, STARTS, initials, sounds
from kiosk.model.screen import Bring, Home, Searching, Taking
from kiosk.model.show import look
from queue_server.wire.ticket import Text
from tests.unit.kiosk.hall import FRESH, Play, open_kiosk, service, shown

HAND = {
    "社保缴费": "sbjf",
    "不动产登记": "bdcdj",
    "身份证": "sfz",
    "养老保险": "ylbx",
    "医保报销": "ybbx",
    "户口迁移": "hkqy",
    "婚姻登记": "hydj",
    "公积金提取": "gjjtq",
    "营业执照": "yyzz",
    "用地审批": "ydsp",
    "就业失业": "jysy",
    "个体工商户注销": "gtgshzx",
    "出入境": "crj",
    "法律援助": "flyz",
    "银行开户": "yhkh",
    "人民调解": "rmtj",
    "灾后重建": "zhcj",
    "会计证": "kjz",
    "车辆年检": "clnj",
    "档案查阅": "dacy",
    "特种设备": "tzsb",
    "网约车": "wyc",
    "殡葬": "bz",
}
"""Words of a hall and what somebody who knows pinyin types for them."""


def typed(word: str, play: Play | None = None) -> Play:
    """Letters on the pad of the search."""
    play = (play or open_kiosk()).touch("search")
    for letter in word:
        play.touch("key", letter)
    return play


def body(play: Play) -> seen.Searching:
    """The screen of the search."""
    shown = look(play.state).body
    assert isinstance(shown, seen.Searching)
    return shown


def names(word: str, *known: str) -> list[str]:
    """Which of some names a word finds, in their order."""
    services = tuple(service(f"s{n}", "A", Text(name, f"Matter {n}")) for n, name in enumerate(known))
    return [found.name.zh for found in find.find(word, services)]


@pytest.mark.parametrize("name, word", HAND.items())
def test_a_name_is_found_by_the_letters_its_pinyin_begins_with(name: str, word: str) -> None:
    assert names(word, *HAND)[0] == name


SPELT = {
    "社保缴费": ("shebao", "shebaojiaofei", "shebaojf", "shbjf", "baojiao"),
    "不动产登记": ("budongchan", "bdchan", "chandeng"),
    "养老保险": ("yanglaobaoxian", "yanglbx"),
    "银行开户": ("yinhang", "yinhangk"),
    "灾后重建": ("zaihouchong", "chongjian"),
    "会计证": ("kuaiji",),
    "法律援助": ("falv", "falvyuan"),
    "营业执照": ("yingyezhizhao", "zhizhao"),
}
"""What somebody types who spells, or begins to."""


@pytest.mark.parametrize("name, word", [(name, word) for name, words in SPELT.items() for word in words])
def test_a_name_is_found_by_its_pinyin_in_full_in_part_and_mixed_with_initials(name: str, word: str) -> None:
    assert names(word, *HAND)[0] == name


def test_a_name_is_found_as_people_shorten_it() -> None:
    known = ("医疗保险", "社会保障卡", "居民身份证", "医保报销")
    assert names("yb", *known) == ["医保报销", "医疗保险"], "what begins so comes before what is shortened so"
    assert names("yibao", *known[:3]) == ["医疗保险"]
    assert names("shebaoka", *known) == ["社会保障卡"]
    assert names("bx", "医疗保险") == ["医疗保险"]
    assert names("lx", "医疗保险") == [], "it is shortened from its beginning"


@pytest.mark.parametrize(
    "word", ["sbhf", "sbjjf", "sjf", "sbfj", "shebaa", "shebo", "sehbao", "sheebao", "paymnt", "pamyent"]
)
def test_one_letter_may_be_wrong_and_then_it_is_said(word: str) -> None:
    pay = service("s0", "A", Text("社保缴费", "Payment"))
    other = service("s1", "A", Text("营业执照", "Licence"))
    assert find.find(word, (other, pay)) == (pay,)
    assert find.exact(word, (other, pay)) == (() if word != "sjf" else (pay,))


def test_what_only_comes_near_is_not_passed_off_as_what_was_typed() -> None:
    assert body(typed("sbjj")).sentence == "没有完全一样的，以上是相近的业务"
    assert [one.row.name for one in body(typed("sbjj")).found] == ["社保缴费"]
    assert body(typed("sbjf")).sentence == ""
    assert names("xb", "社保缴费") == [], "of two letters none may be wrong"
    assert names("xxjf", "社保缴费") == []


def test_every_syllable_s_first_character_is_read_so_and_they_stand_in_their_order() -> None:
    assert sounds("女旅略虐") == (("nv",), ("lv",), ("lve",), ("nve",))
    assert sounds("匝座啊") == (("za",), ("zuo",), ("a",))
    starts = [found.split() for found in STARTS.split("\n") if found]
    syllables = [start[1:].replace("ve", "ue").replace("v", "u-") for line in starts for start in line]
    assert syllables == sorted(set(syllables))


def test_each_letter_that_a_syllable_begins_with_has_a_character() -> None:
    assert (
        "".join("".join(letters) for letters in initials("阿不从的额发个好就看了没你哦怕去人是他我下一在"))
        == LETTERS
    )


def test_a_rare_character_stands_for_any_letter_and_a_mark_for_none() -> None:
    assert initials("殡(A 1)·葬") == (ANY, frozenset("a"), frozenset("z"))
    assert initials("𬭎") == (ANY,)


def test_the_beginning_of_a_name_comes_before_a_part_of_it_and_the_halls_order_holds_between_equals() -> None:
    assert names("dj", "户口登记", "登记变更", "婚姻登记", "缴费") == ["登记变更", "户口登记", "婚姻登记"]


def test_an_english_word_and_an_example_are_found_too() -> None:
    assert [found.id for found in find.find("extend", open_kiosk().state.services)] == ["a-fire"]
    assert [found.id for found in find.find("safety", open_kiosk().state.services)[:1]] == ["a-fire"]
    assert [found.id for found in find.find("kj", open_kiosk().state.services)] == ["a-fire"], "扩建"


def test_nothing_typed_finds_nothing_and_says_how_to_type() -> None:
    screen = body(typed(""))
    assert (screen.found, screen.sentence) == ((), "")
    assert screen.hint == "例如：社保缴费，输入 SBJF 或 SHEBAO"


def test_a_found_service_names_its_zone_and_leads_to_its_ticket() -> None:
    play = typed("sbj")
    assert body(play).word == "SBJ"
    [found] = body(play).found
    assert (found.row.id, found.row.name, found.row.examples) == ("c-pay", "社保缴费", "C 社会保障服务区")
    play.touch("service", "c-pay")
    assert [type(one) for one in play.wanted] == [Take]
    assert isinstance(play.screen, Taking)


def test_back_from_what_to_bring_leads_to_the_letters_again() -> None:
    play = typed("jydj").touch("service", "e-job")
    assert play.screen == Bring("e-job", word="jydj")
    assert play.touch("back").screen == Searching("jydj")
    assert play.touch("back").screen == Home()


def test_a_service_that_is_not_shown_and_one_that_is_paused_take_nothing() -> None:
    assert typed("sb").touch("service", "e-job").screen == Searching("sb")
    play = typed("ydsp")
    assert body(play).found[0].row.paused
    assert play.touch("service", "a-land").screen == Searching("ydsp")
    many = typed("zz")
    assert len(body(many).found) == find.SHOWN
    assert many.touch("service", "b-11").screen == Searching("zz")


def test_more_than_there_is_room_for_and_none_at_all_are_told() -> None:
    assert body(typed("zz")).sentence == "还有8项，请再输入字母"
    assert body(typed("vvv")).sentence == "没有找到。请改一改字母，或到咨询台"
    assert body(typed("sbj")).sentence == ""


def test_a_letter_is_taken_back_and_a_word_has_an_end() -> None:
    play = typed("sbb").touch("erase")
    assert play.screen == Searching("sb")
    assert play.touch("key", "ab").touch("key", "1").touch("key", "").screen == Searching("sb")
    assert typed("s" * 20).screen == Searching("s" * find.LONGEST)
    assert typed("").touch("erase").screen == Searching("")


def test_typing_is_quick_and_the_finger_that_typed_takes_no_ticket() -> None:
    play = open_kiosk().touch("search") >> Painted(0)
    play >> Painted(play.state.sight)
    play.now += 1.0
    for letter in "sb":
        play >> Touched("key", letter)
        play.now += 0.15
    assert play.screen == Searching("sb")
    play >> Touched("service", "c-pay", FRESH)
    assert play.screen == Searching("sb"), "the row has only just come under the finger"


def test_there_is_no_search_where_no_ticket_can_be_had() -> None:
    for play in (
        open_kiosk() >> shown(issuing=False, why="full"),
        (open_kiosk() >> LinkChanged("down")).after(5),
    ):
        home = look(play.state).body
        assert isinstance(home, seen.Home)
        assert home.search == ""
        assert play.touch("search").screen == Home()


def test_whoever_leaves_the_letters_leaves_them_to_nobody() -> None:
    play = typed("sb").after(31)
    assert play.screen == Home()
    assert typed("", play).screen == Searching("")


COMMON = ("c-pay", "gone", "a-fire", "b-1", "b-2", "e-job", "a-file", "b-4")


def commoned() -> Play:
    """A kiosk that was told what most people come for."""
    return open_kiosk() >> replace(shown(), common=COMMON)


def test_what_most_people_come_for_stands_there_before_the_first_letter() -> None:
    play = commoned().touch("search")
    known = ["c-pay", "a-fire", "b-1", "b-2", "e-job", "a-file"]
    assert [found.row.id for found in body(play).found] == known, "six that the hall has"
    assert body(play).sentence == "以上是近30天办得最多的业务"
    assert play.touch("service", "b-1").screen == Bring("b-1", word="") or isinstance(play.screen, Taking)
    again = commoned().touch("search").touch("key", "s")
    assert "b-1" not in [found.row.id for found in body(again).found]


def test_the_button_says_so_only_where_it_is_known() -> None:
    for play, text in ((commoned(), "常用和搜索"), (open_kiosk(), "搜索全部业务")):
        home = look(play.state).body
        assert isinstance(home, seen.Home)
        assert home.search == text
    assert body(open_kiosk().touch("search")).found == ()


def test_a_common_service_is_one_of_three_taps() -> None:
    play = commoned().touch("search").touch("service", "a-fire").touch("take")
    assert [type(one) for one in play.wanted] == [Take]
