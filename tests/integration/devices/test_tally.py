"""What devices dropped is told, when there is something new."""

from devices.agent.tally import Tally
from tests.integration.devices.bench import running, until


async def test_counts_that_have_changed_are_told_once_with_how_long_a_round_takes() -> None:
    told: list[object] = []
    reads = 0
    counts = {"noise": 0, "unasked": 0, "round_ms": 0}

    def read() -> dict[str, int]:
        nonlocal reads
        reads += 1
        return counts

    tally = Tally(told.append, every_s=0.001)
    tally.add("keypad 1", read)
    tally.add("keypad 2", lambda: {"noise": 0})
    async with running(tally.run):
        counts["round_ms"] = 150
        await until(lambda: reads > 5)
        assert told == []
        counts["unasked"] = 2
        await until(lambda: reads > 10)
    assert told == [{"device": "keypad 1", "counts": {"unasked": 2, "round_ms": 150}}]
