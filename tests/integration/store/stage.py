"""A hall played by hand on a real store: every command becomes a unit, committed at once or in groups."""

from datetime import datetime
from typing import Any

from queue_server.engine.actor import Actor
from queue_server.engine.apply import apply
from queue_server.engine.decide import decide
from queue_server.engine.decision import Context
from queue_server.engine.event import Stamped
from queue_server.engine.hall import Hall
from queue_server.engine.state import State
from queue_server.engine.touch import Touched, touched
from queue_server.flow.port import Kept, Store, Unit
from queue_server.wire.command import BY_TYPE, Command, Tick
from tests.fakes.hall import MORNING
from tests.fakes.hall import hall as small
from tests.fakes.play import SECRET, ZHANG, Play


class Stage(Play):
    """Plays what a store holds. `save` commits what was played since; with `at_once` every command is."""

    def __init__(
        self, store: Store, plan: Hall | None = None, now: datetime = MORNING, *, at_once: bool = True
    ) -> None:
        super().__init__(plan or small(), now)
        self.store, self.at_once = store, at_once
        self.units: list[Unit] = []
        store.open()
        self.state: State = store.load(self.state.plan, now)

    def draw(self) -> str:
        """Like no other, also after a restart."""
        return f"{super().draw()}-{self.state.seq:06d}"

    def do(self, command: Command, who: Actor = ZHANG, key: bytes | None = None) -> Any:
        decision = decide(self.state, command, Context(self.now, who, self.draw, self.policy, SECRET))
        at = command.due_at if isinstance(command, Tick) else self.now
        stamped, rows = [], []
        for event, beside in decision.facts:
            name = BY_TYPE[type(command)].name
            stamped.append(Stamped(self.state.seq + 1, at, who.id, name, event, beside))
            before = self._marks()
            apply(self.state, stamped[-1])
            changed = touched(self.state, event)
            assert changed.hall or changed.marks or self._marks() == before, (
                "what an event changes of the hall is written with it"
            )
            rows.append(self.store.rows(self.state, changed))
        kept = None if key is None else Kept(key, b"asked", 200, b"{}", at)
        if stamped:
            self.log += stamped
            self.units.append(Unit(tuple(stamped), tuple(rows), kept))
        if self.at_once:
            self.save()
        return decision.reply(self.state)

    def _marks(self) -> Any:
        """Single values as they would be written now."""
        return self.store.rows(self.state, Touched(hall=True)).marks

    def save(self) -> list[Unit]:
        """Commit what was played since the last time; those units."""
        units, self.units = self.units, []
        if units:
            self.store.commit(units)
        return units
