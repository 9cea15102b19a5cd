"""Appointments over HTTP: brought by a file, checked in at a kiosk by their code, once."""

from tests.fakes.house import House

HEAD = "预约码,业务,时间,证件号码,姓名\n"


async def test_appointments_come_from_a_file_and_their_holders_check_in_once(home: House) -> None:
    good = HEAD + "20260001,项目备案,2026-11-23 09:10\n20260002,seal,2026-11-23T09:10:00+08:00,,张三\n"
    status, told = await home.ask("POST", "/appointments/import", "manager", good.encode("gb18030"))
    assert (status, told) == (200, {"booked": 2, "faults": []})
    assert (await home.ask("POST", "/appointments/import", "manager", good.encode()))[1]["booked"] == 2
    assert [len(zone["expected"]) for zone in (await home.ask("GET", "/load", "manager"))[1]] == [1, 1]
    status, ticket = await home.ask(
        "POST", "/appointments/20260001/check-in", "kiosk", {}, Idempotency_Key="k-1"
    )
    assert (status, ticket["number"], ticket["paper"]) == (201, "A001", "pending")
    assert ticket["slot"].startswith("2026-11-23T01:10")
    assert (await home.ask("GET", f"/tickets/{ticket['id']}", ticket["token"]))[0] == 200
    again = await home.ask("POST", "/appointments/20260001/check-in", "kiosk", {}, Idempotency_Key="k-1")
    assert again == (status, ticket)
    status, error = await home.ask("POST", "/appointments/20260001/check-in", "kiosk", {})
    assert (status, error["code"], error["detail"]["number"]) == (409, "appointment.used", "A001")


async def test_what_is_wrong_in_a_file_is_told_by_its_line(home: House) -> None:
    bad = (
        HEAD
        + "20260001,nothing,2026-11-23 09:10\n20260002,seal,morning\n2026,seal,2026-11-23 09:10\n20260004,seal\n"
    )
    status, told = await home.ask("POST", "/appointments/import", "admin", bad.encode())
    assert (status, told["booked"], [one["line"] for one in told["faults"]]) == (200, 0, [2, 3, 4, 5])
    late = HEAD + "20260001,seal,2026-11-23 08:00\n20260002,seal,2026-11-23 09:30\n"
    told = (await home.ask("POST", "/appointments/import", "admin", late.encode()))[1]
    assert (told["booked"], [one["line"] for one in told["faults"]]) == (1, [2])
    assert (await home.ask("POST", "/appointments/import", "clerk", late.encode()))[0] == 403


async def test_appointments_are_listed_by_their_time_and_given_up_by_a_steward(home: House) -> None:
    lines = HEAD + (
        "20260003,seal,2026-11-24 09:10\n20260001,seal,2026-11-23 10:30,,张三\n20260002,项目备案,2026-11-23 09:10\n"
    )
    assert (await home.ask("POST", "/appointments/import", "manager", lines.encode()))[1]["booked"] == 3

    async def listed(question: str = "", who: str = "steward") -> list[str]:
        status, found = await home.ask("GET", f"/appointments{question}", who)
        assert status == 200, found
        assert "张" not in str(found)
        return [one["code"] for one in found]

    assert await listed() == ["20260002", "20260001", "20260003"]
    assert await listed("?day=2026-11-23", "auditor") == ["20260002", "20260001"]
    assert await listed("?service=seal&code=2026000&limit=1", "clerk") == ["20260001"]
    assert await listed("?service=gone") == []
    assert (await home.ask("GET", "/appointments?day=tomorrow", "steward"))[0] == 422
    assert (await home.ask("GET", "/appointments", "kiosk"))[0] == 403
    gone = {"reason": "办事人不来了"}
    status, told = await home.ask("POST", "/appointments/20260001/cancel", "steward", gone)
    assert (status, told["state"]) == (200, "cancelled")
    await home.ask("POST", "/appointments/20260002/check-in", "kiosk", {})
    _, (come, other) = await home.ask("GET", "/appointments", "steward")
    assert (come["state"], come["number"], other["code"]) == ("come", "A001", "20260003")
