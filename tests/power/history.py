"""Whether a recorded history of tickets taken and called could have come from one clerk doing one thing after the other.

That is linearizability (Herlihy and Wing, 1990): every operation seems to happen at once at some moment between its call and its
return. The check is Wing and Gong's search as Lowe improved it (Testing for Linearizability, 2017): walk through the history;
of the operations that had begun before the first one still open returned, try each that the model can do next with the result that
was observed; go back where none can. A configuration (which operations were done, and the model's state) that failed once is never
tried again. Whatever the search accepts it has a witness for, so nothing wrong is accepted; it gives up only when every order that
real time allows has failed, so nothing right is refused.

Three things make it quick without changing what it says:
- Histories fall apart by zone: a number, a line and a window belong to one zone, and a history is linearizable exactly if its parts
  are (locality, the theorem of Herlihy and Wing). The caller gives one zone at a time.
- What changes nothing (nobody waits) is done as soon as the model allows, if nothing uncertain is over by that: it has to be done
  at some moment anyway, and doing it earlier takes nothing from the others.
- Numbers are given in order, so of many takes that overlap only one can be next.

An operation whose outcome nobody knows (a killed server, a client that gave up) happened at some moment before it was given up, or
never: it may be left out, and it may have any of the results that are still possible.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec


class Take(msgspec.Struct, frozen=True):
    """A ticket is taken; `number` as told, None: nobody knows."""

    ticket: str
    service: str
    number: int | None


class CallNext(msgspec.Struct, frozen=True):
    """A window ends what it has and calls the next of its services.

    `among` is whom it may have called: one ticket or None (nobody waits) as told, or several where nobody knows.
    """

    window: str
    services: frozenset[str]
    among: frozenset[str | None]


class Operation(msgspec.Struct, frozen=True):
    """What a client did between two readings of one clock. Not `certain`: it may never have happened."""

    called: float
    returned: float
    what: Take | CallNext
    certain: bool = True


class _Model(msgspec.Struct, frozen=True):
    """One zone, done by hand: the last number given, and who waits, in order of coming."""

    last: int = 0
    waiting: tuple[tuple[str, str], ...] = ()

    def take(self, what: Take, after: Mapping[int, int]) -> "_Model | None":
        number = after.get(self.last, self.last + 1)
        if what.number is not None and what.number != number:
            return None
        return _Model(number, (*self.waiting, (what.ticket, what.service)))

    def call(self, what: CallNext) -> "_Model | None":
        first = next((each for each in self.waiting if each[1] in what.services), None)
        if (None if first is None else first[0]) not in what.among:
            return None
        if first is None:
            return self
        return _Model(self.last, tuple(each for each in self.waiting if each is not first))


def linearizable(history: Iterable[Operation], after: Mapping[int, int] | None = None) -> bool:
    """Whether the history of one zone is linearizable. `after` names numbers that do not follow by one (699: 1000)."""
    return _Search(sorted(history, key=lambda each: (each.called, each.returned)), after or {}).succeeds()


class _Choice(msgspec.Struct):
    """A place in the search: what was done, when the latest of it was begun, and which candidates are still to be tried."""

    taken: int
    model: _Model
    latest: float
    first: int
    left: list[int]


class _Search:
    """The operations in order of their calls; a set of them is a number with their bits."""

    def __init__(self, history: Sequence[Operation], after: Mapping[int, int]) -> None:
        self._history, self._after = history, after
        self._certain = sum(1 << n for n, each in enumerate(history) if each.certain)

    def succeeds(self) -> bool:
        """Whether some order explains all that is certain."""
        failed: set[tuple[int, _Model]] = set()
        path = [self._choice(0, _Model(), float("-inf"), 0)]
        while path:
            here = path[-1]
            if here.taken & self._certain == self._certain:
                return True
            if not here.left:
                failed.add((here.taken, here.model))
                path.pop()
                continue
            n = here.left.pop(0)
            each = self._history[n]
            model = self._done(here.model, each)
            if model is None:
                continue
            if model is here.model and not any(self._over(self._history[m], each.called) for m in here.left):
                here.left.clear()  # it changes nothing: whatever else may come first may come second
            taken = here.taken | 1 << n
            if not failed or (taken, model) not in failed:
                path.append(self._choice(taken, model, max(here.latest, each.called), here.first))
        return False

    def _done(self, model: _Model, each: Operation) -> _Model | None:
        if isinstance(each.what, Take):
            return model.take(each.what, self._after)
        made = model.call(each.what)
        return (
            None if made is model and not each.certain else made
        )  # a call of nobody that may never have been

    def _choice(self, taken: int, model: _Model, latest: float, first: int) -> _Choice:
        """Where the search stands, with what may be next: the certain ones by their return, then the others.

        What is not certain holds nobody up, but is over once something was done that began after it returned.
        """
        while first < len(self._history) and (taken >> first & 1 or self._over(self._history[first], latest)):
            first += 1
        until = float("inf")
        left: list[int] = []
        for n in range(first, len(self._history)):
            each = self._history[n]
            if each.called > until:
                break
            if not taken >> n & 1 and not self._over(each, latest):
                left.append(n)
                if each.certain:
                    until = min(until, each.returned)
        left.sort(key=lambda n: (not self._history[n].certain, self._history[n].returned))
        return _Choice(taken, model, latest, first, left)

    @staticmethod
    def _over(each: Operation, latest: float) -> bool:
        return not each.certain and each.returned < latest
