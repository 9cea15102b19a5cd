"""What one stranger may ask of the server: numbers that a hall may change in `server.toml`, and that a real hall never meets."""

from typing import Annotated

import msgspec

from queue_server.engine.mark import Within

Rate = Annotated[int, Within(1, 100_000)]
Burst = Annotated[int, Within(1, 1_000_000)]
Bytes = Annotated[int, Within(16 * 1024, 64 * 1024 * 1024)]
Seconds = Annotated[int, Within(1, 600)]


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Rates and sizes. The defaults fit 68 windows, 100 screens and 10 kiosks that all come from one address in the same second.

    `_per_s` is what may go on for ever, `_burst` what may come at once after a pause. Requests are counted by address, and not of
    those who have signed in or been given a place. With `enabled` false nothing is counted; sizes and times hold all the same.
    """

    enabled: bool = True
    requests_per_s: Rate = 200
    requests_burst: Burst = 6000
    """A page is some 20 requests; after a cut of the power 170 browsers load theirs together."""
    sign_ins_per_s: Rate = 5
    sign_ins_burst: Burst = 150
    """Sign-ins and new passwords, each some 20 ms of a core; what fails is slowed down further by `Patience`."""
    messages_per_s: Rate = 100
    messages_burst: Burst = 400
    """Messages of one websocket; one that sends more is read later, so nothing is lost."""
    connections: Annotated[int, Within(10, 1_000_000)] = 4000
    connections_per_address: Burst = 2000
    """A browser holds up to seven: six for files, one for the feed."""
    body_bytes: Bytes = 256 * 1024
    """A request's body; more is refused unread."""
    picture_mib: Annotated[int, Within(1, 100)] = 10
    film_mib: Annotated[int, Within(1, 2000)] = 200
    """A picture and a film have at most so many MiB: boards of the whole hall fetch them over its network."""
    message_bytes: Bytes = 256 * 1024
    """A websocket's message; a longer one closes its link (code 1009)."""
    head_s: Seconds = 10
    """Seconds in which a connection has to send its first request up to the end of the headers, the TLS handshake included."""
    body_s: Seconds = 20
    """Seconds in which a request's body has to be there."""
    message_s: Seconds = 20
    """Seconds in which a websocket's message that has begun has to be whole, in whatever pieces it comes."""
    answer_s: Seconds = 60
    """Seconds in which a client that reads slower than we write has to catch up; a websocket that is far behind is cut sooner."""
