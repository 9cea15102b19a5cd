"""A small hall for tests: two zones, three services, four windows."""

from datetime import UTC, datetime

from queue_server.engine.display import Display, Loudspeaker
from queue_server.engine.hall import Class, FastTrack, Hall, Rules, Service, Window, Zone
from queue_server.wire.day import local_day
from queue_server.wire.ids import ServiceId, WindowId, ZoneId
from queue_server.wire.ticket import Text

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""09:00 on a Monday in the hall."""

FILING, LICENCE, SEAL = ServiceId("filing"), ServiceId("licence"), ServiceId("seal")
ONE, TWO, THREE, FOUR = WindowId("1"), WindowId("2"), WindowId("3"), WindowId("4")
A, B = ZoneId("A"), ZoneId("B")
PROJECT = "2026-350200-01"
"""A code on the list of the hall, good on the first day only."""


def hall(rules: Rules | None = None) -> Hall:
    """Zone A: filing at windows 1 and 2. Zone B: licence at 3, licence and seal at 4; window 2 also does seals."""
    return Hall(
        name=Text("测试政务大厅", "Test Hall"),
        zones=(
            Zone(
                id=A,
                letter="A",
                name=Text("投资项目服务区", "Investment Projects"),
                short=Text("投资项目", "Investment"),
                colour="#1F5FA8",
            ),
            Zone(
                id=B,
                letter="B",
                name=Text("证照办理服务区", "Certificates"),
                short=Text("证照办理", "Certificates"),
                colour="#0F766E",
            ),
        ),
        services=(
            Service(
                id=FILING,
                zone=A,
                prefix="A",
                name=Text("项目备案", "Project filing"),
                bring=Text("身份证", "ID card"),
            ),
            Service(id=LICENCE, zone=B, prefix="B", name=Text("证照申领", "Licence"), max_items=3),
            Service(
                id=SEAL, zone=B, prefix="B", name=Text("印章备案", "Seal"), real_name="ask", per_person=2
            ),
        ),
        windows=(
            Window(id=ONE, name=Text("1号窗口", "Window 1"), zone=A, services=(FILING,)),
            Window(id=TWO, name=Text("2号窗口", "Window 2"), zone=A, services=(FILING, SEAL)),
            Window(id=THREE, name=Text("3号窗口", "Window 3"), zone=B, services=(LICENCE,)),
            Window(id=FOUR, name=Text("4号窗口", "Window 4"), zone=B, services=(LICENCE, SEAL)),
        ),
        loudspeakers=(Loudspeaker(id="west", name=Text("西侧", "West"), zones=(A,), player="box"),),
        displays=(
            Display(id="hall", title=Text("大厅", "Hall"), zones=(A, B), loudspeaker="west"),
            Display(id="b", title=Text("证照办理", "Certificates"), zones=(B,)),
        ),
        classes=(
            Class(id="priority", name=Text("老年人", "Elder"), told=True, promise_min=10, age=60),
            Class(id="booked", name=Text("预约", "Booked"), promise_min=10, counts="at_once"),
            Class(
                id="green",
                name=Text("绿色通道", "Fast track"),
                told=True,
                promise_min=5,
                asked="staff",
                listed=True,
            ),
        ),
        fast_track=(
            FastTrack(id=PROJECT, name="某重点项目", reason="重点项目", until=local_day(MORNING)),
            FastTrack(id="91350000", name="某企业", reason="重点企业"),
        ),
        rules=rules or Rules(),
    )
