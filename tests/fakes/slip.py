"""Slips that tests print, and what a printer makes of bytes."""

from dataclasses import replace
from datetime import UTC, datetime

from devices.codec.escpos.decoder import Decoder
from devices.driver.layout import Missed, Slip, Stop
from devices.simulator.picture import Roll

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


def read(data: bytes, mm: int = 80) -> str:
    """The text of one printed ticket, read by a strict decoder that starts outside the Chinese mode."""
    roll = Roll(mm)
    for op in Decoder(chinese=False).feed(data):
        roll.put(op)
    return roll.tear()[1]
