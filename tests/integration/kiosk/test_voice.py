"""Screens read aloud: by the real synthesiser, in the right syllables and tones, cut short by the next, never in the way."""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

import msgspec
import pytest

from devices.driver.voice.player import Alsa, Files
from devices.driver.voice.render import Render
from devices.driver.voice.sound import Samples, level, read, seconds
from devices.driver.voice.speech import cardinal, name, singly, speech, uttered
from kiosk.app.kiosk import Kiosk
from kiosk.link.book import Book
from kiosk.link.hall import Hall
from kiosk.link.paper import NullPaper
from kiosk.link.voice import BETWEEN_S, Prompter
from kiosk.model.event import Event, LinkChanged, Painted, Ticked, Touched, VoiceChanged
from kiosk.model.intent import Speak
from kiosk.model.manner import Manner
from kiosk.model.patience import Times
from kiosk.model.prompt import heard, phrases
from queue_server.app.hall import BRANCH, load
from queue_server.client.link import Link
from queue_server.wire.ticket import Language
from tests.integration.displays.phonemes import faults, phonemes
from tests.unit.kiosk.hall import AT, shown
from tests.unit.kiosk.scene import SCENES

COUNTED = ("count", "window", "first", "last", "low", "high", "n", "page", "pages")
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
PATIENCE_S = 30.0
PINYIN = Path(__file__).parents[2] / "data" / "pinyin.toml"
WRITTEN = re.compile(r"[\u4e00-\u9fff]")
"""A name as it is written: how it is said is for the synthesiser to know."""


def sentences() -> list[str]:
    """All that is ever read in Chinese: every screen's, and every template with numbers, windows and counts, widely sampled."""
    chance = Random(1)
    reading = Manner(voice=True)
    scenes = [heard(replace(state, mute=None, manner=reading)).said for state in SCENES.values()]
    found = {each.said for said in scenes for each in said}
    for phrase in phrases().values():
        for letter in LETTERS if "{number}" in phrase.said else LETTERS[:4]:
            counts = [cardinal(chance.randrange(1, 999)) for _ in range(4)]
            fields = {key: chance.choice(counts) for key in COUNTED}
            number = singly(f"{letter}{chance.randrange(1000):03}", "zh")
            zone = chance.choice(list(speech().zones.values()))
            found.add(phrase.said.format(letter=singly(letter, "zh"), number=number, name=zone, **fields))
    return sorted(each for each in found if not WRITTEN.search(each))


def said_of_shipped_names() -> dict[str, str]:
    """What is said of each zone and service of the halls that come with the program, by the pinyin that was written down for it."""
    names = msgspec.toml.decode(PINYIN.read_bytes(), type=dict[str, str]) | speech().zones
    halls = [load().hall, load(BRANCH).hall]
    zones = {names[zone.short.zh]: name(zone.short, "zh", zone.said) for hall in halls for zone in hall.zones}
    services = {names[one.name.zh]: name(one.name, "zh", one.said) for hall in halls for one in hall.services}
    return zones | services


def test_every_name_of_a_shipped_hall_is_spoken_as_people_say_it() -> None:
    said = said_of_shipped_names()
    spoken = phonemes(speech().zh.voice, list(said.values()))
    assert [fault for one, came in zip(said, spoken, strict=True) for fault in faults(one, came)] == []


def test_every_sentence_is_spoken_syllable_by_syllable_with_its_sounds_and_tones() -> None:
    said = sentences()
    spoken = phonemes(speech().zh.voice, said)
    assert [fault for one, came in zip(said, spoken, strict=True) for fault in faults(one, came)] == []


@pytest.mark.parametrize(
    "voice, read_as",
    [
        ("cmn", "请取走号票"),
        ("cmn", "qing3 qu3 zou3 hao4 piao4"),
        ("cmn-latn-pinyin", "qing3 qu3 zou3 hao4 piao1"),
        ("cmn-latn-pinyin", "qing3 chu3 zou3 hao4 piao4"),
        ("cmn-latn-pinyin", "qing3 qu3 zou3 hao4"),
    ],
)
def test_a_sentence_that_is_spoken_otherwise_is_noticed(voice: str, read_as: str) -> None:
    assert faults(phrases()["paper"].said, phonemes(voice, [read_as])[0])


async def until(fits: Callable[[], object]) -> None:
    ends = time.monotonic() + PATIENCE_S
    while not fits():
        assert time.monotonic() < ends, "it never came"
        await asyncio.sleep(0.005)


def sounds(folder: Path) -> list[Path]:
    """What was played, in order."""
    return sorted(folder.glob("*.wav"))


def output(folder: Path) -> tuple[Alsa, Path]:
    """A loudspeaker that takes a sound, and then needs a minute for it: a file for each, named by its process."""
    program = folder / "aplay"
    program.write_text(
        f"#!/bin/sh\ncat > {folder}/$$.part; mv {folder}/$$.part {folder}/$$.wav; exec sleep 60\n"
    )
    program.chmod(0o755)
    return Alsa("default", str(program)), folder


class Endless(Files):
    """Each sound becomes a file at once, and is heard for as long as nobody cuts it short."""

    async def play(self, samples: Samples) -> None:
        """See Files."""
        await super().play(samples)
        await asyncio.Event().wait()


def slow(folder: Path) -> tuple[Render, Path]:
    """A synthesiser that makes its first sentence at once, and no other before a file is there."""
    program, go = folder / "espeak", folder / "go"
    program.write_text(
        f"#!/bin/sh\nif [ -e {folder}/first ]; then until [ -e {go} ]; do sleep 0.01; done; fi\n"
        f'touch {folder}/first; exec espeak-ng "$@"\n'
    )
    program.chmod(0o755)
    return Render(str(program)), go


def playing(folder: Path) -> set[str]:
    """The sounds that are being heard."""
    return {path.stem for path in folder.glob("*.wav") if Path(f"/proc/{path.stem}/cmdline").exists()}


def spoken(*keys: str) -> Speak:
    return Speak(tuple(uttered("zh", phrases()[key].said) for key in keys), 60)


async def test_what_is_read_is_cut_short_by_the_next_screen_and_by_silence(tmp_path: Path) -> None:
    player, folder = output(tmp_path)
    prompter = Prompter(player, lambda _: None)
    prompter.speak(spoken("home"))
    await until(lambda: len(playing(folder)) == 1)
    first = playing(folder)
    prompter.speak(spoken("services"))
    await until(lambda: len(playing(folder)) == 1 and playing(folder) != first)
    prompter.hush()
    await until(lambda: not playing(folder))
    assert len(sounds(folder)) == 2


async def test_the_first_sentence_is_heard_while_the_next_is_made(tmp_path: Path) -> None:
    render, go = slow(tmp_path)
    prompter = Prompter(Files(tmp_path), lambda _: None, render)
    prompter.speak(spoken("home", "services", "paper"))
    await until(lambda: sounds(tmp_path))
    assert len(sounds(tmp_path)) == 1
    go.touch()
    await until(lambda: len(sounds(tmp_path)) == 3)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("scene", ["ticket", "ticket-added", "ticket-long", "services-pages"])
async def test_a_screen_stays_until_all_of_it_was_read(scene: str, language: Language) -> None:
    state = replace(SCENES[scene], mute=None, manner=Manner(voice=True), language=language)
    shown_s = (
        state.patience.ticket_s if scene.startswith("ticket") else state.patience.idle_s - state.times.warn_s
    )
    render = Render()
    made = [seconds(await render.samples(each)) + BETWEEN_S for each in heard(state).said]
    assert len(made) > 5
    assert sum(made) < shown_s


async def test_the_glass_never_waits_for_the_voice(tmp_path: Path) -> None:
    def more(than: int) -> bool:
        return len(sounds(tmp_path)) > than

    prompter = Prompter(Files(tmp_path), lambda _: None)
    before = time.thread_time()
    for said in (("home",), ("paper", "place"), ("bring", "asks")):
        prompter.speak(spoken(*said))
        await until(partial(more, len(sounds(tmp_path))))
    assert time.thread_time() - before < 0.15, "the loop's own work for three prompts with their files"


async def test_whether_it_can_be_heard_is_told_and_why_not(tmp_path: Path) -> None:
    told: list[Event] = []

    async def tried(prompter: Prompter) -> Event:
        told.clear()
        task = asyncio.create_task(prompter.run())
        await until(lambda: told)
        task.cancel()
        return told[0]

    assert await tried(Prompter(Files(tmp_path), told.append)) == VoiceChanged(None)
    for prompter, sentence in (
        (Prompter(Files(tmp_path), told.append, Render("espeak-missing")), "apt-get install espeak-ng"),
        (Prompter(Alsa("default", "aplay-missing"), told.append), "apt-get install alsa-utils"),
        (Prompter(Alsa("default", "false"), told.append), "aplay -L"),
    ):
        event = await tried(prompter)
        assert isinstance(event, VoiceChanged)
        assert event.fault is not None
        assert sentence in event.fault.en
        assert sentence in event.fault.zh
    prompter = Prompter(Alsa("default", "false"), told.append)
    told.clear()
    prompter.speak(spoken("home"))
    await until(lambda: told)
    assert ["default failed" in str(one) for one in told] == [True], "a loudspeaker that fails later"


async def test_a_kiosk_reads_its_screen_softly_or_loudly_and_its_next_visitor_nothing(tmp_path: Path) -> None:
    kiosk = Kiosk(Times(settle_s=0.0))
    kiosk.show = lambda look: kiosk.tell(Painted(look.sight))
    heard_in = tmp_path / "sound"
    book = Book(tmp_path / "book")
    link = Link(["http://127.0.0.1:9"], ["hall"], "token")
    hall = Hall(link, kiosk.tell)
    kiosk.join(hall, NullPaper(kiosk.tell), book, voice=Prompter(Endless(heard_in), kiosk.tell))
    for event in (LinkChanged("live"), shown(), Ticked(AT), VoiceChanged(None)):
        kiosk.tell(event)
    kiosk.tell(Touched("way", "voice"))
    await until(lambda: len(sounds(heard_in)) == 1)
    kiosk.tell(Touched("volume"))
    await until(lambda: len(sounds(heard_in)) == 2)
    soft, loud = (level(read(path.read_bytes())) for path in sounds(heard_in))
    assert loud - soft == pytest.approx(4.4, abs=0.5), "60 and 100 percent"
    kiosk.tell(Touched("way", "voice"))
    kiosk.tell(Touched("zone", "A"))
    await until(lambda: asyncio.all_tasks() == {asyncio.current_task()})
    assert len(sounds(heard_in)) == 2
    book.close()
