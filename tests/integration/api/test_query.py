"""Queries, the API document, health and the pages."""

from typing import Any

import pytest

from queue_server.api.answer import POLICY
from queue_server.api.site import policy
from tests.fakes.house import House


async def test_a_holder_sees_their_own_ticket_and_is_not_told_of_others(home: House) -> None:
    own, other = await home.take(), await home.take()
    assert (await home.ask("GET", f"/tickets/{own['id']}", own["token"]))[1]["number"] == "A001"
    status, error = await home.ask("GET", f"/tickets/{other['id']}", own["token"])
    assert (status, error["code"]) == (404, "ticket.unknown")
    assert (await home.ask("POST", f"/tickets/{own['id']}/cancel", own["token"], {}))[1][
        "state"
    ] == "cancelled"
    assert (await home.ask("POST", f"/tickets/{other['id']}/cancel", own["token"], {}))[0] == 404


async def test_tickets_are_found_by_state_zone_and_number(home: House) -> None:
    await home.take("filing")
    await home.take("seal")
    await home.ask("POST", "/windows/1/open", "clerk")
    await home.ask("POST", "/windows/1/call-next", "clerk")

    async def numbers(question: str) -> list[str]:
        status, found = await home.ask("GET", f"/tickets?{question}", "manager")
        assert status == 200, found
        return [ticket["number"] for ticket in found]

    assert await numbers("") == ["A001", "B001"]
    assert await numbers("state=called") == ["A001"]
    assert await numbers("state=called,waiting&limit=1") == ["A001"]
    assert await numbers("zone=B") == ["B001"]
    assert await numbers("number=B001") == ["B001"]


@pytest.mark.parametrize("question", ["limit=0", "limit=x", "limit=-1", "state=asleep", "colour=red"])
async def test_a_question_that_cannot_be_understood_is_refused(home: House, question: str) -> None:
    status, error = await home.ask("GET", f"/tickets?{question}", "manager")
    assert (status, error["code"]) == (422, "request.invalid")


@pytest.mark.parametrize(
    "question", ["from=0001-01-01", "to=9999-12-31", "from=20261126", "from=yesterday", "state=asleep"]
)
async def test_cases_of_days_that_no_hall_has_are_refused(home: House, question: str) -> None:
    for path in ("/cases", "/cases.csv"):
        status, error = await home.ask("GET", f"{path}?{question}", "manager")
        assert (status, error["code"]) == (422, "request.invalid")
    assert (await home.ask("GET", "/cases?from=2026-11-01&to=", "manager"))[0] == 200


async def test_the_event_log_is_read_in_order_from_a_seq(home: House) -> None:
    for _ in range(3):
        await home.take()
    _, events = await home.ask("GET", "/events?after=0&limit=1000", "auditor")
    seqs = [event["seq"] for event in events]
    assert seqs == list(range(1, home.flow.seq + 1))
    _, later = await home.ask("GET", f"/events?after={seqs[-2]}", "auditor")
    assert [event["seq"] for event in later] == seqs[-1:]
    assert later[0]["body"]["type"] == "taken"


def _references(document: Any) -> set[str]:
    if isinstance(document, dict):
        own = {document["$ref"]} if isinstance(document.get("$ref"), str) else set()
        return own.union(*(_references(value) for value in document.values()))
    if isinstance(document, list):
        return set().union(*(_references(value) for value in document))
    return set()


async def test_the_api_document_has_every_address_and_no_loose_end(home: House) -> None:
    status, document = await home.ask("GET", "/openapi.json")
    assert status == 200
    operations = [one["operationId"] for path in document["paths"].values() for one in path.values()]
    assert len(operations) == len(set(operations))
    assert {"tickets.take", "windows.call_next", "tickets", "login", "me"} <= set(operations)
    for reference in _references(document):
        place = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]
    call_next = document["paths"]["/api/v1/windows/{window}/call-next"]["post"]
    assert {"200", "204", "401", "403", "409", "503"} <= set(call_next["responses"])
    assert "window" not in document["components"]["schemas"]["Call"]["properties"]


async def test_health_ready_and_metrics_answer_without_a_token(home: House) -> None:
    await home.take()
    for path, wanted in (("/health", "alive"), ("/ready", "ready"), ("/metrics", "jiaohao_seq 1.0")):
        async with home.client.get(home.address + path) as answer:
            assert answer.status == 200
            assert wanted in await answer.text()


def test_a_host_that_is_no_name_does_not_get_into_the_policy() -> None:
    for host in ("hall.test; script-src *", "[::1]:8080", "a b", ""):
        assert policy(host) == POLICY
    assert "ws://hall.test:8080" in policy("hall.test:8080")


async def test_metrics_count_commands_by_outcome(home: House) -> None:
    await home.take()
    await home.ask("POST", "/tickets", "kiosk", {"service": "nope"})
    async with home.client.get(f"{home.address}/metrics") as answer:
        text = await answer.text()
    assert 'jiaohao_commands_total{command="tickets.take",outcome="done"} 1.0' in text
    assert 'jiaohao_commands_total{command="tickets.take",outcome="service.unknown"} 1.0' in text


async def test_pages_come_with_a_policy_without_inline_and_are_answered_by_their_tag(home: House) -> None:
    for path in ("/clerk", "/floor", "/login", "/board/hall"):
        async with home.client.get(home.address + path) as answer:
            assert answer.status == 200, path
            assert answer.content_type == "text/html"
            given = answer.headers["Content-Security-Policy"]
            assert "default-src 'self'" in given
            assert "unsafe" not in given
            host = home.address.removeprefix("http://")
            assert given.endswith(f"; connect-src 'self' ws://{host} wss://{host}"), "an old TV's own feed"
            tag = answer.headers["ETag"]
        async with home.client.get(home.address + path, headers={"If-None-Match": tag}) as answer:
            assert answer.status == 304
    async with home.client.get(f"{home.address}/text/page.json") as answer:
        assert (await answer.json())["hall"]["en"] == "Public Service Hall"
    async with home.client.get(f"{home.address}/static/face/tokens.css") as answer:
        assert answer.content_type == "text/css"
    async with home.client.get(f"{home.address}/", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, "/login")
