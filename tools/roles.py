"""Write docs/roles.md: who may do and see what, one row for every command, query, route, topic and page.

    .venv/bin/python tools/roles.py

The page is made of the tables that the server itself checks by. Tests compare it, and ask a running server every cell.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from queue_server.api.document import ROUTES
from queue_server.api.media import ADDRESS as MEDIA
from queue_server.api.query import QUERIES
from queue_server.api.route import BASE
from queue_server.api.voice import ADDRESS as VOICE
from queue_server.pages.site import files
from queue_server.views.topic import OWN, SEEN_BY
from queue_server.wire.command import REGISTRY, ROLES, Entry, Role

PAGE = Path(__file__).parent.parent / "docs" / "roles.md"
Mark = Literal["●", "○", "–"]
MAY: Mark = "●"
MAY_OWN: Mark = "○"
MAY_NOT: Mark = "–"
UNPLACED = "unplaced"
"""A device that has paired and waits for its place. Its role is `public`, but it has a record of its own."""
COLUMNS: dict[str, str] = {
    "clerk": "窗口",
    "steward": "导办",
    "supervisor": "督查",
    "manager": "经理",
    "admin": "管理员",
    "auditor": "审计",
    "kiosk": "取号机",
    "display": "叫号屏",
    "agent": "窗口设备",
    "holder": "持票人",
    UNPLACED: "未安置设备",
    "public": "任何人",
}
"""Everybody who can ask from outside, in both languages."""
Kind = Literal["command", "query", "route", "topic", "page"]
HEADINGS: dict[Kind, str] = {
    "command": "命令 Commands",
    "query": "查询 Queries",
    "route": "其他地址 Other addresses",
    "topic": "实时主题 Feed topics",
    "page": "页面 Pages",
}
UNASKED = "没有地址的命令 Commands without an address"
WORDS: dict[str, str] = {
    "accounts.note": "记录账号更改",
    "config.read_names": "记录看过绿色通道名单",
    "advice.give": "给出建议",
    "advice.prove": "记录建议的结果",
    "hall.adopt": "接管转移来的部分",
    "hall.restore": "从备份恢复后继续",
    "clock.tick": "执行到时的事",
    "tickets.take": "取号",
    "tickets.cancel": "退号",
    "tickets.reenter": "过号重排、续号",
    "tickets.defer": "延后叫号",
    "tickets.bind": "只到有条件的窗口、改为不限",
    "tickets.add_step": "加办业务",
    "tickets.classify": "确认或退回类别",
    "tickets.identify": "核对姓名",
    "tickets.move": "改派号票",
    "tickets.reprint": "补打号票",
    "tickets.printed": "报告打印结果",
    "windows.open": "开窗、接管窗口",
    "windows.pause": "暂停窗口",
    "windows.resume": "恢复窗口",
    "windows.close": "关窗",
    "windows.cover": "代办其他窗口",
    "windows.call_next": "呼叫下一位",
    "windows.call": "点名呼叫",
    "windows.recall": "重呼",
    "windows.start": "开始办理",
    "windows.finish": "办结",
    "windows.no_show": "过号",
    "windows.hold": "挂起",
    "windows.resume_held": "继续办理",
    "windows.transfer": "转办",
    "windows.note": "写备注",
    "windows.set_services": "今天办理的业务",
    "windows.undo": "撤销",
    "windows.walk_in": "无号受理",
    "issuing.stop": "停止取号",
    "issuing.resume": "恢复取号",
    "notices.publish": "发布通知",
    "notices.withdraw": "撤下通知",
    "alarms.raise": "呼叫导办员",
    "alarms.acknowledge": "应答呼叫",
    "alarms.end": "结束呼叫",
    "appointments.book": "登记预约",
    "appointments.cancel": "取消预约",
    "appointments.check_in": "预约签到",
    "cases.open": "登记投诉",
    "cases.open_earlier": "登记以前号票的投诉",
    "cases.earlier": "登记以前号票的投诉",
    "cases.contact": "登记回访",
    "cases.rectify": "登记整改",
    "cases.answer": "登记反馈",
    "cases.close": "办结差评",
    "cases.appeal": "登记申诉",
    "cases": "差评台账",
    "case": "一件差评",
    "cases.csv": "下载差评台账",
    "day.end": "提前结束当日",
    "day.open": "恢复当日取号",
    "leases.take": "领取预领号",
    "slips.make": "印手写号",
    "hall.evacuate": "转移到另一地点",
    "hall.bring_home": "接回结果",
    "hall.hand_back": "交回原地",
    "hall.reopen": "在原地恢复",
    "hall.show": "出示转移文件",
    "hall.decide": "决定转移是否发生",
    "ratings.submit": "评价",
    "devices.pair": "设备配对",
    "devices.place": "安置设备",
    "devices.revoke": "停用设备",
    "devices.report": "报告设备状况",
    "config.publish": "发布配置",
    "config.rollback": "退回旧版配置",
    "ticket": "一张号票",
    "notes": "一张号票的备注",
    "tickets": "今日号票",
    "appointments": "今后几天的预约",
    "zones": "服务区",
    "services": "业务",
    "windows": "窗口",
    "devices": "设备",
    "load": "各区负荷",
    "forecast": "预计等候",
    "advice": "建议与结果",
    "config": "现行配置",
    "versions": "配置版本",
    "form": "配置表单",
    "version": "某版配置",
    "events": "事件日志",
    "login": "登录",
    "logout": "退出",
    "me": "我是谁",
    "password": "修改自己的密码",
    "pin": "设置自己的取号机口令",
    "tickets.confirm": "凭口令在取号机确认类别",
    "tickets.find": "凭号票上的查询码或二维码找到号票",
    "accounts.list": "账号列表",
    "accounts.add": "增加账号",
    "accounts.import": "导入人员",
    "appointments.import": "导入预约",
    "accounts.change": "修改账号",
    "accounts.reset": "重置密码",
    "accounts.sign_out": "强制退出",
    "config.check": "检查配置草稿",
    "config.read": "读取TOML文件",
    "config.roster": "读取排班CSV",
    "config.export": "导出配置",
    "config.samples": "样例大厅",
    "clock.jump": "拨快演示时钟",
    "media": "叫号屏的图片和视频",
    "media.add": "上传图片或视频",
    "media.remove": "删除图片或视频",
    "audit.skips": "某日不按顺序的叫号",
    "audit.ticket": "一张号票的经过",
    "audit.log": "某日的事件日志",
    "audit.proof": "日志的证明",
    "audit.skips_csv": "不按顺序的叫号，存为表格",
    "audit.log_csv": "事件日志，存为表格",
    "audit.check": "核对整条日志",
    "reports.day": "日终报表",
    "reports.period": "统计报表",
    "reports.period_file": "统计报表文件",
    "reports.appraisal": "综合考评",
    "reports.appraisal_file": "综合考评文件",
    "backups": "备份情况",
    "backups.make": "立即备份",
    "openapi": "接口文档",
    "health": "存活检查",
    "ready": "就绪检查",
    "metrics": "运行指标",
    "hall": "大厅",
    "zone": "服务区",
    "board": "叫号屏",
    "voice": "喇叭",
    "window": "窗口",
    "counter": "窗口设备所见：窗口设备看`window`时得到的，没有人名（大厅公示的窗口人员姓名除外）、类别和原因 "
    "What an agent is shown of a window, also when it asks for `window`: no names, classes and reasons.",
    "floor": "现场",
    "desk": "导办台",
    "admin": "全部设备",
    "device": "设备自己",
}
"""What each command, query, route and topic is called in Chinese."""
DONE_BY: dict[str, str] = {
    "accounts.note": "服务器，随每次账号更改 the server, with each change of an account",
    "config.read_names": "服务器，随管理员每次读出名单 the server, whenever an administrator is given the list",
    "cases.open_earlier": "服务器，有人按日期和号码登记投诉时 the server, when a complaint is entered by day and number",
    "advice.give": "服务器，推算出增开窗口值得时 the server, when one more window is worth it",
    "advice.prove": "服务器，当时等候的人都已叫到后 the server, once all who waited then are called",
    "hall.adopt": "`jiaohao-server import`，在空目录接收转移文件时 taking the file of an evacuation in an empty folder",
    "hall.restore": "`jiaohao-server restore`",
    "clock.tick": "服务器自己的时钟 the server's own clock",
}
"""Who does what cannot be asked for."""
HEAD = """\
# 岗位与权限 Who may do what

每一行是一件事，每一列是一种岗位、设备或来访者。`●` 可以；`–` 不可以；`○` 只限自己的：窗口人员限本人登录的窗口，
窗口设备限所安置的窗口，持票人限自己的号票，设备限自己的记录。未登录者被拒绝时得到 `auth.missing`，其他岗位得到
`auth.forbidden`，不是自己的窗口得到 `auth.not_your_window`，不是自己的号票则如同不存在；都没有任何更改。

One row is one thing, one column a role, a device or a visitor. `●` may; `–` may not; `○` only with what is their own: a clerk
the window where they are signed in, an agent the windows it was placed at, a holder their ticket, a device its record. Who is
refused gets `auth.missing` without a sign-in, else `auth.forbidden`; `auth.not_your_window` for a window that is not theirs; a
ticket that is not theirs is as if it were not there. Nothing is changed.

每条命令经 HTTP 和实时连接（`/feed`）权限相同。设备和号票以令牌为凭，岗位以登录为凭。

A command is open to the same roles over HTTP and over the websocket (`/feed`). Devices and tickets bear a token, people sign in.

<!-- written by tools/roles.py -->
"""
NOTES: dict[Kind, str] = {
    "page": (
        "页面是静态文件，人人可以打开；没有登录时页面里什么也没有，内容都经上面的查询和主题取得。\n\n"
        "Pages are static files that anybody may open. Without a session there is nothing in them: all they show comes by\n"
        "the queries and topics above.\n"
    ),
}


@dataclass(frozen=True)
class Row:
    """One thing that may be asked for: `address` is its method and path, or its topic, and `cells` a mark for each of COLUMNS."""

    kind: Kind
    name: str
    address: str
    words: str
    cells: Mapping[str, Mark]


def _commands() -> list[Entry]:
    """All commands, those of one thing together: the registry has them in the order in which somebody first imported them."""
    return sorted(REGISTRY.values(), key=lambda entry: entry.name.partition(".")[0])


def rows() -> Iterator[Row]:
    """Every row. Raises KeyError for a name that has no Chinese word in WORDS."""
    for entry in _commands():
        if entry.path is not None:
            address = f"{entry.method} {BASE}{entry.path}"
            yield _row("command", entry.name, address, entry.summary, entry.roles, entry.own)
    for query in QUERIES:
        yield _row("query", query.name, f"GET {BASE}{query.path}", query.summary, query.roles, query.own)
    for route in ROUTES:
        yield _row("route", route.name, f"{route.method} {route.path}", route.summary, route.roles)
    for topic, roles in SEEN_BY.items():
        row = _row("topic", topic, topic, "", roles, OWN.get(topic, frozenset()))
        nobody: dict[str, Mark] = {"public": MAY_NOT} if topic == "device" else {}
        yield Row(row.kind, row.name, row.address, row.words, {**row.cells, **nobody})
    addresses = {
        f"/{address.split('/')[1]}/…" if address.startswith(("/static/", "/text/")) else address
        for address in files()
    }
    for address in ("/", "/feed", VOICE, MEDIA, *sorted(addresses)):
        yield Row("page", address, f"GET {address}", "", dict.fromkeys(COLUMNS, MAY))


def _row(
    kind: Kind,
    name: str,
    address: str,
    summary: str,
    roles: Collection[Role],
    own: Collection[Role] = frozenset(),
) -> Row:
    if name not in WORDS:
        raise KeyError(f"say in WORDS of tools/roles.py what {name} is called in Chinese")

    def mark(column: str) -> Mark:
        role = "public" if column == UNPLACED else column
        if role not in roles:
            return MAY_NOT
        return MAY_OWN if role in own else MAY

    words = f"{WORDS[name]} {summary}".strip()
    return Row(kind, name, address, words, {column: mark(column) for column in COLUMNS})


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_sections()])


def _sections() -> Iterator[str]:
    assert set(COLUMNS) == (set(ROLES) - {"clock"}) | {UNPLACED}, "every role that can ask has a column"
    found = list(rows())
    for kind, heading in HEADINGS.items():
        yield f"## {heading}\n"
        if kind in NOTES:
            yield NOTES[kind]
        names = " | ".join(f"{zh} {key}" for key, zh in COLUMNS.items())
        yield f"| 名称 Name | {names} | 地址 Address | 说明 What |"
        yield f"|---|{':-:|' * len(COLUMNS)}---|---|"
        for row in found:
            if row.kind == kind:
                cells = " | ".join(row.cells[column] for column in COLUMNS)
                yield f"| `{row.name}` | {cells} | `{row.address}` | {row.words} |"
        yield ""
    yield from _unasked()


def _unasked() -> Iterator[str]:
    """What the log may tell of, though nobody can ask for it. Raises KeyError for a command of which DONE_BY does not tell."""
    yield f"## {UNASKED}\n"
    yield (
        "任何人都不能请求：没有HTTP地址，经实时连接得到 `feed.unknown_command`。它们只出现在日志里。\n\n"
        "Nobody can ask for these: they have no address, and the websocket answers `feed.unknown_command`. Only the log has them.\n"
    )
    yield "| 名称 Name | 由谁执行 Done by | 说明 What |"
    yield "|---|---|---|"
    for entry in _commands():
        if entry.path is None:
            yield f"| `{entry.name}` | {DONE_BY[entry.name]} | {WORDS[entry.name]} {entry.summary} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
