"""What a program without a screen prints of its link to the hall: what is new, never each of its tries."""

from collections.abc import Callable, Mapping

from queue_server.client.effect import LinkState
from queue_server.client.link import Link

HINTS = {
    "auth.invalid": "the server does not know this token; make one: jiaohao-server token NAME, or leave token_file out and pair"
}
"""What a program is to be told where the sentence for people does not help it."""


def follow(link: Link, tell: Callable[[Mapping[str, object]], None]) -> None:
    """Let `tell` have {server, fault, said} as the link stands at first and whenever that is news.

    A link tries twice a second for as long as a server is away: each reason why it failed is told once until the link is live
    again, or a log would hold little else. `said` is a sentence that says what to do, where one is known.
    """
    told: list[Mapping[str, object]] = []

    def turned(state: LinkState) -> None:
        if state == "live":
            told.clear()
        code, message = link.fault or (None, "")
        said = link.why or HINTS.get(code or "", message)
        fact = {"server": state, "fault": code} | ({"said": said} if said and state == "down" else {})
        if fact not in told and not (told and state == "connecting"):
            told.append(fact)
            tell(fact)

    link.on_state(turned)
