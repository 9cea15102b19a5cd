"""The profile that a device's setting names: one that ships, or a file of the installer's own."""

from pathlib import Path

from devices.codec.profile.file import BadProfile, Kind, shipped
from queue_server.client.setting import NOT_UTF8
from queue_server.wire.fault import cause


def text(kind: Kind, name: str) -> str:
    """What the profile says: `name` is a shipped one's, or the path of a .toml file. Raises BadProfile."""
    if not name.endswith(".toml"):
        return shipped(kind, name)
    try:
        return Path(name).read_text("utf-8-sig")
    except OSError as fault:
        raise BadProfile(
            f"无法读取{name}（{cause(fault)}），请改正路径或权限",
            f"{name} cannot be read ({fault.strerror}); correct the path or the rights",
        ) from fault
    except UnicodeDecodeError as fault:
        raise BadProfile(f"{name}：{NOT_UTF8.zh}", f"{name} {NOT_UTF8.en}") from fault
