"""What a command of the registry is: who may ask for it, where, and what it answers. The commands themselves are in `command`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_args

import msgspec

Role = Literal[
    "clerk",
    "steward",
    "supervisor",
    "manager",
    "admin",
    "auditor",
    "kiosk",
    "display",
    "agent",
    "holder",
    "public",
    "clock",
]
"""Who somebody is to the hall. `holder` bears one ticket's token, `public` nothing; `clock` is the server's own timer."""
ROLES: tuple[Role, ...] = get_args(Role)
Person = Literal["clerk", "steward", "supervisor", "manager", "admin", "auditor"]
"""Roles that sign in with a name and a password."""
PEOPLE: tuple[Role, ...] = get_args(Person)
DEVICES: tuple[Role, ...] = ("kiosk", "display", "agent")
"""Roles that bear a device's token."""


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What all commands share: immutable, and a field that is not known is a fault of the asker."""


@dataclass(frozen=True)
class Entry:
    """One row of the registry.

    `name` is its name on the websocket and in the audit, `method` and `path` its address below /api/v1 (None: not to be asked from
    outside), `roles` who may, and `own` which of these only with what is their own: a clerk's window, an agent's places, a holder's
    ticket. `answer` is the type of what a success returns (None: nothing), `success` its HTTP status, and `empty` whether a success
    may have nothing to return (204). A `private` answer is personal and kept for no retry: asked again, it is done again.
    """

    name: str
    type: type[Command]
    method: str | None
    path: str | None
    roles: frozenset[Role]
    own: frozenset[Role]
    answer: Any
    success: int
    empty: bool
    private: bool

    @property
    def summary(self) -> str:
        """The first line of the command's docstring."""
        return (self.type.__doc__ or "").strip().partition("\n")[0]

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the fields that stand in the path."""
        return tuple(part[1:-1] for part in (self.path or "").split("/") if part.startswith("{"))


REGISTRY: dict[str, Entry] = {}
"""Every command by name."""
BY_TYPE: dict[type[Command], Entry] = {}
"""Every command by its struct."""


_C = TypeVar("_C", bound=type[Command])


def command(
    name: str,
    address: str | None,
    roles: str,
    *,
    answer: Any = None,
    success: int = 200,
    empty: bool = False,
    private: bool = False,
) -> Callable[[_C], _C]:
    """Enter a command. `address` is "METHOD /path", `roles` are words of which `role:own` means only with what is their own."""
    method, _, path = (address or "").partition(" ")

    words = {role: own for role, _, own in (word.partition(":") for word in roles.split())}
    chosen = frozenset(role for role in ROLES if role in words)
    owners = frozenset(role for role in chosen if words[role] == "own")

    def register(kind: _C) -> _C:
        entry = Entry(
            name, kind, method or None, path or None, chosen, owners, answer, success, empty, private
        )
        REGISTRY[name] = BY_TYPE[kind] = entry
        return kind

    return register
