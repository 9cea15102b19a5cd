"""Why the system could not do something, in the words of whoever has to mend it."""

import errno
import os

import pytest

from queue_server.wire.fault import cause


@pytest.mark.parametrize(
    "number", [errno.ENOENT, errno.EACCES, errno.EISDIR, errno.EROFS, errno.EHOSTUNREACH]
)
def test_what_often_goes_wrong_has_a_chinese_word(number: int) -> None:
    said = cause(OSError(number, os.strerror(number), "/media/backup"))
    assert said
    assert not said.isascii()


def test_what_is_rare_keeps_the_systems_own_word() -> None:
    assert cause(OSError(errno.ENOTTY, "Inappropriate ioctl for device")) == "Inappropriate ioctl for device"
    assert cause(OSError("no number at all")) == "no number at all"
