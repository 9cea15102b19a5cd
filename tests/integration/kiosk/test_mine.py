"""我的号票 without the glass and with a real server: found by its code and by its symbol, printed again, and given up."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from kiosk.model.event import Scanned
from kiosk.model.look import Claiming, Home, Issued, Mine
from queue_server.engine.hall import Hall
from queue_server.forecast.told import Told
from queue_server.forecast.wait import Ways
from queue_server.wire.claim import check
from queue_server.wire.ticket import Wait
from tests.fakes.hall import ONE, TWO, hall
from tests.fakes.house import house, token
from tests.integration.kiosk.test_staff import Visit, attended, visit

__all__ = ["visit"]


async def taken(visit: Visit) -> dict[str, Any]:
    """A citizen has their paper and has gone; the ticket as the server knows it."""
    await visit.asked()
    visit.touch("done")
    await visit.until(Home)
    [ticket] = (await visit.home.ask("GET", "/tickets", "manager"))[1]
    found: dict[str, Any] = ticket
    return found


async def test_a_paper_finds_its_ticket_which_is_printed_again_and_given_up(visit: Visit) -> None:
    ticket = await taken(visit)
    code = ticket["number"] + check(ticket["id"])
    visit.touch("mine", *(f"key:{key}" for key in code), "enter")
    found = await visit.until(Mine, number=ticket["number"], state="等候中")
    assert [act.id for act in found.acts] == ["reprint", "cancel"], "nobody stands behind"
    visit.touch("act:reprint")
    await visit.until(Mine, note="请取走号票")
    visit.touch("act:cancel", "act:sure")
    await visit.until(Mine, state="这个号已退", note="已退号", acts=())
    [after] = (await visit.home.ask("GET", "/tickets", "manager"))[1]
    assert (after["state"], after["paper"]) == ("cancelled", "printed")


async def test_a_symbol_finds_it_too_and_a_code_of_nobody_is_told(visit: Visit) -> None:
    ticket = await taken(visit)
    token = visit.kiosk.state.journal.entries[ticket["id"]].take.token
    visit.kiosk.tell(Scanned(f"https://hall.example.gov.cn/t/{token}", "scan-key-scan-key"))
    await visit.until(Mine, number=ticket["number"])
    visit.touch("back")
    await visit.until(Home)
    wrong = f"{(int(check(ticket['id'])) + 1) % 1000:03}"
    visit.kiosk.tell(Scanned(ticket["number"] + wrong, "scan-key-scan-key-2"))
    await visit.until(Claiming, sentence="没有找到，请核对查询码或预约码")


async def test_the_answer_to_a_taking_is_not_taken_for_that_of_a_finding(visit: Visit) -> None:
    await visit.asked()
    assert isinstance(visit.kiosk.look.body, Issued)
    visit.kiosk.tell(Scanned("A001000", "scan-key-scan-key"))
    assert isinstance(visit.kiosk.look.body, Issued), "a scan while a ticket is on the glass is nobody's"


async def test_an_appointment_is_checked_in_by_its_code_once_and_its_paper_is_told_to_the_server(
    visit: Visit,
) -> None:
    await visit.ready()
    slot = visit.home.flow.clock.now() + timedelta(minutes=5)
    booked = {"appointment": "2026112301", "service": "filing", "slot": slot.isoformat()}
    assert (await visit.home.ask("POST", "/appointments", "manager", booked))[0] == 201
    visit.touch("mine", *(f"key:{key}" for key in "2026112301"), "enter")
    found = await visit.until(Mine, state="等候中")
    [ticket] = (await visit.home.ask("GET", "/tickets", "manager"))[1]
    assert found.number == ticket["number"]
    visit.touch("back")
    await visit.until(Home)
    visit.touch("mine", *(f"key:{key}" for key in "2026112301"), "enter")
    await visit.until(Claiming, sentence=f"该预约已签到，号码{ticket['number']}。")
    [ticket] = (await visit.home.ask("GET", "/tickets", "manager"))[1]
    assert ticket["paper"] in ("pending", "printed")


def low_counter() -> Hall:
    """The hall, with a low counter at its second window."""
    plain = hall()
    able = tuple(
        replace(window, abilities=("low_counter",)) if window.id == TWO else window
        for window in plain.windows
    )
    return replace(plain, windows=able)


async def test_what_is_found_tells_the_newest_wait_of_both_ways(tmp_path: Path) -> None:
    async with house(tmp_path, plan=low_counter()) as home:
        ticket = await home.take(needs=["wheelchair"])
        told = {ticket["id"]: Ways(Wait(5, 10), Wait(15, 20))}
        home.flow.foresight.hear(Told(home.flow.clock.now(), 1, 100, {}, {}, ways=told))
        code = ticket["number"] + check(ticket["id"])
        status, found = await home.ask("POST", "/tickets/find", "kiosk", {"code": code})
        assert status == 200
        waits = [found[way].get("wait") or {} for way in ("first", "able")]
        assert [(wait.get("low_min"), wait.get("high_min")) for wait in waits] == [(5, 10), (15, 20)]


async def test_a_need_is_made_binding_and_free_again_by_its_holder_before_the_windows_that_call(
    tmp_path: Path,
) -> None:
    async with attended(tmp_path, plan=low_counter()) as visit:
        await visit.ready()
        visit.touch("zone:A", "need:wheelchair", "take")
        number = (await visit.until(Issued, printed=True)).number
        visit.touch("done")
        [ticket] = (await visit.home.ask("GET", "/tickets", "manager"))[1]
        code = [f"key:{key}" for key in number + check(ticket["id"])]
        visit.touch("mine", *code, "enter")
        found = await visit.until(Mine, number=number)
        assert "ways" not in [act.id for act in found.acts], "no window has it yet"
        assert found.lines[-1] == "有低位台面的窗口现在都没有开，叫到您时导办员会来帮忙"
        clerks = {window: token(visit.home.server, "clerk", f"clerk-{window}") for window in (ONE, TWO)}
        for window, clerk in clerks.items():
            assert (await visit.home.ask("POST", f"/windows/{window}/open", clerk))[0] == 200
        visit.touch("back", "mine", *code, "enter")
        await visit.until(Mine, lines=(*found.lines[:-1],))
        visit.touch("act:ways")
        chosen = await visit.until(Mine, state="您需要低位台面，\n想由哪个窗口叫？")
        assert [line.partition("\n")[2] for line in chosen.lines] == ["（1号窗口、2号窗口）", "（2号窗口）"]
        visit.touch("act:able")
        await visit.until(Mine, note="已改为只由有条件的窗口叫")
        assert (await visit.home.ask("POST", f"/windows/{ONE}/call-next", clerks[ONE]))[0] == 204
        visit.touch("act:ways", "act:first")
        await visit.until(Mine, note="已改为最先空出的窗口叫")
        status, called = await visit.home.ask("POST", f"/windows/{TWO}/call-next", clerks[TWO])
        assert (status, called["number"]) == (200, number)
