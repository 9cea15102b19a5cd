"""Write docs/errors.md: every error code with its HTTP status, whose fault it is, and its sentences.

    .venv/bin/python tools/errors.py

The page is made of the tables that the server itself answers from, so it can only be wrong where they are. A test compares.
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from queue_server.api.status import STATUS
from queue_server.wire.error import CODES, Fault

PAGE = Path(__file__).parent.parent / "docs" / "errors.md"
WHO: dict[Fault, str] = {"caller": "请求方 caller", "rule": "规则 rule", "server": "服务器 server"}
GROUPS = {
    "request": "请求本身 The request",
    "reason": "原因 Reasons",
    "idempotency": "幂等键 Idempotency keys",
    "auth": "身份 Who is asking",
    "account": "账号 Accounts",
    "ticket": "号票 Tickets",
    "number": "号码 Numbers",
    "lease": "预领号 Leases",
    "handover": "补交 Hand-over",
    "slip": "手写号 Slips",
    "items": "件数 Items",
    "steps": "多项业务 Several services",
    "class": "优先类别 Classes",
    "holder": "持票人 Holders",
    "person": "每人限号 Limits per person",
    "hall": "转移的大厅 A hall that moved",
    "evacuation": "转移 Evacuations",
    "service": "业务 Services",
    "outcome": "办理结果 Outcomes",
    "zone": "服务区 Zones",
    "issuing": "取号 Issuing",
    "notice": "通知 Notices",
    "appointment": "预约 Appointments",
    "alarm": "呼叫导办员 Calls for a steward",
    "case": "差评 Cases",
    "need": "需要 Needs",
    "window": "窗口 Windows",
    "undo": "撤销 Undoing",
    "rating": "评价 Ratings",
    "device": "设备 Devices",
    "media": "图片和视频 Pictures and films",
    "voice": "播报 Speech",
    "config": "配置 Configuration",
    "display": "叫号屏 Displays",
    "feed": "实时连接 The feed",
    "clock": "业务时钟 The clock",
    "backup": "备份 Backups",
    "store": "存储 The store",
    "server": "服务器 The server",
}
HEAD = """\
# 错误代码 Error codes

凡被拒绝或未能完成的请求，都返回 `{"code", "message", "detail"}`：`code` 永不改变含义，`message` 按请求的语言（默认中文），
`detail` 给出句中 `{…}` 处的数据。`store.unavailable` 和 `server.stopping` 表示**结果未知**：请用同一个 `Idempotency-Key` 再发一次，
不会重复。其余代码表示没有任何更改。

Whatever is refused or fails is answered with `{"code", "message", "detail"}`. A code never changes its meaning; the message is in
the asked language (Chinese if none is asked for); `detail` holds what stands in `{…}`. `store.unavailable` and `server.stopping`
mean that **the outcome is not known**: send the same request again with the same `Idempotency-Key`, and it will not be done
twice. Every other code means that nothing was changed.

**谁来处理 Who has to act**

- 请求方 caller：改正请求。 Correct the request.
- 规则 rule：大厅的规则或状态不允许。 The hall's rules or state say no.
- 服务器 server：稍后再试，或找管理员。 Try again, or tell the administrator.

<!-- written by tools/errors.py -->
"""


def page() -> str:
    """The whole page. Raises KeyError for a code whose first word has no heading, or that has no HTTP status."""
    return "\n".join([HEAD, *_sections()])


def _sections() -> Iterator[str]:
    for group, codes in groupby(CODES, key=lambda code: code.partition(".")[0]):
        yield f"## {GROUPS[group]}\n"
        yield "| 代码 Code | HTTP | 谁来处理 Who | 中文 | English |"
        yield "|---|---|---|---|---|"
        for code in codes:
            text = CODES[code].text
            yield f"| `{code}` | {STATUS[code]} | {WHO[CODES[code].fault]} | {text.zh} | {text.en} |"
        yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
