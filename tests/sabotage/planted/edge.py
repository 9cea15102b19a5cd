"""What comes in and goes out over HTTP and the feed."""

from typing import Any

import pytest

from tests.sabotage.bed import plant


@plant
def change_not_kept(patch: pytest.MonkeyPatch) -> None:
    """A change is sent but not kept for those who come back."""
    from queue_server.feed.group import Topic

    patch.setattr(Topic, "keep", lambda self, change, seq: None)


@plant
def older_changes_let_go_of_unsaid(patch: pytest.MonkeyPatch) -> None:
    """What is kept begins later than is believed."""
    from queue_server.feed.group import Topic

    patch.setattr(Topic, "keep", lambda self, change, seq: self._changes.append((seq, change)))


@plant
def drops_not_told(patch: pytest.MonkeyPatch) -> None:
    """Records that are gone are not named."""
    from queue_server.feed.group import Topic

    honest = Topic.turn
    patch.setattr(Topic, "turn", lambda self, records: (honest(self, records)[0], ()))


@plant
def chain_of_frames_broken(patch: pytest.MonkeyPatch) -> None:
    """A frame names a seq before it that nobody on the link has."""
    from queue_server.feed.group import Group

    honest = Group.add
    patch.setattr(
        Group, "add", lambda self, changes, seq: honest(self, changes, seq).replace(b'"prev":', b'"prev":9')
    )


@plant
def csrf_not_checked(patch: pytest.MonkeyPatch) -> None:
    """Any token of a page is as good as its own."""
    patch.setattr("hmac.compare_digest", lambda *_: True)


@plant
def clock_of_slow_clients_stopped(patch: pytest.MonkeyPatch) -> None:
    """Nobody is ever too late."""
    from queue_server.api.guard import Guard

    patch.setattr(Guard, "_late", lambda self: None)


@plant
def web_server_overtakes(patch: pytest.MonkeyPatch) -> None:
    """A connection goes over to the web server while the express way still owes it an answer."""
    from queue_server.api.lane import Lane

    honest = Lane.takes
    patch.setattr(
        Lane, "takes", lambda self, data, *, unread: not self._asking and honest(self, data, unread=unread)
    )


@plant
def express_way_answers_at_once(patch: pytest.MonkeyPatch) -> None:
    """What came the express way is answered before it is done."""
    from queue_server.api.express import Express

    async def hasty(self: Express, brief: Any, handler: Any, send: Any) -> None:
        send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        await self._answered(brief, handler)

    patch.setattr(Express, "_answer", hasty)


@plant
def surplus_let_in(patch: pytest.MonkeyPatch) -> None:
    """The door is open to as many as come."""
    from queue_server.auth.pace import Crowd

    patch.setattr(Crowd, "enter", lambda self, name: True)
    patch.setattr(Crowd, "leave", lambda self, name: None)


@plant
def requests_not_counted(patch: pytest.MonkeyPatch) -> None:
    """Nobody ever asks too much."""
    from queue_server.auth.pace import Paces

    patch.setattr(Paces, "take", lambda self, name, now_s: 0.0)


@plant
def everybody_speaks(patch: pytest.MonkeyPatch) -> None:
    """Of several at one loudspeaker each is told that it is their turn."""
    from queue_server.feed import election

    patch.setattr(election, "_turn_of", lambda *_: "speaks")
