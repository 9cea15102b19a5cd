"""What a row of the table of errors is, and the part of the table that is about cases; the whole is in `error`."""

from typing import Literal

import msgspec

from queue_server.wire.ticket import Text

Fault = Literal["caller", "rule", "server"]
"""Who has to act: the program or person that asked, nobody (a rule of the hall says no), or whoever runs the server."""


class Code(msgspec.Struct, frozen=True):
    """One row of the table: whose fault it is, and the sentence that says what to do."""

    fault: Fault
    text: Text


def code(fault: Fault, zh: str, en: str) -> Code:
    """A row, its sentence in Chinese and in English."""
    return Code(fault, Text(zh, en))


CASES: dict[str, Code] = {
    "case.unknown": code(
        "caller",
        "没有这件差评；办结超过60天的只能查看，不能再办。",
        "There is no such case; one closed more than 60 days ago can be read and no longer changed.",
    ),
    "case.exists": code(
        "rule",
        "这次办理已有一件差评，请在台账里继续办。",
        "There is a case of this service already; go on with it in the register.",
    ),
    "case.no_ticket": code(
        "caller",
        "{day}没有号码{number}，请核对号票上的日期和号码。",
        "There was no ticket {number} on {day}; please check day and number on its paper.",
    ),
    "case.too_old": code(
        "rule",
        "只能登记最近{days}天的号票；更早的，请督查员线下登记、核实。",
        "Only tickets of the last {days} days; a supervisor takes older complaints on paper.",
    ),
    "case.own": code(
        "rule",
        "这件评价的是您本人，请交给别的督查员办。",
        "It is you who was rated; another supervisor has to deal with it.",
    ),
    "case.closed": code(
        "rule",
        "这件差评已办结；有异议的先登记申诉。",
        "This case is closed; enter an objection first.",
    ),
    "case.not_contacted": code(
        "rule",
        "还没有回访。先联系办事人，再反馈或办结；打了{tries}次没人接、或没有留联系方式的，也请登记。",
        "The visitor was not contacted yet. Try and note it, also {tries} calls without an answer, or that none is possible.",
    ),
    "case.not_rectifying": code(
        "rule",
        "还没有写整改措施，请先登记整改。",
        "Nothing is being put right yet; say first what will be.",
    ),
    "case.not_answered": code(
        "rule",
        "判为有效的，先整改并向办事人反馈，再办结。",
        "A valid one is put right first and the visitor told; then it is closed.",
    ),
    "case.not_judged": code(
        "rule",
        "还没有反馈或办结，不必申诉。",
        "It was not answered or closed yet, so there is nothing to object to.",
    ),
}
"""What can be refused of cases; a part of `error.CODES`."""
