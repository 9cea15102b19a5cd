"""What came of a key, in words for the log: why it was refused, ignored, or not answered."""

from devices.agent.window import COMMANDS
from queue_server.client.error import CommandRefused
from queue_server.wire.error import CODES
from queue_server.wire.fault import Fault

UNANSWERED = Fault(
    "服务器没有答复，按键可能已算数：请看窗口的叫号台，没有算的再按一次。",
    "The server did not answer, and the key may have counted: see the window's console, and press it again if it did not.",
)
NOWHERE = Fault(
    "这个设备没有安置在窗口：请在管理页的设备里给它选窗口。",
    "This device stands at no window: give it one on the devices page of /admin.",
)
NOBODY_HELD = Fault("没有挂起的号可叫。", "No ticket is on hold.")
NO_DESTINATION = Fault(
    "没有说转到哪里：请先按窗口号再按转移，或在devices.toml写transfer。",
    "It is not said where to: type the window's number before, or write transfer in devices.toml.",
)
MEANINGLESS = Fault(
    f"这个键没有用处。要它做事，请在型号文件里把它的emit改成{'、'.join(COMMANDS)}之一。",
    f"This key does nothing. For it to do something, correct its emit in the profile to one of {', '.join(COMMANDS)}.",
)


def refused(refusal: CommandRefused) -> str:
    """What the server says, in both languages on one line; of a code newer than ours in the link's language."""
    known = CODES.get(refusal.code)
    if known is None:
        return refusal.message
    try:
        return " ".join(text.format_map(refusal.detail) for text in (known.text.zh, known.text.en))
    except KeyError:  # a newer server tells less of it
        return refusal.message


def ignored(verb: str) -> str:
    """Why a caller's key is no command, in both languages on one line."""
    if verb not in COMMANDS:
        return MEANINGLESS.said
    return (NOBODY_HELD if verb == "resume_held" else NO_DESTINATION).said
