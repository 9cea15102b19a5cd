"""What a demo tells those who watch it: addresses, sign-ins, and what is left for them to do. Chinese first, then English."""

from collections.abc import Sequence
from pathlib import Path

from queue_server.app.cast import PEOPLE
from queue_server.engine.hall import Hall
from queue_server.flow.clock import Clock
from queue_server.wire.day import local
from queue_server.wire.ids import WindowId

INDENT = "\n" + " " * 18
"""Where the second column goes on."""


def programme(
    hall: Hall,
    address: str,
    clock: Clock,
    *,
    password: str,
    free: Sequence[WindowId],
    equipped: Sequence[WindowId],
    folder: Path,
    kiosk: bool,
) -> str:
    """The whole text. `folder` holds the devices simulated at the `equipped` windows, `kiosk` tells whether its window opens."""
    windows = _range(free)
    boards = INDENT.join(f"{address}/board/{display.id}  {display.title.zh}" for display in hall.displays)
    clerks = [name for name, role, _ in PEOPLE if role == "clerk"]
    others = "  ".join(f"{name} {shown}" for name, role, shown in PEOPLE if role != "clerk")
    glass = (
        "取号机窗口正在打开。 The kiosk's window is opening."
        if kiosk
        else "没有显示器（未设DISPLAY）或未安装Kivy，取号机窗口没有打开。"
        f"{INDENT}No display (DISPLAY is not set) or no Kivy: the kiosk's window is not opened."
    )
    return f"""
{hall.name.zh}（演示） {hall.name.en} (demo)
业务时钟 Business clock: {local(clock.now()):%Y-%m-%d %H:%M}, {clock.speed:g}x

  叫号屏 Board    {boards}
  窗口 Clerk      {address}/clerk
  导办 Desk       {address}/desk
  总览 Floor      {address}/floor
  报表 Reports    {address}/reports
  差评 Cases      {address}/cases
  监察 Audit      {address}/audit
  管理 Admin      {address}/admin
  取号机 Kiosk    {glass}

登录 Sign in      密码 Password: {password}
                  {others}
                  {clerks[0]} … {clerks[-1]} 窗口人员
  {windows}号窗口留给您：打开“窗口”页，用{clerks[0]}登录。其他窗口由模拟人员值守；主任关闭某窗口后，您也可以接手。
  Windows {windows} are yours: open the clerk page and sign in as {clerks[0]}. Drawn clerks attend the others;
  once the manager closes one of those, you may take it over.

{_devices(equipped, folder)}

Ctrl-C 结束 ends the demo.
"""


def _devices(equipped: Sequence[WindowId], folder: Path) -> str:
    """Which devices are simulated, or how there could be some."""
    if not equipped:
        return (
            '没有模拟设备：只安装了服务器。要看打印机、窗口显示屏、呼叫器、评价器，请在源码目录执行pip install ".[devices]"。\n'
            "No simulated devices: only the server is installed. For a printer, bars, callers and keypads type in the\n"
            'source folder: pip install ".[devices]"'
        )
    seats = _range(equipped)
    return f"""模拟设备 Simulated: 打印机 a printer; {seats}号窗口的显示屏、呼叫器、评价器 bars, callers, keypads of windows {seats}
  印出的号票 Printed tickets: {folder / "tickets"}"""


def _range(windows: Sequence[WindowId]) -> str:
    return windows[0] if len(windows) == 1 else f"{windows[0]}-{windows[-1]}"
