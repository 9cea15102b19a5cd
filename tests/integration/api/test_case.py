"""Complaints over HTTP: who comes on a later day says the day and the number on their paper."""

from tests.fakes.house import House

YESTERDAY, TODAY = "2026-11-23", "2026-11-24"


async def test_who_complains_the_next_day_says_day_and_number_and_it_is_one_case(home: House) -> None:
    await home.ask("POST", "/windows/1/open", "clerk", {})
    ticket = await home.take()
    await home.ask("POST", "/windows/1/call-next", "clerk")
    await home.ask("POST", "/windows/1/finish", "clerk", {})
    jumped = await home.ask("POST", "/clock/jump", "admin", {"to": f"{TODAY}T09:00:00+08:00"})
    assert jumped[0] < 300, jumped
    complaint = {"day": YESTERDAY, "number": " a001", "text": "让我白跑一趟，电话写在登记本上"}
    status, gone = await home.ask(
        "POST", "/cases", "steward", {"ticket": ticket["id"], "text": complaint["text"]}
    )
    assert (status, gone["code"]) == (404, "ticket.unknown")
    status, opened = await home.ask("POST", "/cases/earlier", "steward", complaint, Idempotency_Key="c-1")
    assert (status, opened["step"], opened["number"]) == (201, f"{ticket['id']}/0", ticket["number"])
    assert (opened["window"], opened["clerk"], opened["opened_by"]) == ("1", "clerk", "complaint")
    again = await home.ask("POST", "/cases/earlier", "steward", complaint, Idempotency_Key="c-1")
    assert again == (status, opened)
    status, told = await home.ask("POST", "/cases/earlier", "supervisor", complaint)
    assert (status, told["code"], told["detail"]["case"]) == (409, "case.exists", opened["id"])
    _, file = await home.ask("GET", f"/cases/{opened['id']}", "supervisor")
    assert file["history"][0]["text"] == complaint["text"]
    _, log = await home.ask("GET", f"/audit/log?day={TODAY}&command=cases.open_earlier", "auditor")
    assert [one["said"]["zh"] for one in log["entries"]] == ["2026-11-23的A001立为差评"]
    assert "白跑" not in str(log)


async def test_a_complaint_of_no_ticket_or_by_nobody_who_may_opens_nothing(home: House) -> None:
    wrong = {"day": YESTERDAY, "number": "Z999", "text": "久等"}
    status, told = await home.ask("POST", "/cases/earlier", "steward", wrong)
    assert (status, told["code"]) == (404, "case.no_ticket")
    assert "2026-11-23没有号码Z999" in told["message"]
    assert (await home.ask("POST", "/cases/earlier", "steward", {**wrong, "day": "gestern"}))[0] == 422
    assert (await home.ask("POST", "/cases/earlier", "steward", {**wrong, "clerk": "li"}))[0] == 422
    assert (await home.ask("POST", "/cases/earlier", "clerk", wrong))[0] == 403
    assert (await home.ask("GET", "/cases", "supervisor"))[1] == []
