"""The test page of a printer: who it is, and all that can be wrong with its settings, to be seen at a glance. Pure."""

from collections.abc import Iterator
from datetime import datetime

from devices.codec.profile.printer import Model
from devices.driver.layout import Code, Gap, Part, Row, columns, wrap
from queue_server.wire.day import local
from queue_server.wire.face import LANGUAGES, say

FONTS = ("政务服务大厅——·…①→", "镕堃喆", "㐀䶮𠮷")
"""Of GB 2312, GBK and GB 18030: what the printer's font lacks comes as a picture."""
SIZES = (1, 2, 4)


def page(name: str, model: Model, port: str, at: datetime) -> list[Part]:
    """The page of a printer called `name`; `at` is aware."""
    code = f"JIAOHAO {at:%Y%m%dT%H%M%SZ}"
    return [
        *_said("page_title", model, bold=True),
        Gap(16),
        *(Row(line, 2, 2, bold=True) for line in wrap(name, model.columns // 2)),
        Gap(16),
        *(Row(line) for text in (model.title, port) for line in wrap(text, model.columns)),
        Row(f"{local(at):%Y-%m-%d %H:%M:%S}"),
        Gap(16),
        *_said("page_width", model),
        Row("".join(str(n % 10) for n in range(1, model.columns + 1)), align="left"),
        *_said("page_font", model),
        *(Row(text) for text in FONTS),
        *(
            Row("A001", size, size, bold=size > 1)
            for size in SIZES
            if columns("A001") * size <= model.columns
        ),
        *_said("page_code", model, code=code),
        Gap(16),
        Code(code),
    ]


def _said(key: str, model: Model, *, bold: bool = False, **values: str) -> Iterator[Row]:
    """A sentence in all languages: whoever reads the page has told us none."""
    for language in LANGUAGES:
        for line in wrap(say("device", key, language, **values), model.columns):
            yield Row(line, bold=bold)
