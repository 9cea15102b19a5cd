"""Slips that tests print, and what a printer makes of bytes."""

from dataclasses import replace
from datetime import UTC, datetime

from devices.codec.escpos.decoder import Decoder
from devices.codec.escpos.op import Feed, Qr, Raster, Text
from devices.driver.layout import Missed, Slip, Stop

NINE_FIFTEEN = datetime(2026, 11, 23, 1, 15, tzinfo=UTC)
LINK = "https://hall.example.gov.cn/t/7Jq2mX0sVb1kQd9hTz4RwA"

PLAIN = Slip(
    hall="晋城市政务大厅",
    letter="C",
    zone="社会保障服务区",
    service="社保缴费",
    number="C103",
    issued_at=NINE_FIFTEEN,
    class_label="优先",
    ahead=4,
    wait=(10, 15),
    area="18-26号窗口",
    bring="身份证",
    missed=Missed(minutes=30, behind=3, times=1),
)
ENGLISH = replace(
    PLAIN,
    hall="Jincheng Government Service Hall",
    zone="Social Security",
    service="Social insurance payment",
    class_label="Priority",
    area="Windows 18-26",
    bring="ID card",
    language="en",
)
FULL = replace(
    PLAIN,
    letter="E",
    zone="人力资源配置服务区",
    service="灵活就业人员社会保险缴费登记",
    number="E1003",
    ahead=112,
    wait=(100, 120),
    bring="身份证、户口簿、营业执照副本、授权委托书",
    steps=(Stop("社保缴费", "C"), Stop("企业设立登记", "G"), Stop("建设项目备案", "A")),
    qr=LINK,
    note="本区今日延时服务至18:30，持号者均可办理。",
)
FULL_ENGLISH = replace(
    ENGLISH,
    zone="Company and Organisation Registration",
    service="Registration of a company branch",
    bring="ID card, business licence (copy), power of attorney, lease contract",
    steps=(Stop("Social insurance payment", "C"), Stop("Company registration", "G")),
    qr=LINK,
    note="Open until 18:30 today for everybody who holds a ticket.",
)

GOLDEN = bytes.fromhex(
    "1b401c261d21111b45011b6101d5fecef1b7fecef1b4f3ccfc0a1d21331b610141303132330a1b21001b21001b21001b7b001d62"
    "001b45001b2d001b4d001b61001d4200d2b5cef13ab2bbb6afb2fab5c7bcc72020c7b0c3e6b5c8baf2203720c8cb0a1d286b0400"
    "314132001d286b03003143061d286b03003145301d286b1f0031503068747470733a2f2f712e6578616d706c652e636e2f742f41"
    "303132331d286b03003151301b64061d5600"
)
"""A ticket of 174 bytes that python-escpos 3.1 wrote and an independent decoder has read."""


def read(data: bytes) -> str:
    """The text of one printed ticket, read by a strict decoder that starts outside the Chinese mode."""
    lines, line = [], ""
    for op in Decoder(chinese=False).feed(data):
        match op:
            case Text(text, _):
                line += text
            case Qr(content):
                lines.append(f"[QR {content.decode()}]")
            case Raster():
                lines.append("[picture]")
            case Feed() if line:
                lines.append(line)
                line = ""
    return "\n".join(lines)
