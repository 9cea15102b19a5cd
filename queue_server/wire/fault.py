"""What goes wrong where a program is installed or started, told in both languages."""

import errno

from queue_server.wire.ticket import Text

_CAUSES = {
    errno.ENOENT: "没有这个文件或目录",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "是一个目录",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.EEXIST: "已经存在",
    errno.ENAMETOOLONG: "名称太长",
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "可用的空间用完了",
    errno.EROFS: "磁盘只能读，不能写",
    errno.EIO: "读写出错，磁盘可能坏了",
    errno.EHOSTUNREACH: "到不了那台机器",
    errno.ENETUNREACH: "没有通到那里的网络",
    errno.ETIMEDOUT: "没有应答",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
}


def cause(error: OSError) -> str:
    """What the system's word for a failure is in Chinese; its own where that is not known. In English it is `strerror`."""
    return _CAUSES.get(error.errno or 0) or error.strerror or str(error)


class Fault(Exception):
    """Something somebody has to see to. `text` says what and what to do; `str()` is both languages, Chinese first, a line each."""

    def __init__(self, zh: str, en: str) -> None:
        self.text = Text(zh, en)
        super().__init__(f"{zh}\n{en}")

    @property
    def said(self) -> str:
        """Both languages on one line, for logs."""
        return f"{self.text.zh} {self.text.en}"
