"""Versions of the hall from the command line: what runs, export, import, and what the file in the data folder says beside it."""

import asyncio
import json
import shlex
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

import click
import msgspec

from queue_server.app import people as accounts
from queue_server.app.fault import CannotStart
from queue_server.app.hall import SHIPPED, Loaded, content, made
from queue_server.app.secret import secret
from queue_server.app.setting import Settings, load_hall, usable
from queue_server.app.tls import trusting
from queue_server.auth.secret import digest, new_token
from queue_server.engine import duties
from queue_server.engine.config import difference
from queue_server.engine.design import design
from queue_server.engine.toml import published
from queue_server.engine.version import Version
from queue_server.flow.clock import ticking
from queue_server.flow.doubt import Doubt
from queue_server.flow.duty import LOOK_S, STALE_S
from queue_server.flow.flow import Flow
from queue_server.flow.port import Unavailable
from queue_server.store.account import Token
from queue_server.store.error import StoreFault, StoreInUse
from queue_server.store.glance import present
from queue_server.store.lock import FolderLock
from queue_server.store.renew import last
from queue_server.store.table import TableStore
from queue_server.wire.command import BY_TYPE, Command, Publish
from queue_server.wire.error import Refusal
from queue_server.wire.ticket import Text

ASKS_S = 30.0
"""How long a running server may take to publish."""


def newest(settings: Settings) -> Version | None:
    """The version that runs in a data folder; None where nothing was published yet. Raises CannotStart."""
    if not settings.database.exists():
        return None
    accounts.opened(settings)  # an older database gets its tables
    store = TableStore(settings.database)
    try:
        return next(iter(store.versions(1)), None)
    finally:
        store.close()


def doubtful(settings: Settings) -> Text | None:
    """What is to be said of this machine's clock beside a stored hall's; None: nothing. Nothing is changed."""
    clock, state = settings.new_clock(), present(settings.database)
    if state is None:
        return None
    last_at = last(settings.database)
    if last_at is not None:
        clock.not_before(last_at)
    doubt = Doubt(clock)
    doubt.begin(state, last_at)
    return doubt.tells()


def hall_of(settings: Settings) -> tuple[Loaded, Version | None]:
    """The hall of a data folder: what was published last, else what its file says, which a new folder gets. Raises CannotStart."""
    runs = newest(settings)
    if runs is None:
        return settings.load_hall(), None
    made = design(runs.content)
    return Loaded(made.hall, made.warnings, runs.content), runs


def from_file(settings: Settings, path: Path, *, add: bool = False) -> Loaded:
    """The hall that a TOML file describes, or what runs with the roster of a CSV file in place of its own (`add`: behind it).

    Nothing is changed. Raises CannotStart with every fault.
    """
    if not is_roster(path):
        return load_hall(path)
    runs, hall = newest(settings), settings.hall
    before = load_hall(hall if hall.exists() else SHIPPED).document if runs is None else runs.content
    with usable(path):
        return made(duties.merged(before, content(path), add=add))


def is_roster(path: Path) -> bool:
    """Whether a file is a roster in CSV, by its name."""
    return path.suffix.lower() == ".csv"


def beside(settings: Settings, runs: Version) -> str | None:
    """What to tell whoever starts a server whose file no longer says what runs; None if there is nothing to tell."""
    if not settings.hall.exists():
        return None
    words = ["jiaohao-server", "import", str(settings.hall)]
    if settings.data != Path("data"):
        words += ["--data", str(settings.data)]
    command = shlex.join(words)
    try:
        changes = difference(runs.content, load_hall(settings.hall).document)
    except CannotStart as fault:
        return f"{settings.hall}不再使用，运行的是第{runs.n}版。\n{settings.hall} is not used; version {runs.n} runs.\n{fault}"
    if not changes:
        return None
    places = ", ".join(change.path for change in changes[:8]) + (" …" if len(changes) > 8 else "")
    return (
        f"{settings.hall}与正在使用的第{runs.n}版有{len(changes)}处不同（{places}），文件未被采用。要采用，请执行：{command}\n"
        f"{settings.hall} differs from version {runs.n}, which runs, in {len(changes)} place(s) ({places}) and is not used. "
        f"To use it: {command}"
    )


def exported(settings: Settings, n: int | None) -> str:
    """A version as TOML, the newest if `n` is None. Raises CannotStart if there is none."""
    found = newest(settings)
    if found is not None and n is not None and n != found.n:
        store = TableStore(settings.database)
        try:
            found = store.version(n)
        finally:
            store.close()
    if found is None:
        which = "" if n is None else f"第{n}版"
        raise CannotStart(
            f"{settings.data}中没有已发布的配置{which}。",
            f"No configuration{'' if n is None else f' of version {n}'} was published in {settings.data}.",
        )
    return published(found, found.content)


def publish(settings: Settings, document: Mapping[str, Any], note: str, base: int | None = None) -> int:
    """Publish a document, through the server if one runs; the version that then runs. Raises CannotStart.

    `base` is the version that the document was made from: what others have published since is not overwritten.
    """
    said = Text("未发布", "Not published")
    (answer,) = ask(settings, [Publish(document=dict(document), note=note, base=base)], said)
    return int(answer["version"])


def ask(settings: Settings, commands: Sequence[Command], refused: Text) -> list[Any]:
    """Have commands done in order, by the server if one runs; their answers. What was done before one that is refused stays done.

    Raises CannotStart for a refusal, with what it comes to (`refused`) before its sentence.
    """
    settings.make_folder()
    lock = FolderLock(settings.data)
    try:
        lock.take()
    except StoreInUse:
        return _through(settings, FolderLock.noted(settings.data), commands, refused)
    try:
        return asyncio.run(_alone(settings, commands))
    except Refusal as refusal:
        raise _refused(refused, refusal) from refusal
    except StoreFault as error:
        raise CannotStart(error.text.zh, error.text.en) from error
    finally:
        lock.release()


async def _alone(settings: Settings, commands: Sequence[Command]) -> list[Any]:
    loaded, runs = await asyncio.to_thread(hall_of, settings)
    key = await asyncio.to_thread(secret, settings.data)
    with held(settings, key) as store:
        flow = Flow(loaded.hall, store, settings.new_clock(), secret=key, doubts=True)
        await flow.start(None if runs is not None else loaded.document)
        doubtful = flow.doubt.tells()
        if doubtful is not None:
            click.echo(f"{doubtful.zh}\n{doubtful.en}", err=True)
        try:
            answers = [await flow.ask(accounts.CONSOLE, command) for command in commands]
            return [json.loads(answer.body or b"{}") for answer in answers]
        finally:
            await flow.stop()


@contextmanager
def held(settings: Settings, key: bytes) -> Iterator[TableStore]:
    """The hall's store, which nobody else writes to meanwhile. Raises CannotStart if a server on another machine does.

    One that died a moment ago seems to serve for a few seconds more: it is waited for.
    """
    if settings.db is None:
        yield TableStore(settings.database)
        return
    from queue_server.store.postgres import Postgres  # noqa: PLC0415 - only where a hall is kept so
    from queue_server.store.term import Held, Term  # noqa: PLC0415 - as above

    database = settings.database
    assert isinstance(database, Postgres)
    term = Term(database, key)
    since_s = ticking()
    while (lease := term.take()) is None and ticking() - since_s < STALE_S + 1.0:
        time.sleep(LOOK_S)
    if lease is None:
        term.close()
        raise CannotStart(
            "该大厅正由另一台服务器使用，请在那台机器上执行；发布配置也可以在管理页做。",
            "Another machine's server serves this hall: run this there. A configuration can be published on the page of "
            "administration too.",
        )
    try:
        yield TableStore(Held(database.url, lease))
    finally:
        term.release(lease)


def _through(settings: Settings, address: str, commands: Sequence[Command], refused: Text) -> list[Any]:
    """Ask the running server, with a token that is good for this alone and ends at once."""
    if not address:
        raise CannotStart(
            "本机的服务器还没有在服务：正在启动就稍候再试；处于待命的，请在正在服务的那台上执行。",
            "The server of this machine does not serve: if it is just starting, try again in a moment; if it stands by, run this "
            "on the machine that serves.",
        )
    people = accounts.opened(settings)
    token, now = new_token(), datetime.now(UTC)
    people.put_token(
        Token(
            digest=digest(token),
            role=accounts.CONSOLE.role,
            name=accounts.CONSOLE.name,
            created_at=now,
            expires_at=now + timedelta(seconds=2 * ASKS_S * len(commands)),
        )
    )
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    answers = []
    try:
        opener = build_opener(ProxyHandler({}), HTTPSHandler(context=trusting(settings.tls)))
        for command in commands:
            body = msgspec.json.encode(command)
            asked = Request(f"{address}/api/v1{BY_TYPE[type(command)].path}", body, headers)  # noqa: S310 - the address that the server noted
            with opener.open(asked, timeout=ASKS_S) as answer:
                answers.append(json.load(answer))
    except HTTPError as error:
        told = json.load(error)
        raise _refused(refused, Refusal(told["code"], **told["detail"])) from error
    except (OSError, ValueError) as error:
        raise Unavailable(f"the running server at {address} does not answer: {error}") from error
    finally:
        people.remove_token(digest(token))
    return answers


def _refused(what: Text, refusal: Refusal) -> CannotStart:
    zh, en = refusal.body("zh").message, refusal.body("en").message
    return CannotStart(f"{what.zh}：{zh}", f"{what.en}: {en}")
