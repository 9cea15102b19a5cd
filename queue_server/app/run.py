"""One server's life, in a PostgreSQL database by turns as the one that stands by and the one that serves."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import click
import structlog

from queue_server.app import people as accounts
from queue_server.app import version as versions
from queue_server.app.collector import calm
from queue_server.app.fault import CannotStart
from queue_server.app.move import not_left_behind
from queue_server.app.serve import serve, warm
from queue_server.app.setting import Settings
from queue_server.app.watch import Turn
from queue_server.engine.hall import Hall
from queue_server.engine.version import hall_of
from queue_server.flow.clock import Clock
from queue_server.flow.port import Unavailable
from queue_server.store.lock import FolderLock

AGAIN_S = 0.5
"""Before it is tried again."""

log = structlog.get_logger(__name__)


async def life(settings: Settings, ended: asyncio.Event, warn: Callable[[], None]) -> None:
    """Serve the hall until `ended`. `warn` is called whenever it is about to serve. Raises CannotStart, Unavailable."""
    FolderLock.make_room(settings.data)
    clock = settings.new_clock()
    if settings.db is None:
        calm()
        await live(settings, clock, ended, warn)
        return
    from queue_server.app.standby import stand_by  # noqa: PLC0415 - only where a hall is kept so

    not_left_behind(settings)
    warm()
    calm()
    first = True
    while not ended.is_set():
        try:
            taken = await stand_by(settings, ended, lambda address: tell(f"standby {address}"), first=first)
            if taken is not None:
                settings = taken.settings
                await live(settings, clock, ended, warn, taken)
        except (CannotStart, Unavailable) as fault:
            # One that has served, or stood by, outlives a database that is away just when it takes over or is replaced.
            if first or not isinstance(fault.__cause__ or fault, Unavailable):
                raise
            log.exception("server.not_started")
            await asyncio.sleep(AGAIN_S)
        first = False


async def live(
    settings: Settings,
    clock: Clock,
    ended: asyncio.Event,
    warn: Callable[[], None],
    turn: Turn | None = None,
) -> None:
    """Serve until `ended`, or until another server has taken the hall over, where it is its `turn`.

    A server that stood by has known some version of the hall: then it reads no more than it needs before it serves.
    """
    watch, known, foreseen = (None, None, None) if turn is None else (turn.watch, turn.known, turn.foreseen)
    if watch is not None:
        settings = settings.within(watch.database)
    try:
        hall, document = (
            await asyncio.to_thread(_hall, settings) if known is None else (hall_of(known.document), None)
        )
        server = await serve(settings, hall, clock, document=document, watch=watch, foreseen=foreseen)
        calm(walk=foreseen is None)  # else that was done when it was read
        try:
            password = await asyncio.to_thread(accounts.first_admin, server.people)
            if password is not None:
                click.echo(
                    f"首次启动：账号admin，一次性密码{password}（只显示这一次，登录后请设置新密码）。\n"
                    f"First start: sign in as admin with the one-time password {password} "
                    "(shown this once; choose your own after signing in).",
                    err=True,
                )
            warn()
            tell(f"ready {server.address}")
            if known is not None:
                with suppress(CannotStart, Unavailable):  # nothing hangs on what it has to say
                    await asyncio.to_thread(_hall, settings)
            await _first(ended, *(() if watch is None else (watch.over,)))
        finally:
            await server.stop()
    finally:
        if watch is not None:
            await watch.stop()


def _hall(settings: Settings) -> tuple[Hall, dict[str, Any]]:
    """The hall of a data folder with its document; people are told what is doubtful about it. Raises CannotStart, Unavailable."""
    loaded, runs = versions.hall_of(settings)
    for warning in loaded.warnings:
        told = f"{settings.hall}: {warning.line('zh')}\n{settings.hall}: {warning.line('en')}"
        click.echo(told, err=True)
    beside = None if runs is None else versions.beside(settings, runs)
    if beside is not None:
        click.echo(beside, err=True)
    return loaded.hall, loaded.document


def tell(line: str) -> None:
    """A line for whoever waits for it, at once."""
    click.echo(line)
    sys.stdout.flush()


async def _first(*events: asyncio.Event) -> None:
    """Return when one of these is set."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()
