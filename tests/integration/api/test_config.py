"""The hall changed while it runs, over HTTP and as the feed tells of it."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from queue_server.store.sqlite import Sqlite
from queue_server.store.verify import verify
from tests.fakes.document import Document, classed, document, rearranged
from tests.fakes.house import House, house
from tests.fakes.play import picture

LESS = document(services=("filing", "licence"))


async def publish(home: House, what: Document, **fields: Any) -> tuple[int, Any]:
    return await home.ask("POST", "/config", "admin", {"document": what, "note": "why", **fields})


async def test_a_version_is_published_read_listed_and_brought_back(home: House) -> None:
    assert (await home.ask("GET", "/config", "manager"))[1]["code"] == "config.unknown_version"
    status, first = await publish(home, document())
    assert (status, first["version"], first["actor"]) == (201, 1, "admin:admin")
    assert (await publish(home, rearranged(), base=1))[1]["version"] == 2
    assert (await publish(home, LESS, base=1))[1]["code"] == "config.outdated"
    assert await home.ask("GET", "/config", "auditor") == (200, {"version": 2, "document": rearranged()})
    assert await home.ask("GET", "/config/1", "auditor") == (200, {"version": 1, "document": document()})
    assert (await home.ask("GET", "/config/9", "auditor"))[1]["code"] == "config.unknown_version"
    status, back = await home.ask("POST", "/config/rollback", "admin", {"version": 1, "note": "sorry"})
    assert (status, back["version"], back["digest"]) == (201, 3, first["digest"])
    _, versions = await home.ask("GET", "/config/versions?limit=2", "auditor")
    assert [(each["version"], each["note"]) for each in versions] == [(3, "sorry"), (2, "why")]
    _, services = await home.ask("GET", "/services")
    assert {each["id"]: each["zone"] for each in services} == {"filing": "A", "licence": "B", "seal": "B"}


async def test_the_same_key_publishes_once(home: House) -> None:
    await publish(home, document())
    asked = {"document": LESS, "note": "why"}
    answers = [await home.ask("POST", "/config", "admin", asked, Idempotency_Key="once") for _ in range(2)]
    assert answers[0] == answers[1]
    assert home.flow.durable.versions.keys() == {1, 2}


async def test_a_check_names_faults_difference_and_what_is_in_use_and_changes_nothing(home: House) -> None:
    await publish(home, document())
    ticket = await home.take("seal")
    before = picture(home.flow.durable)
    status, found = await home.ask("POST", "/config/check", "manager", {"document": LESS})
    assert status == 200
    assert found["in_use"] == {
        "what": ["seal"],
        "classes": [],
        "tickets": [ticket["id"]],
        "numbers": ["B001"],
    }
    assert [change["path"] for change in found["difference"]] == [
        "services[seal]",
        "windows[2].services",
        "windows[4].services",
    ]
    broken = document()
    broken["zones"][0]["colour"] = "blue"
    _, found = await home.ask("POST", "/config/check", "manager", {"document": broken})
    assert [(fault["path"], fault["zh"]) for fault in found["faults"]] == [
        ("zones[0].colour", "应写成“#1F5FA8”。")
    ]
    assert found["difference"] == [{"path": "zones[A].colour", "before": "#1F5FA8", "after": "blue"}]
    assert picture(home.flow.durable) == before


async def test_a_version_leaves_as_a_file_and_comes_back_the_same(home: House) -> None:
    await publish(home, document())
    await publish(home, rearranged())
    address = f"{home.address}/api/v1/config/1/export"
    async with home.client.get(address, headers=home.auth("auditor")) as answer:
        assert answer.status == 200
        assert answer.content_type == "application/toml"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="hall-1.toml"'
        written = await answer.text()
    assert written.startswith("# 第1版 version 1 · ")
    found = await home.ask("POST", "/config/read", "admin", {"toml": written})
    assert found == (200, {"document": document(), "faults": []})
    _, broken = await home.ask("POST", "/config/read", "admin", {"toml": 'name = "'})
    assert broken["document"] is None
    assert broken["faults"][0]["zh"].startswith("不是有效的TOML")
    for unknown in ("3", "x", "9" * 30):
        status, error = await home.ask("GET", f"/config/{unknown}/export", "admin")
        assert (status, error["code"]) == (404, "config.unknown_version")


async def test_a_roster_in_csv_is_put_into_a_document_and_its_faults_are_told_by_line(home: House) -> None:
    made = document() | {"staff": [{"id": "zhang"}]}
    asked = {"document": made, "csv": "1,zhang,1-5,08:30-12:00 13:30-17:00,"}
    status, found = await home.ask("POST", "/config/roster", "admin", asked)
    duty = {"window": "1", "clerk": "zhang", "days": "1-5", "hours": ["08:30-12:00", "13:30-17:00"]}
    assert (status, found) == (200, {"document": made | {"roster": [duty]}, "faults": []})
    _, found = await home.ask("POST", "/config/roster", "admin", asked | {"csv": "9,zhang,1-5,08:30-12:00,"})
    assert found["document"] is None
    assert found["faults"][0]["path"] == "第1行 line 1 window"
    assert (await home.ask("POST", "/config/roster", "clerk", asked))[0] == 403


async def test_the_samples_are_halls_that_can_be_published(home: House) -> None:
    _, samples = await home.ask("GET", "/samples", "admin")
    assert [(each["id"], each["zones"], each["windows"]) for each in samples] == [
        ("hall", 10, 68),
        ("branch", 2, 6),
    ]
    for each in samples:
        _, found = await home.ask("POST", "/config/check", "admin", {"document": each["document"]})
        assert found["faults"] == []


async def test_the_form_is_told_to_whoever_may_see_the_configuration(home: House) -> None:
    status, form = await home.ask("GET", "/config/form", "manager")
    assert status == 200
    assert [each["name"] for each in form["fields"]] == ["name"]
    zones = next(each for each in form["tables"] if each["name"] == "zones")
    assert zones["named"] == ["id"]
    assert {"name": "colour", "kind": "colour"} in zones["fields"]
    assert (await home.ask("GET", "/config/form", "clerk"))[0] == 403


@pytest.mark.parametrize("who", [None, "clerk", "steward", "supervisor", "kiosk", "agent", "display"])
async def test_who_may_not_publish_may_not_check_either(home: House, who: str | None) -> None:
    expected = 401 if who is None else 403
    for path in ("/config", "/config/check", "/config/rollback"):
        assert (await home.ask("POST", path, who, {"document": document()}))[0] == expected


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"document": 3}', b'{"document": {}, "x": 1}', b'{"document": {"a": 1e999}}']
)
async def test_a_check_that_cannot_be_read_is_refused(home: House, body: bytes) -> None:
    status, error = await home.ask("POST", "/config/check", "admin", body)
    assert status in (200, 400, 422)
    assert status != 200 or error["faults"]


async def test_faults_are_told_as_data(home: House) -> None:
    status, error = await publish(home, {"name": 3})
    assert (status, error["code"]) == (422, "config.faulty")
    assert error["detail"]["count"] == len(error["detail"]["faults"]) > 3
    assert error["detail"]["faults"][0].keys() == {"path", "zh", "en"}


async def test_a_removed_service_waits_until_its_tickets_have_a_destination(home: House) -> None:
    await publish(home, document())
    ticket = await home.take("seal")
    status, error = await publish(home, LESS)
    assert (status, error["code"], error["detail"]["what"]) == (409, "config.in_use", ["seal"])
    status, moved = await home.ask(
        "POST",
        f"/tickets/{ticket['id']}/move",
        "manager",
        {"service": "licence", "place": "first", "reason": "印章停办"},
    )
    assert (status, moved["service"], moved["number"]) == (200, "licence", "B001")
    assert (await publish(home, LESS))[0] == 201
    assert (await home.ask("POST", "/tickets", "kiosk", {"service": "seal"}))[1]["code"] == "service.unknown"


async def until(socket: aiohttp.ClientWebSocketResponse, word: str) -> Any:
    """The next message that has a key."""
    async with asyncio.timeout(30):
        while True:
            message = json.loads((await socket.receive()).data)
            if word in message:
                return message


async def test_every_topic_is_told_anew_and_a_removed_board_is_told_that_it_is_gone(home: House) -> None:
    await publish(home, document())
    async with home.socket() as hall, home.socket() as board:
        await hall.send_json({"hello": {"topics": ["hall"]}})
        await board.send_json({"hello": {"topics": ["board:b"]}})
        await until(hall, "snapshot")
        await until(board, "snapshot")
        await publish(home, document(services=("filing",), windows=("1", "2")))
        records = (await until(hall, "snapshot"))["snapshot"]["hall"]
        assert list(records) == ["hall", "zone/A", "service/filing"]
        assert (await until(board, "snapshot"))["snapshot"] == {"board:b": {}}
        error = (await until(board, "error"))["error"]
        assert (error["code"], error["detail"]) == ("feed.unknown_topic", {"topic": "board:b"})
        await publish(home, rearranged())
        records = (await until(board, "snapshot"))["snapshot"]["board:b"]
        assert records["board"]["display"] == "b"
        records = (await until(hall, "snapshot"))["snapshot"]["hall"]
        assert list(records)[1:3] == ["zone/A", "zone/B"]
        await home.take("filing")
        while (await until(hall, "events"))["seq"] < home.flow.seq:
            pass


async def test_whoever_sees_many_windows_goes_on_with_those_that_are_left(home: House) -> None:
    await publish(home, document())
    async with home.socket() as agent:
        hello = {"hello": {"topics": ["window:2", "window:3"], "token": home.tokens["agent"]}}
        await agent.send_json(hello)
        assert (await until(agent, "snapshot"))["snapshot"].keys() == {"window:2", "window:3"}
        await publish(home, document(windows=("1", "3", "4")))
        assert (await until(agent, "error"))["error"]["detail"] == {"topic": "window:2"}
        await home.take("licence")
        (change,) = (await until(agent, "events"))["events"]
        assert change["topic"] == "window:3"
        await agent.send_json(hello)
        assert (await until(agent, "snapshot"))["snapshot"].keys() == {"window:3"}
        assert (await until(agent, "error"))["error"]["code"] == "feed.unknown_topic"


async def test_a_restart_goes_on_with_the_version_that_ran_and_verify_is_green(tmp_path: Any) -> None:
    async with house(tmp_path) as home:
        await publish(home, document())
        await publish(home, rearranged())
        await home.take("seal")
        before = picture(home.flow.durable) | {"names": {}}
    async with house(tmp_path, clock=home.flow.clock) as again:
        assert picture(again.flow.durable) | {"names": {}} == before
        assert (await again.ask("GET", "/config", "admin"))[1]["version"] == 2
    assert verify(Sqlite(tmp_path / "hall.sqlite3")).whole


async def test_nobody_but_an_administrator_reads_the_names_of_the_fast_track(home: House) -> None:
    listed = classed(document())
    name = listed["fast_track"][0]["name"]
    await publish(home, listed)
    for who, told in (("admin", True), ("manager", False), ("auditor", False)):
        for path in ("/config", "/config/1"):
            _, answer = await home.ask("GET", path, who)
            assert (name in json.dumps(answer, ensure_ascii=False)) is told, (who, path)
            assert answer["document"]["fast_track"][0]["id"] == listed["fast_track"][0]["id"]
        _, found = await home.ask("POST", "/config/check", who, {"document": document()})
        assert name not in json.dumps(found, ensure_ascii=False), "a check tells nobody"
        address = f"{home.address}/api/v1/config/1/export"
        async with home.client.get(address, headers=home.auth(who)) as sent:
            assert sent.status == 200
            assert (name in await sent.text()) is told, who


async def test_that_an_administrator_reads_the_names_of_the_fast_track_is_in_the_log(home: House) -> None:
    await publish(home, classed(document()))
    await publish(home, document(), base=1)

    async def read(who: str, path: str, status: int = 200) -> list[tuple[str, str]]:
        seq = home.flow.durable.seq
        async with home.client.get(f"{home.address}/api/v1{path}", headers=home.auth(who)) as sent:
            assert sent.status == status
        _, events = await home.ask("GET", f"/events?after={seq}", "auditor")
        return [(each["actor"], json.dumps(each["body"])) for each in events]

    told = [("admin:admin", json.dumps({"type": "names_read", "version": 1}))]
    assert await read("admin", "/config/1") == told
    assert await read("admin", "/config/1/export") == told
    assert await read("manager", "/config/1") == await read("auditor", "/config/1/export") == []
    assert await read("admin", "/config") == [], "there is no list in what runs"
    assert await read("admin", "/config/9", 404) == []


async def test_names_that_were_masked_take_the_place_of_no_real_ones(home: House) -> None:
    listed = classed(document())
    name = listed["fast_track"][0]["name"]
    await publish(home, listed)
    async with home.client.get(
        f"{home.address}/api/v1/config/1/export", headers=home.auth("manager")
    ) as sent:
        text = await sent.text()
    _, read = await home.ask("POST", "/config/read", "admin", {"toml": text})
    status, refused = await publish(home, read["document"])
    assert (status, refused["code"]) == (422, "config.faulty")
    assert [fault["path"] for fault in refused["detail"]["faults"]] == ["fast_track[0].name"]
    _, found = await home.ask("POST", "/config/check", "admin", {"document": read["document"]})
    assert [fault["path"] for fault in found["faults"]] == ["fast_track[0].name"]
    _, found = await home.ask("POST", "/config/check", "manager", {"document": read["document"]})
    assert (found["faults"], found["difference"]) == ([], [])
    assert home.flow.durable.hall.fast_track[0].name == name


async def test_a_check_tells_an_administrator_what_is_different_and_no_name_that_is_kept(home: House) -> None:
    listed = classed(document())
    name = listed["fast_track"][0]["name"]
    await publish(home, listed)
    renamed = listed | {"fast_track": [listed["fast_track"][0] | {"name": "另一项目"}]}
    for wanted, path in (
        (renamed, f"fast_track[{listed['fast_track'][0]['id']}].name"),
        (listed | {"fast_track": []}, f"fast_track[{listed['fast_track'][0]['id']}]"),
        (document(), "fast_track"),
    ):
        _, found = await home.ask("POST", "/config/check", "admin", {"document": wanted})
        assert path in [change["path"] for change in found["difference"]]
        assert name not in json.dumps(found, ensure_ascii=False)
