"""What a program without a screen prints of its link to the hall: what is new, never each of its tries."""

from collections.abc import Callable, Mapping

from queue_server.client.effect import LinkState
from queue_server.client.link import Link
from queue_server.wire.error import CODES
from queue_server.wire.ticket import Text

HINTS = {
    "auth.invalid": Text(
        "服务器不认这个令牌。请用jiaohao-server token NAME建一个，或去掉token_file，让程序自己取代码配对。",
        "the server does not know this token; make one: jiaohao-server token NAME, or leave token_file out and pair",
    ),
    "auth.forbidden": Text(
        "这个令牌不是给这个程序的，或没有写全它的窗口。请重建：jiaohao-server token NAME，设备程序的每个窗口写一个--window；"
        "或去掉token_file，让程序自己取代码配对。",
        "this token is another kind of program's, or not of every window in the settings; make it anew: jiaohao-server token "
        "NAME, with a --window for each window of a device program, or leave token_file out and pair",
    ),
}
"""What a program is to be told where the sentence for people does not help it."""


def follow(link: Link, tell: Callable[[Mapping[str, object]], None]) -> None:
    """Let `tell` have {server, fault, said} as the link stands at first and whenever that is news.

    A link tries twice a second for as long as a server is away: each reason why it failed is told once until the link is live
    again, or a log would hold little else. `said` is what to do, in Chinese and English on one line, where that is known.
    """
    told: list[Mapping[str, object]] = []

    def turned(state: LinkState) -> None:
        if state == "live":
            told.clear()
        why = reason(link)
        # A sentence that came in one language is told once.
        said = why and " ".join(dict.fromkeys((why.zh, why.en)))
        fact = {"server": state, "fault": link.fault[0] if link.fault else None}
        fact |= {"said": said} if said and state == "down" else {}
        if fact not in told and not (told and state == "connecting"):
            told.append(fact)
            tell(fact)

    link.on_state(turned)


def reason(link: Link) -> Text | None:
    """Why there is no server, or why it refuses this program, with what to do; None where nothing is known of that."""
    if link.why or link.fault is None:
        return link.why
    code, message = link.fault
    row = CODES.get(code)
    # What has places to be filled in comes filled in, in the language of the link.
    return HINTS.get(code) or (row.text if row and "{" not in row.text.zh else Text(message, message))
