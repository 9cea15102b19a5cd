"""`jiaohao-server demo`: a whole hall on one machine, with simulated peripherals and drawn citizens and clerks.

Everything that acts here comes in by the same doors as in a real hall: the drawn people are clients of the feed, the peripherals
answer on pseudo-terminals, and the agent and the kiosk are the programs that a hall installs. Only demos sign in with a password
that is printed.
"""

import asyncio
from collections.abc import Coroutine, Mapping
from contextlib import AsyncExitStack, closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from queue_server.app import people as accounts
from queue_server.app.cast import MARK, cast, rostered
from queue_server.app.crowd.floor import LOAD, Orders
from queue_server.app.fault import CannotStart
from queue_server.app.hall import Loaded
from queue_server.app.programme import programme
from queue_server.app.prop import Props, devices
from queue_server.app.serve import Server, serve
from queue_server.app.setting import DATA, Settings
from queue_server.app.version import hall_of
from queue_server.client.keep import kept
from queue_server.engine.design import design
from queue_server.engine.hall import Hall
from queue_server.engine.toml import write
from queue_server.flow.clock import Clock
from queue_server.simulation.citizen import CLOSING, OPENING
from queue_server.simulation.past import Drawn
from queue_server.simulation.staff import staff
from queue_server.store.row import time
from queue_server.wire.day import day_start, local, local_day
from queue_server.wire.ids import WindowId, ZoneId

FOLDER = Path("data/demo")
"""Where a demo keeps its hall when nothing else is said."""
STAFFED = 36
"""Windows that drawn clerks attend, where the hall has so many."""
START = timedelta(hours=9, minutes=30)
"""When a demo's day begins, by the hall's wall clock."""
LATEST = timedelta(hours=16)
"""A demo that goes on from an earlier one later than this begins on the next morning."""
EQUIPPED = 4
"""Windows with a simulated caller, keypad and LED bar."""
KIOSK = "1号取号机"
"""What the demo's kiosk is called."""
NIGHTFALL = CLOSING + timedelta(minutes=30)
"""From then on the demo's clock goes to the next morning as soon as nobody waits or is served any more."""
PATIENT_UNTIL = timedelta(hours=20)
"""From then on it does not wait for those who still wait: their window may have been taken over and left."""


def free_windows(hall: Hall) -> tuple[WindowId, ...]:
    """The windows left to people who try the demo: up to three of the first zone, at most half of its windows."""
    windows = hall.zone_windows[hall.zones[0].id]
    return tuple(window.id for window in windows[: min(3, len(windows) // 2)])


def equipped_windows(hall: Hall) -> tuple[WindowId, ...]:
    """The windows with simulated peripherals: those left free and the ones after them."""
    return tuple(window.id for window in hall.windows[:EQUIPPED])


def staffed_windows(hall: Hall) -> tuple[WindowId, ...]:
    """The windows that drawn clerks attend."""
    return staff(hall, STAFFED, free_windows(hall))


def peopled(loaded: Loaded) -> Loaded:
    """A hall with its drawn clerks as its staff, on duty by its roster."""
    document = rostered(loaded.document, loaded.hall, staffed_windows(loaded.hall))
    made = design(document)
    return Loaded(made.hall, made.warnings, document)


def start_at(last: datetime | None, now: datetime) -> datetime:
    """The business time at which a demo starts: today at half past nine, but never before what its store already knows.

    `last` is the last event's time, if any; `now` is real time.
    """
    begin = day_start(local_day(now)) + START
    if last is None or last < begin:
        return begin
    begin = day_start(local_day(last))
    if last < begin + START:
        return begin + START
    return last + timedelta(seconds=1) if last < begin + LATEST else begin + timedelta(days=1) + START


def next_morning(now: datetime) -> datetime:
    """Shortly before the drawn clerks of the next morning come, as seen in the evening or at night."""
    morning = day_start(local_day(now)) + OPENING - timedelta(minutes=25)
    return morning if now < morning else morning + timedelta(days=1)


def settings_of(environment: Mapping[str, str], data: Path | None, listen: str | None) -> Settings:
    """A demo's settings: a server's, but in a folder of its own. Raises CannotStart, also for the folder of a real hall."""
    folder = data or (None if environment.get(DATA) else FOLDER)
    # the drawn people and the simulated devices ask by plain http, on this machine; and a demo's hall is a file
    settings = replace(Settings.read(environment, data=folder, listen=listen), tls=None, db=None)
    if settings.database.exists() and not (settings.data / MARK).exists():
        raise CannotStart(
            f"数据目录{settings.data}属于正式大厅，演示会改动其中的数据；请用--data另选目录。",
            f"The data folder {settings.data} is a real hall's and a demo would change it: choose another one with --data.",
        )
    return settings


def clock_of(settings: Settings, speed: float | None) -> Clock:
    """The demo's business clock: JIAOHAO_CLOCK's if that is set, else a morning; `speed` counts before its own."""
    if settings.clock:
        given = settings.new_clock()
        return Clock(given.now(), speed or given.speed)
    return Clock(start_at(_last_event(settings), datetime.now(UTC)), speed or 1.0)


def _last_event(settings: Settings) -> datetime | None:
    accounts.opened(settings)
    with closing(settings.database.reader()) as connection:
        found = connection.execute("SELECT at FROM event ORDER BY seq DESC LIMIT 1").fetchone()
    return None if found is None else time(found[0])


async def demo(settings: Settings, speed: float | None, seed: int, ended: asyncio.Event) -> None:
    """Show the hall until `ended`; then everything that was started ends. Raises CannotStart."""
    settings.make_folder()
    loaded, runs = hall_of(settings)
    if runs is None and not loaded.hall.staff:
        loaded = peopled(loaded)
    hall = loaded.hall
    played = settings.data / "played.toml"
    played.write_text(write(loaded.document), encoding="utf-8")  # what runs, for the drawn people
    since = _last_event(settings)
    clock = clock_of(settings, speed)
    staffed = staffed_windows(hall)
    drawn = Drawn(seed, LOAD, staffed)
    server = await serve(settings, hall, clock, document=loaded.document, drawn=drawn)
    async with AsyncExitStack() as stage:
        free, equipped = free_windows(hall), equipped_windows(hall) if devices() else ()
        props = Props(settings.data / "run", server.address, equipped, seed=seed, speed=clock.speed)
        stage.push_async_callback(_strike, server, props)
        who = await asyncio.to_thread(cast, server.people, settings.data, staffed, frozenset(equipped))
        known = await asyncio.to_thread(server.people.accounts)
        server.flow.names.update({one.name: one.shown for one in known})
        orders = Orders(
            address=server.address,
            hall=str(played),
            seed=seed,
            clerks=who.clerks,
            desk_token=who.desk,
            pad_token=who.pad,
            keypads=frozenset(equipped),
            since=since,
        )
        if not await _unless(ended, props.set_up(who.agent, orders)):
            return
        if props.kiosk is not None:
            await _place(server, who.clock, props.kiosk, hall.zones[0].id)
            await props.open_kiosk(props.kiosk)
        print(f"ready {server.address}", flush=True)
        props.begin()
        text = programme(
            hall,
            server.address,
            clock,
            password=who.password,
            free=free,
            equipped=equipped,
            folder=props.folder,
            kiosk=props.kiosk is not None,
        )
        print(text, flush=True)
        await _unless(ended, _nights(server, who.clock))


async def _place(server: Server, token: str, folder: Path, zone: ZoneId) -> None:
    """Give the kiosk its place as an administrator does. One that was revoked pairs anew by itself, and shows its code."""
    api, headers = f"{server.address}/api/v1/devices", {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        asked = {"kind": "kiosk", "name": KIOSK, "token": kept(folder)}
        async with session.post(f"{api}/pair", json=asked) as answer:
            device = await answer.json()
        if device.get("state") == "waiting":
            place = {"name": KIOSK, "zone": zone}
            async with session.post(f"{api}/{device['id']}/place", json=place) as answer:
                answer.raise_for_status()


async def _strike(server: Server, props: Props) -> None:
    """End everything at once: two seconds are not long enough for one after another."""
    await asyncio.gather(props.stop(), server.stop())


async def _unless(ended: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Do some work; False if the demo ended before it was done."""
    task, end = asyncio.create_task(work), asyncio.create_task(ended.wait())
    await asyncio.wait((task, end), return_when=asyncio.FIRST_COMPLETED)
    end.cancel()
    if task.done():
        await task
        return True
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    return False


def _somebody(server: Server, *, waiting: bool) -> bool:
    """Whether anybody is served now, or waits if that counts."""
    state = server.flow.durable
    return any(window.ticket for window in state.windows.values()) or (
        waiting and any(len(line) for line in state.lines.values())
    )


async def _nights(server: Server, token: str) -> None:
    """Let the clock go on to the next morning when the hall has gone home."""
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:
        while True:
            await asyncio.sleep(1.0)
            now = server.flow.clock.now()
            since = now - day_start(local_day(now))
            if since < NIGHTFALL or _somebody(server, waiting=since < PATIENT_UNTIL):
                continue
            morning = next_morning(now)
            with suppress(aiohttp.ClientError):
                await session.post(f"{server.address}/api/v1/clock/jump", json={"to": morning.isoformat()})
                print(f"夜间：业务时钟已到{local(morning):%m-%d %H:%M}。 The night is skipped.", flush=True)
