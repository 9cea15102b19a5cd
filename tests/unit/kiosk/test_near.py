"""A kiosk that cannot print says where a paper can be had, before anybody chooses and after."""

from dataclasses import replace

from kiosk.model import look as seen
from kiosk.model.event import CodeShown, LinkChanged, Other, PrinterChanged, PrinterReported
from kiosk.model.near import nearest
from kiosk.model.show import look
from queue_server.wire.claim import check
from tests.unit.kiosk.hall import FRESH, Play, open_kiosk, shown, taken

KIOSKS = (Other("1号取号机", "A"), Other("2号取号机", "C"), Other("3号取号机", "K"), Other("4号取号机"))


def standing(zone: str | None, name: str = "5号取号机", kiosks: tuple[Other, ...] = KIOSKS) -> Play:
    """A kiosk in a zone of a hall that has others."""
    return open_kiosk() >> CodeShown(None, name, zone) >> replace(shown(), kiosks=kiosks)


def test_the_nearest_is_that_of_the_nearest_zone_and_never_this_one() -> None:
    assert nearest(standing("D").state) == "2号取号机"
    assert nearest(standing("B").state) == "1号取号机", "of two equally near the first"
    assert nearest(standing("J").state) == "3号取号机"
    assert nearest(standing("C", "2号取号机").state) == "1号取号机"
    assert nearest(standing(None).state) == "1号取号机"
    assert nearest(standing("C", "2号取号机", KIOSKS[1:2]).state) is None
    assert nearest(open_kiosk().state) is None


def test_it_is_said_before_anybody_chooses_and_gone_once_it_prints() -> None:
    play = standing("D") >> PrinterChanged("no_paper")
    banner = look(play.state).banner
    assert banner is not None
    assert banner.text == "本机打印纸已用完，请到2号取号机取号，或在此记下号码"
    assert look((play >> PrinterChanged(None)).state).banner is None


def test_whoever_got_no_paper_learns_where_it_is_printed_and_by_which_code() -> None:
    play = taken(standing("D").touch("zone", "C")) >> PrinterReported(FRESH.id, "failed", "no_paper")
    body = look(play.state).body
    assert isinstance(body, seen.Unprinted)
    code = "C103" + check(FRESH.id)
    assert body.remember == f"请记好号码。10分钟内到2号取号机点“我的号票”，输入{code}，可以补打。"
    alone = look((play >> LinkChanged("down")).after(5).state).body
    assert isinstance(alone, seen.Unprinted)
    assert alone.remember == f"请记好号码，查询码{code}；也可以请工作人员写下。"
