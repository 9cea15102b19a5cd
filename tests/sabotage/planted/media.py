"""Pictures and films of boards: what is taken in, kept, sent and shown."""

import secrets
from types import SimpleNamespace
from typing import Any

import pytest

from tests.sabotage.bed import plant


@plant
def any_file_of_the_folder_sent(patch: pytest.MonkeyPatch) -> None:
    """Whoever guesses a name has the file."""
    from queue_server.api import medium

    patch.setattr(medium, "taken", lambda _: True)


@plant
def media_that_may_run(patch: pytest.MonkeyPatch) -> None:
    """A file that is opened by itself may bring scripts and styles of its own."""
    from queue_server.api import media

    patch.setattr(media, "_HARMLESS", "default-src 'self' 'unsafe-inline'")


@plant
def content_not_looked_at(patch: pytest.MonkeyPatch) -> None:
    """What begins like no picture and no film is taken for a picture."""
    from queue_server.api import medium

    honest = medium.kind_of
    patch.setattr(medium, "kind_of", lambda head: honest(head) or ("png", "image/png"))


@plant
def media_of_any_size(patch: pytest.MonkeyPatch) -> None:
    """No file is too large."""
    from queue_server.api import medium

    patch.setattr(medium, "most_mib", lambda *_: 1 << 20)


@plant
def refused_uploads_left(patch: pytest.MonkeyPatch) -> None:
    """What came of a refused file stays on the disk."""
    from queue_server.api.medium import Intake

    patch.setattr(Intake, "drop", lambda self: self._file.close())


@plant
def media_named_by_chance(patch: pytest.MonkeyPatch) -> None:
    """The same file twice is two files."""
    from queue_server.api.medium import Intake

    honest = Intake.__init__

    def salted(self: Intake, *arguments: Any) -> None:
        honest(self, *arguments)
        self._hash.update(secrets.token_bytes(8))

    patch.setattr(Intake, "__init__", salted)


@plant
def disk_left_to_media(patch: pytest.MonkeyPatch) -> None:
    """Uploads leave the hall no room."""
    patch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1 << 62))


@plant
def media_of_boards_deleted(patch: pytest.MonkeyPatch) -> None:
    """A file goes though a board shows it."""
    from queue_server.api.media import MediaRoutes

    patch.setattr(MediaRoutes, "_named", lambda self: {})


@plant
def media_of_any_day_shown(patch: pytest.MonkeyPatch) -> None:
    """First and last day are not looked at."""
    from queue_server.engine.display import Medium

    patch.setattr(Medium, "shown", lambda *_: True)
