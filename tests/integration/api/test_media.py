"""Pictures and films of boards: what the configuration names, and nothing else of the folder."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import pytest_asyncio

from queue_server.api import medium
from queue_server.views.board import board
from tests.fakes.document import document
from tests.fakes.house import House

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
WEBM = b"\x1aE\xdf\xa3" + bytes(100)
OCTETS = "application/octet-stream"
NAMED = ("guide.png", "film.webm", "broken.png", "large.jpg", "missing.webp")


@pytest_asyncio.fixture
async def boards(home: House, tmp_path: Path) -> House:
    """A hall whose first board shows NAMED, of which the first two are good."""
    folder = tmp_path / "media"
    folder.mkdir()
    for name, content in (("guide.png", PNG), ("film.webm", WEBM), ("broken.png", WEBM), ("other.png", PNG)):
        (folder / name).write_bytes(content)
    with (folder / "large.jpg").open("wb") as large:
        large.write(b"\xff\xd8\xff")
        large.truncate(11 * 1024 * 1024)
    plan = document()
    plan["displays"][0] |= {"layout": "media", "media": [{"file": name} for name in NAMED]}
    plan["displays"][1] |= {"layout": "media", "media": [{"file": "guide.png"}]}
    status, answer = await home.ask("POST", "/config", "admin", {"document": plan, "note": "media"})
    assert status == 201, answer
    return home


async def test_a_board_gets_the_files_that_its_configuration_names_and_nobody_gets_others(
    boards: House,
) -> None:
    async with boards.client.get(f"{boards.address}/media/guide.png") as answer:
        assert (answer.status, answer.content_type, await answer.read()) == (200, "image/png", PNG)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
    part = {"Range": "bytes=0-3"}  # as a browser asks for a film
    async with boards.client.get(f"{boards.address}/media/film.webm", headers=part) as answer:
        assert (answer.status, answer.content_type, await answer.read()) == (206, "video/webm", WEBM[:4])
    for path in ("other.png", "broken.png", "large.jpg", "missing.webp", "..%2Fhall.toml", "%2Fetc%2Fpasswd"):
        async with boards.client.get(f"{boards.address}/media/{path}") as answer:
            assert answer.status == 404, path


async def test_the_administrator_is_told_of_files_that_no_board_can_show(boards: House) -> None:
    status, media = await boards.ask("GET", "/media", "admin")
    assert status == 200
    assert [one["file"] for one in media] == [*NAMED, "other.png"]
    assert media[-1]["displays"] == []
    told = {one["file"]: (one.get("fault") or {}).get("zh", "") for one in media}
    assert told["guide.png"] == told["film.webm"] == ""
    assert "不是PNG" in told["broken.png"]
    assert "超过10MB" in told["large.jpg"]
    assert "没有这个文件" in told["missing.webp"]


async def test_an_administrator_uploads_a_picture_which_is_kept_by_its_content_and_deletes_it_when_nobody_shows_it(
    boards: House, tmp_path: Path
) -> None:
    folder = tmp_path / "media"
    before = sorted(folder.iterdir())
    large = PNG + bytes(11 * 1024 * 1024)
    for who, content, status, code in (
        ("manager", PNG, 403, "auth.forbidden"),
        ("admin", b"MZ" + bytes(100), 422, "media.unknown_kind"),
        ("admin", b"", 422, "media.unknown_kind"),
        ("admin", large, 413, "media.too_large"),
    ):
        assert await _added(boards, content, who) == (status, code)
    assert sorted(folder.iterdir()) == before, "something of what was refused is left"
    fresh = PNG + b"new"
    status, file = await _added(boards, fresh)
    assert (status, (folder / file).read_bytes()) == (201, fresh)
    assert await _added(boards, fresh) == (201, file), "the same again is the same file"
    async with boards.client.get(f"{boards.address}/media/{file}") as answer:
        assert (answer.content_type, answer.headers["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert (await boards.ask("DELETE", f"/media/{file}", "manager"))[0] == 403
    status, refused = await boards.ask("DELETE", "/media/guide.png", "admin", Accept_Language="en")
    assert (status, refused["code"]) == (409, "media.in_use")
    assert refused["message"].startswith("Boards hall, b show it")
    assert (await boards.ask("DELETE", "/media/..%2Fhall.toml", "admin"))[1]["code"] == "media.unknown"
    assert (await boards.ask("DELETE", f"/media/{file}", "admin"))[0] == 204
    assert (await boards.ask("DELETE", f"/media/{file}", "admin"))[1]["code"] == "media.unknown"
    assert sorted(folder.iterdir()) == before


async def test_a_disk_that_is_nearly_full_is_left_to_the_hall(
    boards: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(medium, "SPARE_MIB", 1 << 40)
    assert await _added(boards, PNG + b"more") == (503, "media.full")


async def test_a_picture_is_shown_from_its_first_day_to_its_last(boards: House) -> None:
    plan = document()
    day = boards.flow.durable.day
    media = [
        {"file": "guide.png", "first": str(day), "last": str(day)},
        {"file": "film.webm", "last": str(day - timedelta(days=1))},
        {"file": "other.png", "first": str(day + timedelta(days=1))},
    ]
    plan["displays"][0] |= {"layout": "media", "media": media}
    status, answer = await boards.ask("POST", "/config", "admin", {"document": plan, "note": "days"})
    assert status == 201, answer
    state = boards.flow.durable
    assert [one.file for one in board(state, state.hall.displays[0]).media] == ["guide.png"]


async def _added(home: House, content: bytes, who: str = "admin") -> tuple[int, str]:
    """Upload: the status, and the file's name or the refusal's code."""
    headers = home.auth(who) | {"Content-Type": OCTETS}
    async with home.client.post(
        f"{home.address}/api/v1/media", data=BytesIO(content), headers=headers
    ) as sent:
        answer = await sent.json()
        return sent.status, answer.get("file") or answer["code"]
