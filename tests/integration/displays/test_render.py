"""What the real synthesiser makes of calls: the right syllables in the right tones, all equally loud."""

from datetime import UTC, datetime
from pathlib import Path
from random import Random

import msgspec
import pytest

from devices.driver.voice.player import Files
from devices.driver.voice.render import NoVoice, Render
from devices.driver.voice.sound import PEAK_DB, chime, level, peak, read, seconds
from devices.driver.voice.speech import Utterance, cardinal, speech
from displays.model.announcer import Call
from displays.voice.speaker import Speaker
from displays.voice.words import utterance
from queue_server.app.loudspeaker import Load
from queue_server.engine.display import Loudspeaker
from queue_server.wire.ids import WindowId, ZoneId
from queue_server.wire.ticket import Text
from queue_server.wire.voice import LoudspeakerRecord, One, SpokenZone
from tests.integration.displays.phonemes import faults, phonemes

ZONES = (("A", "投资项目", "Investment"), ("F", "招标投标", "Tendering"))
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def call(number: str = "A012", window: str = "3") -> Call:
    return Call(1, number, WindowId(window), ZoneId("A"), datetime(2027, 3, 1, 1, tzinfo=UTC))


def sentences() -> list[str]:
    """Every template with every zone, and numbers of every prefix from 001 to 999, of offline blocks and beyond, widely sampled."""
    chance = Random(1)
    zones = [None, *speech().zones.values()]
    numbers = [f"{letter}{n:03d}" for letter in LETTERS for n in chance.sample(range(1, 1000), 3)]
    numbers += [
        f"{first}{second}{chance.randrange(700, 1000)}"
        for first, second in zip(LETTERS, "WAB" * 8, strict=True)
    ]
    numbers += ["A001", "A999", "A700", "A*701", "K1000", "B4999", "C5000", "D8000", "E9999", "F10000"]
    ones: tuple[One, ...] = ("yi", "yao")
    return [
        utterance(call(number, str(1 + n % 120)), "zh", zones[n % len(zones)], ones[n % 2]).said
        for n, number in enumerate(numbers)
    ]


def test_every_template_with_numbers_of_every_prefix_is_spoken_syllable_by_syllable_with_its_sounds_and_tones() -> (
    None
):
    said = sentences()
    heard = phonemes(speech().zh.voice, said)
    assert [fault for one, came in zip(said, heard, strict=True) for fault in faults(one, came)] == []


def test_every_window_is_counted_in_its_tones() -> None:
    said = [cardinal(n) for n in range(1, 1000, 19)]
    heard = phonemes(speech().zh.voice, said)
    assert [fault for one, came in zip(said, heard, strict=True) for fault in faults(one, came)] == []


@pytest.mark.parametrize(
    "voice, text",
    [
        ("cmn", "请A零一二号到三号窗口办理"),
        ("cmn", "qing3 A ling2 yi1 er4 hao4 dao4 san1 hao4 chuang1 kou3 ban4 li3"),
        ("cmn-latn-pinyin", "请A123号到3号窗口办理"),
        ("cmn-latn-pinyin", "qing3 A ling2 yi2 er4 hao4 dao4 san1 hao4 chuang1 kou3 ban4 li3"),
        ("cmn-latn-pinyin", "qing3 A ling2 er4 hao4 dao4 san1 hao4 chuang1 kou3 ban4 li3"),
        ("cmn-latn-pinyin", "qing3 A ling2 yi1 er4 hao4 dao4 shan1 hao4 chuang1 kou3 ban4 li3"),
        ("cmn-latn-pinyin", "qing3 E ling2 yi1 er4 hao4 dao4 san1 hao4 chuang1 kou3 ban4 li3"),
    ],
)
def test_a_voice_that_speaks_otherwise_is_noticed(voice: str, text: str) -> None:
    said = utterance(call(), "zh").said
    assert faults(said, phonemes(voice, [text])[0])


async def test_any_two_phrases_are_equally_loud_and_none_is_too_loud_or_silent() -> None:
    render = Render()
    calls = [call("A001"), call("K999", "68"), call("W101", "120"), call("E777", "7"), call("A*701", "12")]
    zones = list(speech().zones.values())
    said = [utterance(each, "zh") for each in calls]
    said += [utterance(calls[0], "zh", zone) for zone in zones]
    said.append(utterance(calls[1], "en"))
    made = [chime(), *[await render.samples(each) for each in said]]
    levels = [level(one) for one in made]
    assert max(levels) - min(levels) <= 1.0
    assert all(peak(one) <= PEAK_DB for one in made)


async def test_a_call_is_a_chime_and_its_readings_and_takes_about_as_long_as_is_reckoned(
    tmp_path: Path,
) -> None:
    speaker = Speaker(Render(), Files(tmp_path))
    west = LoudspeakerRecord(loudspeaker="west", name=Text("西侧", "West"), zones={})
    two = {ZoneId(id_): SpokenZone(Text(zh, en)) for id_, zh, en in ZONES}
    await speaker.say(call(), west, 2, 100)
    await speaker.say(call(), west, 1, 50)
    await speaker.say(call(), msgspec.structs.replace(west, zones=two, english=True), 2, 100)
    twice, once, named = (read((tmp_path / f"{n:04d}.wav").read_bytes()) for n in (1, 2, 3))
    reckoned = Loudspeaker(id="west", name=west.name, zones=(ZoneId("A"),))
    shared = msgspec.structs.replace(reckoned, zones=tuple(two), english=True)
    assert seconds(twice) == pytest.approx(Load(reckoned, 1, counted=True).call_s, rel=0.15)
    assert seconds(named) == pytest.approx(Load(shared, 1, counted=True).call_s, rel=0.15)
    assert seconds(once) < 0.65 * seconds(twice)
    assert level(once) == pytest.approx(level(twice) - 6, abs=0.5)


async def test_a_synthesiser_that_is_not_there_or_says_nothing_is_told_with_what_to_do() -> None:
    with pytest.raises(NoVoice, match="type: apt-get install espeak-ng"):
        await Render("espeak-missing").samples(utterance(call(), "zh"))
    with pytest.raises(NoVoice, match="failed"):
        await Render("false").samples(utterance(call(), "zh"))
    with pytest.raises(NoVoice, match="says nothing of use"):
        await Render("true").samples(Utterance("cmn", 150, "x"))
