"""Remarks over HTTP: written by the clerk, read by staff at work, of an earlier day by who looks into a complaint."""

from tests.fakes.house import House

YESTERDAY, TODAY = "2026-11-23", "2026-11-24"
TEXT = "还差章程，下午补来\n复印件在1号窗口"


async def test_staff_at_work_read_remarks_and_nobody_else_does(home: House) -> None:
    await home.ask("POST", "/windows/1/open", "clerk", {})
    ticket = await home.take()
    status, told = await home.ask("POST", "/windows/1/note", "clerk", {"text": TEXT})
    assert (status, told["code"]) == (409, "window.idle")
    await home.ask("POST", "/windows/1/call-next", "clerk")
    address = f"/tickets/{ticket['id']}/notes"
    assert await home.ask("GET", address, "clerk") == (200, [])
    status, told = await home.ask("POST", "/windows/1/note", "clerk", {"text": TEXT}, Idempotency_Key="n-1")
    assert (status, told["id"]) == (200, ticket["id"])
    assert TEXT not in str(told)
    again = await home.ask("POST", "/windows/1/note", "clerk", {"text": TEXT}, Idempotency_Key="n-1")
    assert again == (status, told)
    for who in ("clerk", "steward", "supervisor", "manager"):
        status, (note,) = await home.ask("GET", address, who)
        assert (status, note["window"], note["clerk"], note["text"], note["forgotten"]) == (
            200,
            "1",
            "clerk",
            TEXT,
            False,
        )
    status, (note,) = await home.ask("GET", address, "auditor")
    assert (status, note["clerk"], note["text"]) == (200, "clerk", None)
    for who in ("admin", "kiosk", "display", "agent", ticket["token"]):
        assert (await home.ask("GET", address, who))[0] == 403, who
    for path in (f"/tickets/{ticket['id']}", "/tickets", "/events?limit=1000", f"/audit/log?day={YESTERDAY}"):
        for who in ("auditor", "kiosk", ticket["token"]):
            assert "章程" not in str(await home.ask("GET", path, who))
    _, log = await home.ask("GET", f"/audit/log?day={YESTERDAY}&command=windows.note", "auditor")
    (entry,) = log["entries"]
    assert entry["said"]["zh"].endswith("给A001写备注")


async def test_remarks_of_an_earlier_day_are_for_who_looks_into_a_complaint(home: House) -> None:
    await home.ask("POST", "/windows/1/open", "clerk", {})
    ticket = await home.take()
    await home.ask("POST", "/windows/1/call-next", "clerk")
    await home.ask("POST", "/windows/1/note", "clerk", {"text": TEXT})
    await home.ask("POST", "/windows/1/finish", "clerk", {})
    assert (await home.ask("POST", "/clock/jump", "admin", {"to": f"{TODAY}T09:00:00+08:00"}))[0] < 300
    address = f"/tickets/{ticket['id']}/notes"
    assert (await home.ask("GET", address, "supervisor"))[1]["code"] == "ticket.unknown"
    for who in ("supervisor", "manager", "auditor"):
        status, (note,) = await home.ask("GET", f"{address}?day={YESTERDAY}", who)
        assert (status, note["text"]) == (200, None if who == "auditor" else TEXT)
    for who in ("clerk", "steward"):
        assert (await home.ask("GET", f"{address}?day={YESTERDAY}", who))[1]["code"] == "ticket.unknown"
    complaint = {"day": YESTERDAY, "number": ticket["number"], "text": "说好的下午没有人"}
    _, opened = await home.ask("POST", "/cases/earlier", "supervisor", complaint)
    kept = home.flow.durable.cases[opened["id"]].remarks
    assert home.flow.store.words([ref for ref, _ in kept]) == {kept[0][0]: TEXT}, (
        "which words are to wait for it"
    )
    for who in ("supervisor", "manager", "auditor"):
        _, file = await home.ask("GET", f"/cases/{opened['id']}", who)
        assert [note["text"] for note in file["notes"]] == [None if who == "auditor" else TEXT]
    assert (await home.ask("GET", f"{address}?day={TODAY}", "supervisor"))[1]["code"] == "ticket.unknown"
    assert (await home.ask("GET", f"{address}?day=gestern", "supervisor"))[0] == 422
