"""Who is kept for an able window in a course: decided as the engine does (`policy.AsPlanned`, `able`), by its minutes.

Only scenes in which somebody waits who needs what some of their windows lack know of it; others are played without.
"""

from collections.abc import Callable, Iterator
from heapq import heappush

from queue_server.engine import able
from queue_server.forecast.scene import Desk, Scene

LONGEST_MIN = able.LONGEST.total_seconds() / 60
MOMENT_MIN = 1e-6
"""So soon after it is over that somebody is kept, an idle window calls them."""

Head = tuple[float, int]
"""A place in a queue: minutes from now, and which ticket."""
Turns = list[tuple[float, float, int]]
"""A heap of when each window is free, since when it is idle if it is, and which: ~n where n, if it is idle, looks again."""


class Keep:
    """Who is kept in one course, and what each window does in it."""

    def __init__(
        self,
        scene: Scene,
        home: dict[int, int],
        reach: list[frozenset[int]],
        choose: Callable[[int, float, list[list[Head]]], int],
        turns: Turns,
    ) -> None:
        """`home` is the queue of each ticket that may be kept, `reach` from which queues each window calls, `choose` as without."""
        self._scene, self._home, self._reach = scene, home, reach
        self._choose, self._turns = choose, turns
        self._until = dict(scene.kept)
        self._gone: set[int] = set()
        self._doing = [_begun(desk) for desk in scene.desks]

    def choose(self, n: int, at: float, queues: list[list[Head]]) -> int:
        """The queue whose last one a window calls; -1: nobody waits for it, or only who is kept for others."""
        self._doing[n] = None
        held: list[int] = []
        for order in sorted(self._until, key=self._since):
            queue = self._home[order]
            if queue in self._reach[n] and not self._holds(n, at, order, held):
                here = next(place for place, head in enumerate(queues[queue]) if head[1] == order)
                queues[queue].append(queues[queue].pop(here))
                return self._begin(n, queue, order)
        passed: list[tuple[int, Head]] = []
        while (chosen := self._choose(n, at, queues)) >= 0:
            order = queues[chosen][-1][1]
            if order not in held and not self._holds(n, at, order, held):
                break
            passed.append((chosen, queues[chosen].pop()))
        called = queues[chosen].pop() if chosen >= 0 else None
        for queue, head in reversed(passed):
            queues[queue].append(head)
        for order in held:
            until = self._until.setdefault(order, at + LONGEST_MIN)
            if order - 1 in self._scene.ways and order - 1 not in self._gone:
                self._until.setdefault(order - 1, until)
        if called is None:
            if held:
                again = min(self._until[order] for order in held) + MOMENT_MIN
                heappush(self._turns, (again, again, ~n))
            return -1
        queues[chosen].append(called)
        return self._begin(n, chosen, called[1])

    def look(self, at: float, idle: dict[int, float]) -> None:
        """A window goes on its break: whoever is kept for it may be called by those that are idle."""
        if self._until:
            for n in idle:
                heappush(self._turns, (at, at, ~n))

    def _since(self, order: int) -> tuple[float, str, int]:
        """In which order those are called who are kept; the way of a ticket that nobody holds goes right before it."""
        name = self._scene.ways[order][0] if order in self._scene.ways else self._scene.tickets[order][0]
        return self._until[order], name, order

    def _begin(self, n: int, queue: int, order: int) -> int:
        self._until.pop(order, None)
        self._gone.add(order)
        self._doing[n] = self._scene.queues[queue].service
        return queue

    def _holds(self, n: int, at: float, order: int, held: list[int]) -> bool:
        """Whether a ticket whose turn it is at a window is kept for another one; then it is one of `held`."""
        needs = self._scene.needs
        fit = needs.get(order)
        if fit is None or n in fit:
            return False
        free = {m: when for m, when in self._expected(at) if m in fit}
        before = (
            (needs[other], self._takes(self._scene.queues[self._home[other]].service)) for other in held
        )
        if able.worth(free, before, at, self._until.get(order, at + LONGEST_MIN), LONGEST_MIN) is None:
            return False
        held.append(order)
        return True

    def _expected(self, at: float) -> Iterator[tuple[int, float]]:
        """When each window is expected to call next, of which that is expected."""
        for when, since, m in self._turns:
            if m < 0:
                continue
            doing = self._doing[m]
            if when <= at:
                if not any(start <= at < end for start, end in self._scene.desks[m].off):
                    yield m, at
            elif when == since and doing is not None:
                yield m, at + self._takes(doing)

    def _takes(self, service: int) -> float:
        return self._scene.takes[service]


def _begun(desk: Desk) -> int | None:
    """The service with which a window is busy now, if it is expected to go on after that: one that is paused is not."""
    paused = bool(desk.off) and desk.off[0][0] == 0.0
    return None if desk.job is None or paused else desk.job.service
