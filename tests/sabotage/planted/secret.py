"""What stays nobody's, and what is deleted."""

from typing import Any

import pytest

from tests.sabotage.bed import plant


@plant
def number_in_the_event(patch: pytest.MonkeyPatch) -> None:
    """What is shown of a card goes on into the log."""
    import msgspec

    from queue_server.engine import rank

    honest = rank.asked

    def talkative(hall: Any, command: Any, context: Any, card: Any) -> Any:
        return msgspec.structs.replace(honest(hall, command, context, card), reason=card and card.number)

    patch.setattr(rank, "asked", talkative)


@plant
def number_hashed_without_a_key(patch: pytest.MonkeyPatch) -> None:
    """A hash that anybody can make of every number there is."""
    from hashlib import sha256

    from queue_server.engine import holder

    patch.setattr(holder, "hashed", lambda _, number: sha256(number.encode()).hexdigest())


@plant
def name_not_masked(patch: pytest.MonkeyPatch) -> None:
    """Names are kept whole."""
    from queue_server.engine import holder

    patch.setattr(holder, "mask", str)


@plant
def request_digested_without_a_key(patch: pytest.MonkeyPatch) -> None:
    """What was asked under a key is kept as a digest that can be searched for a number."""
    from queue_server.flow import flow

    honest = flow._digest
    patch.setattr(flow, "_digest", lambda text, _secret=b"": honest(text))


@plant
def number_in_the_refusal(patch: pytest.MonkeyPatch) -> None:
    """A refusal says what it did not like."""
    from queue_server.engine import holder
    from queue_server.engine.identity import card as honest
    from queue_server.wire.error import Refusal

    def repeat(number: str, today: Any) -> Any:
        raise Refusal("holder.bad_number", number=number)

    patch.setattr(
        holder, "card", lambda number, today: (repeat if len(number) != 18 else honest)(number, today)
    )


@plant
def command_in_the_log(patch: pytest.MonkeyPatch) -> None:
    """Whoever logs a command logs who it is of."""
    import structlog

    from queue_server.engine import holder

    honest = holder.shown

    def logged(command: Any, context: Any) -> Any:
        structlog.get_logger().info("taken", name=command.holder and command.holder.name)
        return honest(command, context)

    patch.setattr(holder, "shown", logged)


@plant
def identity_kept_for_retries(patch: pytest.MonkeyPatch) -> None:
    """The answer that tells a name is kept like any other."""
    import dataclasses

    from queue_server.flow import flow
    from queue_server.wire.command import BY_TYPE, Identify

    told = dataclasses.replace(BY_TYPE[Identify], private=False)
    table: dict[Any, Any] = {**BY_TYPE, Identify: told}
    patch.setattr(flow, "BY_TYPE", table)


@plant
def deleted_bytes_left(patch: pytest.MonkeyPatch) -> None:
    """The write-ahead log keeps what was deleted from the tables."""
    from queue_server.store.sqlite import Sqlite

    patch.setattr(Sqlite, "scrub", lambda *_: True)


@plant
def deleted_bytes_not_overwritten(patch: pytest.MonkeyPatch) -> None:
    """The database file keeps what was deleted in its free space."""
    from queue_server.store import sqlite
    from queue_server.store.connection import connect as honest

    def careless(path: Any) -> Any:
        made = honest(path)
        made.execute("PRAGMA secure_delete=OFF")
        return made

    patch.setattr(sqlite, "connect", careless)


@plant
def password_in_the_log(patch: pytest.MonkeyPatch) -> None:
    """Who signs in is logged with what they typed."""
    from queue_server.auth import gate

    honest = gate.Gate.sign_in

    async def talkative(self: gate.Gate, name: str, password: str, address: str = "") -> Any:
        gate.log.info("sign_in.tried", name=name, password=password)
        return await honest(self, name, password, address)

    patch.setattr(gate.Gate, "sign_in", talkative)


@plant
def values_in_tracebacks(patch: pytest.MonkeyPatch) -> None:
    """A failure is logged with the values of the variables where it happened."""
    import structlog

    from queue_server.app import log

    told = (
        structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer())
        if each is structlog.processors.format_exc_info
        else each
        for each in log.PROCESSORS
    )
    patch.setattr(log, "PROCESSORS", tuple(told))


@plant
def address_kept_for_retries(patch: pytest.MonkeyPatch) -> None:
    """The write path itself tells the address of a ticket's page, and keeps it with its answer."""
    import msgspec

    from queue_server.engine import decide
    from queue_server.wire.command import Take

    table: dict[Any, Any] = decide._DECIDE
    honest = table[Take]

    def telling(state: Any, command: Any, context: Any) -> Any:
        made = honest(state, command, context)
        return msgspec.structs.replace(
            made, reply=lambda after: msgspec.structs.replace(made.reply(after), track_url=command.token)
        )

    patch.setitem(table, Take, telling)


@plant
def token_kept_for_retries(patch: pytest.MonkeyPatch) -> None:
    """The write path itself tells the holder's token that the server made, and keeps it with its answer."""
    import msgspec

    from queue_server.engine import decide, holder
    from queue_server.wire.command import Take

    table: dict[Any, Any] = decide._DECIDE
    honest = table[Take]

    def telling(state: Any, command: Any, context: Any) -> Any:
        made = honest(state, command, context)

        def reply(after: Any) -> Any:
            ticket = made.reply(after)
            return msgspec.structs.replace(ticket, token=holder.token_of(ticket.id, context.secret))

        return msgspec.structs.replace(made, reply=reply)

    patch.setitem(table, Take, telling)
