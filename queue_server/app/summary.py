"""What a hall's configuration comes to, in a few lines that whoever has just written it can compare with what was meant."""

from collections.abc import Iterator

from queue_server.app.setting import Settings
from queue_server.engine.hall import Hall


def summary(hall: Hall) -> Iterator[str]:
    """What the hall has, Chinese and English on each line; what it does without is not named."""
    yield _counts(
        ("服务区 zones", len(hall.zones)),
        ("业务 services", len(hall.services)),
        ("窗口 windows", len(hall.windows)),
        ("屏幕 displays", len(hall.displays)),
        ("喇叭 loudspeakers", len(hall.loudspeakers)),
    )
    if hall.departments:
        yield _counts(
            ("机构 organisations", len(hall.organisations)),
            ("部门 departments", len(hall.departments)),
            ("其中委托代收 delegating", len({s.department for s in hall.services if s.delegated_to})),
        )
    yield _counts(
        ("类别 classes", len(hall.classes)),
        ("绿色通道名单 fast track", len(hall.fast_track)),
        ("联办 visits of several steps", sum(bool(service.then) for service in hall.services)),
        ("办理结果 outcomes", len(hall.outcomes)),
    )
    promises = dict.fromkeys((kind.promise_min, kind.group) for kind in hall.classes)
    yield "承诺等候 promised waits " + " · ".join(
        f"{group} {minutes} min" for minutes, group in sorted(promises)
    )
    yield f"取号时间 ticket hours {_hours(hall)}"
    if hall.calendars:
        yield _counts(
            ("日历 calendars", len(hall.calendars)),
            ("节假日 holidays", len(hall.holidays)),
            ("调休上班 make-up days", len(hall.workdays)),
        )
    if hall.staff:
        yield _counts(("人员 staff", len(hall.staff)), ("排班 duties", len(hall.roster)))


def _counts(*counts: tuple[str, int]) -> str:
    return " · ".join(f"{what} {count}" for what, count in counts if count)


def _hours(hall: Hall) -> str:
    """The hall's own hours: its calendar's name, or those of every day."""
    if hall.rules.calendar is not None:
        name = hall.calendar[hall.rules.calendar].name
        return f"{name.zh} {name.en}"
    return " ".join(map(str, hall.rules.hours)) or "00:00-24:00"


def phones(settings: Settings) -> Iterator[str]:
    """Where citizens' phones find their tickets, and what else that takes, Chinese and English on each line."""
    if settings.public_url is None:
        yield "没有public_url：号票上不印二维码。 no public_url: tickets carry no QR code."
        return
    yield f"手机号票 phones: {settings.public_url}/t/… · 号票上印二维码 tickets carry its QR code"
    yield "  手机须信任它的证书，不认识大厅自己签的。 phones must trust its certificate, and know no hall's own authority."
    if settings.tls is None and not settings.proxies:
        yield "  [tls]和proxies都没有写，手机打不开https。 neither [tls] nor proxies: no phone can open it by https."
