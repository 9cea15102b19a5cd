"""Courses that a day may take from a scene on, played by the rules of calling until everybody who waits is called.

What is asked for a ticket that nobody took (`NEW`) needs no play of its own: whoever waits changes nothing for others until they
are called, so they are only asked when they would have been.
"""

from bisect import bisect_right, insort
from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from math import inf, log
from random import Random
from typing import Any

from queue_server.engine.policy import rank
from queue_server.forecast.keep import Head, Keep, Turns
from queue_server.forecast.scene import NEW, Desk, Queue, Scene
from queue_server.forecast.spread import Chance

HORIZON_MIN = 720.0
"""Nobody is told of what lies further ahead."""

COMER = 1_000_000
"""The first index of those who come later."""
NOBODY = (inf, -1, -1)
"""Who comes last."""


def courses(scene: Scene, paths: int, seed: str, only: str | None = None) -> list[list[float]]:
    """For each ticket of a scene how long it still waits, in each of so many courses: inf where it is not called at all.

    With `only` that ticket alone counts, and a course ends with its call.
    """
    seeds = Random(seed)
    found: list[list[float]] = [[] for _ in scene.tickets]
    wanted = [n for n, ticket in enumerate(scene.tickets) if only is None or ticket[0] == only]
    play = _Play(scene)
    for _ in range(paths):
        called = play.course(set(wanted), seeds.getrandbits(64))
        for n in wanted:
            found[n].append(called.get(n, inf))
    return found


class _Play:
    """What is the same in every course."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.desks = scene.desks
        self.by_service: list[list[int]] = [[] for _ in scene.services]
        for n, queue in enumerate(scene.queues):
            self.by_service[queue.service].append(n)
        self.promise = [queue.promise for queue in scene.queues]
        self.first = [list(reversed(queue.waiting)) for queue in scene.queues]
        self.put = [any(scene.queues[n].put for n in some) for some in self.by_service]
        self.new = {n for n, ticket in enumerate(scene.tickets) if ticket[0] == NEW}
        self.waiting = [n for n in range(len(scene.tickets)) if n not in self.new]
        self.items = [scene.habits.stretch(ticket[3]) for ticket in scene.tickets]
        self.work = [dict(zip(desk.services, desk.work, strict=True)) for desk in scene.desks]
        self.able = [
            sorted((n for n, desk in enumerate(self.desks) if service in desk.services), key=self._width)
            for service in range(len(scene.services))
        ]
        self.doubt = [self._doubt(desk) for desk in scene.desks]
        self.open_to = [
            {
                service: [n for n in self.by_service[service] if _may(desk, scene.queues[n])]
                for service in desk.services
            }
            for desk in self.desks
        ]
        self.reach = [[(service, n) for service, some in of.items() for n in some] for of in self.open_to]
        some = scene.needs.keys() | scene.kept.keys()
        some |= {
            order - 1 for order in some
        }  # the way to able windows alone stands right before whoever is kept
        places = ((order, n) for n, queue in enumerate(scene.queues) for _, order in queue.waiting)
        self.home = {order: n for order, n in places if order in some} if some else {}

    def _width(self, desk: int) -> int:
        return len(self.desks[desk].services)

    def _doubt(self, desk: Desk) -> float:
        """How probable it is that nobody comes to the call that a window waits for."""
        job = desk.job
        if job is None or not job.doubt:
            return 0.0
        scene = self.scene
        work = desk.work[desk.services.index(job.service)] if job.service in desk.services else desk.work[0]
        gone = scene.missed * scene.missing.outlasts(job.elapsed)
        here = (1 - scene.missed) * work.outlasts(job.elapsed / scene.habits.stretch(job.items))
        return gone / (gone + here)

    def course(self, wanted: set[int], seed: int) -> dict[int, float]:
        """When each ticket that is wanted is called in one course, if it is.

        Chance is dealt out beforehand, to windows for what they do now, to tickets and then to those who come: in a course of the
        same seed with one more window everybody takes as long, and what differs is what that window does.
        """
        random = Random(seed).random
        free = self._begin(random)
        return self._live(wanted, random, free, self.keeping(free) if self.home else self)

    def _live(self, wanted: set[int], random: Chance, free: Turns, rule: "_Play | Keep") -> dict[int, float]:
        """The rest of a course, from the first turns of the windows on."""
        desks, choose = self.desks, rule.choose
        queues = [list(some) for some in self.first]
        called: dict[int, float] = {}
        lots = {order: (random(), random()) for order in self.waiting}
        comers = self._comers(random)
        comer = next(comers)
        idle: dict[int, float] = {}
        missed, missing, breath = self.scene.missed, self.scene.missing, self.scene.breath
        while wanted and free:
            at, since, n = free[0]
            if comer[0] <= at:
                at, queue, order = comer
                lots[order] = random(), random()
                comer = next(comers)
                insort(queues[queue], (at, order), key=_last_first)
                self._wake(queue, at, idle, free)
                continue
            if at > HORIZON_MIN:
                break
            heappop(free)
            if n < 0:
                n, since = ~n, idle.pop(~n, inf)
                if since == inf:
                    continue
            back = self._off(desks[n], at)
            if back > at:
                heappush(free, (back, since, n))
                rule.look(at, idle)
                continue
            order = -1
            while (chosen := choose(n, at, queues)) >= 0:
                order = queues[chosen].pop()[1]
                if order in wanted:
                    called[order] = at
                    wanted.discard(order)
                if order not in self.new:
                    break
            if chosen < 0:
                idle[n] = since
                continue
            comes, takes = lots[order]
            if comes < missed:
                took = missing.at(takes)
            else:
                took = self.work[n][self.scene.queues[chosen].service].at(takes)
                if order < COMER:
                    took *= self.items[order]
            after = at + took + breath
            heappush(free, (after, after, n))
        return called

    def keeping(self, turns: Turns) -> Keep:
        """Who is kept in a course that begins with such turns of the windows."""
        reach = [frozenset([n for _, n in some]) for some in self.reach]
        return Keep(self.scene, self.home, reach, self.choose, turns)

    def look(self, at: float, idle: dict[int, float]) -> None:
        """A window goes on its break: nobody was kept for it."""

    def choose(self, desk: int, at: float, queues: list[list[Head]]) -> int:
        """The queue whose first one a window calls; -1: nobody waits for it.

        The rule is the engine's (`policy.AsPlanned`), on the heads of the same queues.
        """
        urgency, guard = self.desks[desk].rule.urgency, self.scene.guard
        since = -inf if guard is None else at - guard
        chosen, best, least = -1, None, 0
        for service, n in self.reach[desk]:
            if self.put[service]:
                return self._choose_put(desk, at, queues)
            queue = queues[n]
            if queue:
                place, order = queue[-1]
                if place < since:
                    return self._choose_put(desk, at, queues)
                value: Any = urgency(at, place, self.promise[n])
                if chosen < 0 or value < best or (value == best and order < least):
                    chosen, best, least = n, value, order
        return chosen

    def _choose_put(self, desk: int, at: float, queues: list[list[Head]]) -> int:
        """The same where somebody was put somewhere, or has waited longer than the guard allows."""
        urgency, guard = self.desks[desk].rule.urgency, self.scene.guard
        since = None if guard is None else at - guard
        found: list[tuple[Any, int, int]] = []
        for service in self.desks[desk].services:
            heads = []
            for n in self.open_to[desk][service]:
                if queues[n]:
                    place, order = queues[n][-1]
                    heads.append((rank(urgency, at, since, place, self.promise[n]), order, n))
            if not heads:
                continue
            first = min(heads, key=lambda head: head[1])
            if self.scene.queues[first[2]].put:
                found.append((min(heads)[0], *first[1:]))
            else:
                found.append(min(head for head in heads if not self.scene.queues[head[2]].put))
        return min(found)[2] if found else -1

    def _begin(self, random: Chance) -> Turns:
        """A heap of when each window is free, since when it is then idle, and which one it is."""
        begun = []
        for n, desk in enumerate(self.desks):
            at = self._free(n, random)
            begun.append((at, desk.idle if desk.job is None else at, n))
        heapify(begun)
        return begun

    def _free(self, n: int, random: Chance) -> float:
        """When a window is done with what it does now, or somebody is back at it, in one course."""
        desk, job = self.desks[n], self.desks[n].job
        if job is None:
            return 0.0 if desk.away is None else self.scene.habits.away.rest(desk.away, random)
        if random() < self.doubt[n]:
            return self.scene.missing.rest(job.elapsed, random) + self.scene.breath
        work = self.work[n].get(job.service, desk.work[0])
        stretch = self.scene.habits.stretch(job.items)
        return work.rest(job.elapsed / stretch, random) * stretch + self.scene.breath

    @staticmethod
    def _off(desk: Desk, at: float) -> float:
        """From when on a window calls that is free at some time."""
        for start, end in desk.off:
            if start <= at < end:
                at = end
        return at

    def _comers(self, random: Chance) -> Iterator[tuple[float, int, int]]:
        """Those who come in one course, in turn: (when, queue, which). A Poisson stream, its rate changes by half hours."""
        at, order = 0.0, COMER
        left = -log(1.0 - random())
        for stream in self.scene.comers:
            while left <= (stream.end - at) * stream.rate:
                at += left / stream.rate
                yield at, stream.queues[bisect_right(stream.sums, random() * stream.rate)], order
                order += 1
                left = -log(1.0 - random())
            left -= (stream.end - at) * stream.rate
            at = stream.end
        yield NOBODY

    def _wake(self, queue: int, at: float, idle: dict[int, float], free: Turns) -> None:
        """The window that takes whoever comes, if one is idle: that with the fewest services, then the longest idle."""
        able = [n for n in self.able[self.scene.queues[queue].service] if n in idle]
        open_ = [n for n in able if self._off(self.desks[n], at) == at]
        if open_:
            best = min(open_, key=lambda n: (self._width(n), idle[n]))
            heappush(free, (at, idle.pop(best), best))
            return
        for n in able:  # whoever is on a break looks when they are back
            heappush(free, (self._off(self.desks[n], at), idle.pop(n), n))


def _may(desk: Desk, queue: Queue) -> bool:
    return queue.only is None or desk.window in queue.only


def _last_first(head: Head) -> float:
    return -head[0]
