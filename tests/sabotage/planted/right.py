"""Who may do and see what."""

from typing import Any

import pytest

from tests.sabotage.bed import plant


@plant
def role_not_checked(patch: pytest.MonkeyPatch) -> None:
    """Anybody may ask for anything."""
    from queue_server.api import http
    from queue_server.auth import intake
    from queue_server.engine import decide
    from queue_server.flow import flow

    patch.setattr(http, "check_role", lambda *_: None)
    patch.setattr(intake, "check_role", lambda *_: None)
    patch.setattr(
        flow, "decide", lambda state, command, context: decide._DECIDE[type(command)](state, command, context)
    )


@plant
def windows_of_others_not_checked(patch: pytest.MonkeyPatch) -> None:
    """A clerk may act at any window."""
    from queue_server.engine import attending

    patch.setattr(attending, "own", lambda state, id_, context, reason=None: state.windows[id_])


@plant
def tickets_of_others_not_checked(patch: pytest.MonkeyPatch) -> None:
    """A holder may act on any ticket."""
    from queue_server.engine import holder

    patch.setattr(holder, "own", lambda *_: None)


@plant
def role_added(patch: pytest.MonkeyPatch) -> None:
    """The registry of a running server lets one role more ask."""
    import dataclasses

    from queue_server.wire.command import BY_TYPE, REGISTRY

    entry = REGISTRY["devices.revoke"]
    wider = dataclasses.replace(entry, roles=entry.roles | {"manager"})
    patch.setitem(REGISTRY, entry.name, wider)
    patch.setitem(BY_TYPE, entry.type, wider)


@plant
def query_open_to_everybody(patch: pytest.MonkeyPatch) -> None:
    """A query does not look at who asks."""
    from queue_server.api import http

    patch.setattr(http, "check_role", lambda *_: None)


@plant
def route_open_to_everybody(patch: pytest.MonkeyPatch) -> None:
    """An address of accounts does not look at who asks."""
    from queue_server.api import route

    patch.setattr(route, "check_role", lambda *_: None)


@plant
def topic_open_to_everybody(patch: pytest.MonkeyPatch) -> None:
    """The feed does not look at who wants to see a topic."""
    from queue_server.views import topic

    patch.setattr(topic, "allowed", lambda *_: True)


@plant
def tickets_of_other_holders_shown(patch: pytest.MonkeyPatch) -> None:
    """A holder may see the ticket of any token, or of any id."""
    from queue_server.views import topic

    honest = topic.allowed

    def trusting(name: str, role: Any, *more: Any, **named: Any) -> bool:
        return (role == "holder" and topic.split(name)[0] == "ticket") or honest(name, role, *more, **named)

    patch.setattr(topic, "allowed", trusting)


@plant
def expired_administrators_counted(patch: pytest.MonkeyPatch) -> None:
    """Who can sign in no more with a one-time password is taken for an administrator who may."""
    from queue_server.auth import account

    patch.setattr(account, "expired", lambda *_: False)


@plant
def expired_administrators_counted_at_the_commit(patch: pytest.MonkeyPatch) -> None:
    """The same, where the store looks once more who is left."""
    from queue_server.store import account

    honest = account._admins
    patch.setattr(account, "_admins", lambda connection, _lapsed: honest(connection, None))
