"""A picture file as the logo in a printer's memory (FS q): put there once, named on every ticket (paper.LOGO)."""

from pathlib import Path

from PIL import Image

from devices.codec.profile.printer import Model
from devices.driver.paper import RESET

KEEP = b"\x1cq\x01"
"""FS q: one picture for the printer's memory, in place of all that were there."""
MOST = 15_600
"""Bytes of a logo, so that it fits the 16 KB that small printers have for it: 27 mm high across 80 mm paper."""


class BadLogo(ValueError):
    """The file is no picture that can be read, or the printer keeps none; the message says what to do, in Chinese and English."""


def load(path: Path, model: Model) -> bytes:
    """The bytes that store the picture of a file. BadLogo."""
    if not model.logo:
        raise BadLogo(
            f"{model.name}存不了标志，设置里保留logo = false\n"
            f"{model.name} keeps no logo; leave logo = false in its settings"
        )
    try:
        with Image.open(path) as image:
            return keep(image, model)
    except (OSError, Image.DecompressionBombError) as fault:
        raise BadLogo(
            f"{path}不是能读的图片，请用PNG或JPEG文件（{fault}）\n"
            f"{path} is no picture that can be read; give a PNG or JPEG file ({fault})"
        ) from fault


def keep(image: Image.Image, model: Model) -> bytes:
    """The bytes that store a picture, made smaller where it is too large for the paper.

    Black is what is dark and not transparent. It replaces whatever pictures the printer keeps.
    """
    flat = Image.new("L", image.size, 255)
    flat.paste(image.convert("L"), mask=image.convert("RGBA").getchannel("A"))
    flat.thumbnail((model.dots, MOST // (model.dots // 8)), Image.Resampling.LANCZOS)
    across, down = -(-flat.width // 8), -(-flat.height // 8)
    sheet = Image.new("1", (across * 8, down * 8), 0)
    sheet.paste(flat.point(lambda v: 255 * (v < 128), mode="1"), ((sheet.width - flat.width) // 2, 0))
    columns = sheet.transpose(Image.Transpose.TRANSPOSE).tobytes()
    return RESET + KEEP + across.to_bytes(2, "little") + down.to_bytes(2, "little") + columns
