"""Commands over HTTP against a real flow and a real database."""

import asyncio
from typing import Any

import pytest

from queue_server.auth.secret import csrf
from queue_server.wire.command import REGISTRY
from tests.fakes.document import document
from tests.fakes.house import House

ASKED = [entry for entry in REGISTRY.values() if entry.path is not None]


async def test_a_ticket_is_taken_called_served_and_rated(home: House) -> None:
    ticket = await home.take()
    assert ticket["number"] == "A001"
    assert (await home.ask("POST", "/windows/1/open", "clerk"))[0] == 200
    status, called = await home.ask("POST", "/windows/1/call-next", "clerk")
    assert (status, called["id"], called["state"]) == (200, ticket["id"], "called")
    assert (await home.ask("POST", "/windows/1/start", "clerk", {}))[1]["state"] == "serving"
    assert (await home.ask("POST", "/windows/1/finish", "clerk", {"items": 2}))[1]["state"] == "served"
    rating = {"step": f"{ticket['id']}/0", "level": 5, "channel": "keypad"}
    status, rated = await home.ask("POST", "/ratings", "agent", rating)
    assert (status, rated["level"]) == (201, 5)
    assert (await home.ask("GET", "/load", "manager"))[1][0]["rated"] == [0, 0, 0, 0, 1]


async def test_more_than_are_dealt_with_at_once_are_refused_with_the_most_there_may_be(home: House) -> None:
    status, error = await home.ask("POST", "/tickets", "kiosk", {"service": "licence", "items": 4})
    assert (status, error["code"], error["detail"]["limit"]) == (422, "items.too_many", 3)
    changed = document()
    changed["services"][1]["over_items"] = "round"
    assert (await home.ask("POST", "/config", "admin", {"document": changed, "note": "分轮办理"}))[0] == 201
    ticket = await home.take("licence", items=8)
    assert [(step["service"], step["items"], step["round"]) for step in ticket["steps"]] == [
        ("licence", 3, 1),
        ("licence", 3, 2),
        ("licence", 2, 3),
    ]
    services = (await home.ask("GET", "/services"))[1]
    told = next(each for each in services if each["id"] == "licence")
    assert (told["over_items"], told["most_items"], told["issued"]) == ("round", 15, 1)


async def test_nobody_waiting_is_204(home: House) -> None:
    await home.ask("POST", "/windows/1/open", "clerk")
    assert await home.ask("POST", "/windows/1/call-next", "clerk") == (204, None)


async def test_the_same_key_gets_the_first_answer_and_another_body_is_refused(home: House) -> None:
    first = await home.ask("POST", "/tickets", "kiosk", {"service": "filing"}, Idempotency_Key="k-1")
    assert first[0] == 201
    assert await home.ask("POST", "/tickets", "kiosk", {"service": "filing"}, Idempotency_Key="k-1") == first
    status, error = await home.ask("POST", "/tickets", "kiosk", {"service": "seal"}, Idempotency_Key="k-1")
    assert (status, error["code"]) == (422, "idempotency.reused")
    assert (await home.ask("GET", "/load", "manager"))[1][0]["issued"] == 1


async def test_a_kiosk_has_numbers_for_the_feeds_epoch_and_hands_over_what_it_printed(home: House) -> None:
    block = {"zone": "A"}
    status, lease = await home.ask("POST", "/leases", "kiosk", block, Idempotency_Key="lease")
    assert (status, lease["first"], lease["epoch"]) == (201, 700, home.flow.epoch)
    assert await home.ask("POST", "/leases", "kiosk", block, Idempotency_Key="lease") == (status, lease)
    await home.ask("POST", "/issuing/stop", "manager", {"scope": "hall", "reason": "满员"})
    alone = {"number": "A700", "at": lease["taken_at"]}
    paper = {
        "service": "filing",
        "id": "made-by-the-kiosk",
        "token": "token-by-the-kiosk",
        "issued_offline": alone,
    }
    status, ticket = await home.ask("POST", "/tickets", "kiosk", paper)
    assert (status, ticket["number"], ticket["against"]) == (201, "A700", ["issuing.stopped"])
    assert (await home.ask("POST", "/tickets", "kiosk", paper))[1] == ticket


async def test_what_is_needed_of_a_window_is_binding_by_a_steward_or_its_holder_once_a_window_has_it(
    home: House,
) -> None:
    ticket = await home.take(needs=["wheelchair"])
    address = f"/tickets/{ticket['id']}/bind"
    status, refused = await home.ask("POST", address, "steward", {"binding": True}, Accept_Language="en")
    assert (status, refused["code"]) == (409, "need.no_window")
    assert "No open window has a low counter now" in refused["message"]
    assert (await home.ask("POST", address, "clerk", {"binding": True}))[0] == 403
    before = home.flow.seq
    assert (await home.ask("POST", address, "steward", {"binding": False}))[1]["binding"] is False
    assert home.flow.seq == before, "nothing is said that is so already"


async def test_two_with_one_key_at_once_get_one_ticket(home: House) -> None:
    answers = await asyncio.gather(
        *(
            home.ask("POST", "/tickets", "kiosk", {"service": "filing"}, Idempotency_Key="twin")
            for _ in range(8)
        )
    )
    assert len({answer[1]["id"] for answer in answers}) == 1


BAD: list[tuple[str, str, str, Any, int, str]] = [
    ("an unknown service", "POST", "/tickets", {"service": "nope"}, 404, "service.unknown"),
    ("a missing field", "POST", "/tickets", {}, 422, "request.invalid"),
    ("a field that is not known", "POST", "/tickets", {"service": "filing", "x": 1}, 422, "request.invalid"),
    ("a value of the wrong kind", "POST", "/tickets", {"service": 7}, 422, "request.invalid"),
    ("a list", "POST", "/tickets", [], 422, "request.invalid"),
    ("broken JSON", "POST", "/tickets", b'{"service": "fil', 400, "request.malformed"),
    ("text that is not UTF-8", "POST", "/tickets", b'{"service": "\xff"}', 400, "request.malformed"),
    ("brackets without end", "POST", "/windows/1/open", b'{"x":' + b"[" * 200_000, 400, "request.malformed"),
    ("a body of 1 MB", "POST", "/tickets", b'{"service": "' + b"x" * 1_000_000, 413, "request.too_large"),
    ("an unknown ticket", "POST", f"/tickets/{'x' * 20}/cancel", {}, 404, "ticket.unknown"),
    ("a path's field in the body", "POST", "/windows/1/open", {"window": "2"}, 422, "request.invalid"),
    ("no such address", "POST", "/nothing", {}, 404, "request.unknown_route"),
    ("the wrong method", "DELETE", "/tickets", None, 405, "request.method"),
]


@pytest.mark.parametrize("what, method, path, body, status, code", BAD, ids=[bad[0] for bad in BAD])
async def test_bad_input_is_a_coded_error_and_changes_nothing(
    home: House, what: str, method: str, path: str, body: Any, status: int, code: str
) -> None:
    who = "clerk"
    before = home.flow.seq
    got, error = await home.ask(method, path, who, body)
    assert (got, error["code"]) == (status, code)
    assert set(error) == {"code", "message", "detail"}
    assert home.flow.seq == before
    assert await home.take(), "everybody else goes on"


async def test_a_closed_zone_refuses_with_its_reason_and_the_rest_goes_on(home: House) -> None:
    stop = {"scope": "zone:A", "reason": "系统检修"}
    assert (await home.ask("POST", "/issuing/stop", "manager", stop))[0] == 200
    status, error = await home.ask("POST", "/tickets", "kiosk", {"service": "filing"})
    assert (status, error["code"]) == (409, "issuing.stopped")
    assert "系统检修" in error["message"]
    assert (await home.take("licence"))["number"] == "B001"


async def test_the_wrong_state_is_refused(home: House) -> None:
    await home.ask("POST", "/windows/1/open", "clerk")
    before = home.flow.seq
    status, error = await home.ask("POST", "/windows/1/finish", "clerk", {})
    assert (status, error["code"]) == (409, "window.idle")
    assert home.flow.seq == before


async def test_a_bad_key_is_refused(home: House) -> None:
    status, error = await home.ask(
        "POST", "/tickets", "kiosk", {"service": "filing"}, Idempotency_Key="k" * 129
    )
    assert (status, error["code"]) == (400, "idempotency.bad_key")


async def test_the_message_is_in_the_asked_language(home: House) -> None:
    _, error = await home.ask("POST", "/tickets", "kiosk", {"service": "nope"})
    assert error["message"] == "没有这项业务。"
    _, error = await home.ask(
        "POST", "/tickets", "kiosk", {"service": "nope"}, Accept_Language="en-GB,en;q=0.9,zh;q=0.5"
    )
    assert error["message"] == "There is no such service."


async def test_a_client_that_hangs_up_does_not_stop_its_command(home: House) -> None:
    """The request is whole, its sender is gone before the answer: the ticket is issued all the same."""
    body = b'{"service":"filing"}'
    request = (
        b"POST /api/v1/tickets HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\nAuthorization: Bearer %b\r\n"
        b"Idempotency-Key: gone\r\n\r\n%b" % (len(body), home.tokens["kiosk"].encode(), body)
    )
    host, port = home.address.removeprefix("http://").split(":")
    issued = asyncio.Event()
    home.flow.hear(lambda commit: issued.set())
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    while home.flow.ahead.seq == 0:  # noqa: ASYNC110 - a decision is told to nobody before it is durable
        await asyncio.sleep(0)
    writer.transport.abort()
    await asyncio.wait_for(issued.wait(), 30)
    again = await home.ask("POST", "/tickets", "kiosk", {"service": "filing"}, Idempotency_Key="gone")
    assert again[1]["number"] == "A001"
    assert (await home.ask("GET", "/load", "manager"))[1][0]["issued"] == 1


async def test_a_page_bearing_only_its_cookie_must_send_json(home: House) -> None:
    clerk = home.tokens["clerk"]
    cookie = {"Cookie": f"session={clerk}", "X-CSRF-Token": csrf(clerk)}
    address = f"{home.address}/api/v1/windows/1/open"
    async with home.client.post(address, data="{}", headers=cookie) as answer:
        assert answer.status == 422
    assert home.flow.durable.windows
    async with home.client.post(
        address, data="{}", headers=cookie | {"Content-Type": "application/json"}
    ) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    "until",
    [
        "2026-11-23T23:00:00",
        "2026-11-23T08:00:00+08:00",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
    ],
)
async def test_a_stop_that_names_no_instant_ahead_is_refused_and_the_hall_goes_on(
    home: House, until: str
) -> None:
    body = {"scope": "hall", "reason": "r", "until": until}
    status, error = await home.ask("POST", "/issuing/stop", "manager", body)
    assert (status, error["code"], error["detail"]["path"]) == (422, "request.invalid", "$.until")
    assert (await home.take())["number"] == "A001"


@pytest.mark.parametrize(
    "until", ["2026-11-23T23:00:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"]
)
async def test_a_pause_until_no_instant_is_refused(home: House, until: str) -> None:
    await home.ask("POST", "/windows/1/open", "clerk")
    status, error = await home.ask("POST", "/windows/1/pause", "clerk", {"reason": "r", "until": until})
    assert (status, error["code"], error["detail"]["path"]) == (422, "request.invalid", "$.until")
    assert (await home.ask("POST", "/windows/1/pause", "clerk", {"reason": "r"}))[0] == 200
