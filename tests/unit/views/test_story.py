"""Every event says in both languages what happened, in words that a person reads."""

import re
from datetime import UTC, datetime
from typing import get_args

import msgspec
import pytest

from devices.codec.escpos.status import Health
from kiosk.model.journal import RESTARTED, UNANSWERED
from queue_server.engine import event as e
from queue_server.views.story import AREA, PART, Names, story
from queue_server.wire import command as c
from queue_server.wire import face
from queue_server.wire.ids import TicketId
from tests.fakes.hall import FILING, ONE, SEAL, TWO, A, hall
from tests.fakes.play import LI, MANAGER, Play

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
KINDS = get_args(e.Event)
NAMES = Names(hall(), {"zhang": "张敏"}, {"one": "A001"})


def said(event: e.Event) -> tuple[str, str]:
    text = story(event, AT, NAMES)
    return text.zh, text.en


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_event_has_a_sentence_of_fields_that_it_has(kind: type[msgspec.Struct]) -> None:
    sentence = face.texts(AREA)[str(kind.__struct_config__.tag)]
    fields = {field.encode_name for field in msgspec.structs.fields(kind)} | {"number"}
    for language in face.LANGUAGES:
        asked = face.placeholders(sentence[language])
        asked |= {flag for _, flag, _ in PART.findall(sentence[language]) if flag}
        assert asked - fields == set()
    in_brackets = "".join(
        PART.findall(sentence["zh"])[at][2] for at in range(len(PART.findall(sentence["zh"])))
    )
    required = {field.encode_name for field in msgspec.structs.fields(kind) if field.required} | {"number"}
    whole = face.placeholders(PART.sub("", sentence["zh"]))
    assert whole <= required | {"windows", "tickets", "text"}, in_brackets


def test_no_event_is_without_a_kind_that_is_told() -> None:
    texts = face.texts(AREA)
    kinds = {str(kind.__struct_config__.tag) for kind in KINDS}
    assert kinds <= set(texts)
    values = {key for key in texts if key not in kinds and key not in {"and", "unknown_ticket"}}
    fields = {field.encode_name for kind in KINDS for field in msgspec.structs.fields(kind)}
    assert {key for key in values if not any(key.startswith(f"{field}_") for field in fields)} == set()


def test_a_call_out_of_turn_says_who_called_whom_past_how_many_and_why() -> None:
    called = e.Called(
        ticket=TicketId("one"), step=0, window=ONE, clerk="zhang", skipped=3, reason="老人需照顾"
    )
    assert said(called) == (
        "1号窗口（张敏）叫A001，越过3人，理由：老人需照顾",
        "Window 1 (张敏) calls A001, passing 3 over, because: 老人需照顾",
    )
    plain = msgspec.structs.replace(called, skipped=0, reason=None)
    assert said(plain) == ("1号窗口（张敏）叫A001", "Window 1 (张敏) calls A001")
    by_rule = msgspec.structs.replace(called, reason="class", walked_in=True)
    assert said(by_rule)[0] == "1号窗口（张敏）叫A001，越过3人，理由：类别优先，无号受理"


def test_paper_of_which_nobody_said_what_became_is_told_with_what_to_do() -> None:
    assert said(e.PaperReported(ticket=TicketId("one"), paper="unknown", fault="silent")) == (
        "A001的号票是否印出不明：取号机没有回报；号码照样有效，请看取号人有没有拿到纸",
        "Paper of A001: not known: the kiosk has not said; the number is valid, see whether its holder has the paper",
    )


@pytest.mark.parametrize(
    "fault", [RESTARTED, UNANSWERED, *(each.value for each in Health if not each.prints), "unknown"]
)
def test_no_trouble_with_paper_is_told_in_a_word_of_the_programs(fault: str) -> None:
    zh, en = said(e.PaperReported(ticket=TicketId("one"), paper="failed", fault=fault))
    assert zh.startswith("A001的号票没有印出：")
    assert fault not in zh
    assert len(en) > len(f"Paper of A001: not printed: {fault}") + 10


def test_what_a_hall_has_no_more_is_told_by_its_id() -> None:
    gone = e.Transferred(
        ticket=TicketId("two"), step=0, window=ONE, clerk="nobody", service=FILING, was=SEAL, place="first"
    )
    assert said(gone)[0] == "1号窗口（nobody）把某号票由印章备案转办项目备案，排最前"
    assert said(e.Closed(window=TWO, reason=None))[1] == "Window 2 closes"
    assert said(e.Stopped(scope="zone:A", reason="满员"))[0] == "停止取号（投资项目服务区）：满员"


def test_a_reason_that_was_said_in_english_too_is_told_in_each_language() -> None:
    stopped = e.Stopped(scope="hall", reason="停电", reason_en="No power")
    assert said(stopped) == ("停止取号（全厅）：停电", "No more tickets (the hall): No power")


def test_a_played_morning_is_told_without_a_dash_or_a_brace() -> None:
    play = Play()
    play.open(ONE)
    ticket = play.take(FILING)
    play.next(ONE)
    play.do(c.Start(window=ONE))
    play.do(c.Hold(window=ONE, kind="at_window", reason="缺材料"))
    play.do(c.ResumeHeld(window=ONE, ticket=ticket.id))
    play.do(c.Transfer(at=ONE, service=SEAL, place="last"))
    play.open(TWO, LI)
    play.do(c.Move(ticket=ticket.id, service=FILING, place="first", reason="专人在等"), MANAGER)
    play.do(c.StopIssuing(scope=f"zone:{A}", reason="满员"), MANAGER)
    names = Names(play.state.hall, {}, {ticket.id: ticket.number})
    for stamped in play.log:
        told = story(stamped.event, stamped.at, names)
        assert not re.search(r"[{}\[\]–]", told.zh + told.en), told
