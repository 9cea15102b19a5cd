"""Pictures and films of boards: what the configuration names, and nothing else of the folder."""

from pathlib import Path

import pytest_asyncio

from tests.fakes.document import document
from tests.fakes.house import House

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
WEBM = b"\x1aE\xdf\xa3" + bytes(100)
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
    status, answer = await home.ask("POST", "/config", "admin", {"document": plan, "note": "media"})
    assert status == 201, answer
    return home


async def test_a_board_gets_the_files_that_its_configuration_names_and_nobody_gets_others(
    boards: House,
) -> None:
    async with boards.client.get(f"{boards.address}/media/guide.png") as answer:
        assert (answer.status, answer.content_type, await answer.read()) == (200, "image/png", PNG)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    part = {"Range": "bytes=0-3"}  # as a browser asks for a film
    async with boards.client.get(f"{boards.address}/media/film.webm", headers=part) as answer:
        assert (answer.status, answer.content_type, await answer.read()) == (206, "video/webm", WEBM[:4])
    for path in ("other.png", "broken.png", "large.jpg", "missing.webp", "..%2Fhall.toml", "%2Fetc%2Fpasswd"):
        async with boards.client.get(f"{boards.address}/media/{path}") as answer:
            assert answer.status == 404, path


async def test_the_administrator_is_told_of_files_that_no_board_can_show(boards: House) -> None:
    status, media = await boards.ask("GET", "/media", "admin")
    assert status == 200
    assert [one["file"] for one in media] == list(NAMED)
    told = {one["file"]: (one.get("fault") or {}).get("zh", "") for one in media}
    assert told["guide.png"] == told["film.webm"] == ""
    assert "不是PNG" in told["broken.png"]
    assert "超过10MB" in told["large.jpg"]
    assert "没有这个文件" in told["missing.webp"]
