"""The sound of a call, as a board fetches it."""

from pathlib import Path

from devices.driver.voice.sound import level, read, seconds
from tests.fakes.house import House, house


async def fetched(home: House, path: str) -> tuple[int, bytes]:
    async with home.client.get(f"{home.address}/voice/{path}") as answer:
        return answer.status, await answer.read()


async def test_a_call_of_the_loudspeaker_is_heard_by_everybody_and_nothing_else_is(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await home.take()
        await home.ask("POST", "/windows/1/open", "clerk", {})
        await home.ask("POST", "/windows/1/call-next", "clerk", {})
        call = home.flow.durable.calls[-1][0]
        status, twice = await fetched(home, f"west/{call}/2")
        assert status == 200
        assert level(read(twice)) > -30
        _, once = await fetched(home, f"west/{call}/1")
        assert seconds(read(once)) < 0.65 * seconds(read(twice))
        for path in (f"west/{call + 1}/2", f"east/{call}/2", f"west/{call}/3", f"west/{call}x/1"):
            status, refused = await fetched(home, path)
            assert status == 404
            assert b"voice.unknown_call" in refused
