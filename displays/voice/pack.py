"""Clips that a hall recorded itself, in place of the synthesiser's Chinese.

A pack is a folder of WAV files named by the pinyin that is spoken in them: `ling2.wav`, `hao4-dao4.wav`, `A.wav`. A sentence is put
together from the longest clips that fit, so a hall that records whole phrases, or a zone's name in one breath, is spoken by these.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from devices.driver.voice.render import NoVoice
from devices.driver.voice.sound import BadSound, Samples, even, joined, read, seconds, silence
from devices.driver.voice.speech import YAO, Utterance, speech
from queue_server.client.setting import unread
from queue_server.wire.misfit import at
from queue_server.wire.ticket import Text

Tokens = tuple[str, ...]
"""Syllables, and letters as they are."""
LONGEST_S = 6.0
"""A longer clip is no word or phrase: somebody forgot to stop recording."""
BETWEEN_S = 0.04
COMMA_S = 0.25
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_PHRASES: tuple[Tokens, ...] = (("qing3",), ("hao4", "dao4"), ("hao4", "chuang1", "kou3", "ban4", "li3"))


class Voice(Protocol):
    """Whatever makes sound of a sentence."""

    async def samples(self, utterance: Utterance) -> Samples:
        """The sentence, as loud as all speech. Raises NoVoice."""


class BadPack(ValueError):
    """The folder is no pack that can be used; `faults` are sentences, each with its file. `str()` is both languages, Chinese
    first.
    """

    def __init__(self, faults: list[Text]) -> None:
        """What is wrong with the pack."""
        super().__init__("\n".join(fault.of(language) for language in ("zh", "en") for fault in faults))
        self.faults = faults


def wanted() -> dict[Tokens, str]:
    """The clips that every hall needs, and what is to be read for each; the zones' names come besides."""
    said = speech().zh.marks
    text = dict(zip("0123456789", "零一二三四五六七八九", strict=True)) | {"*": "星"}
    found: list[tuple[Tokens, str]] = [*zip(_PHRASES, ("请", "号到", "号窗口办理"), strict=True)]
    found += [((said[mark],), read_as) for mark, read_as in text.items()]
    found += [((YAO,), "幺"), (("shi2",), "十"), (("bai3",), "百")]
    found += [(tuple(said.get(letter, letter).split(" ")), letter) for letter in LETTERS]
    return dict(found)


def name(tokens: Tokens) -> str:
    """The name of a clip's file."""
    return f"{'-'.join(tokens)}.wav"


def _why(fault: BadSound | OSError) -> Text:
    return fault.text if isinstance(fault, BadSound) else unread(fault)


def load(folder: Path) -> "Pack":
    """The pack in a folder, every clip as loud as the others. BadPack with all its faults."""
    if not folder.is_dir():
        raise BadPack([Text(f"没有目录{folder}，请改正路径", f"{folder} is no folder; correct the path")])
    clips: dict[Tokens, Samples] = {}
    faults: dict[str, Text] = {}
    for path in sorted(folder.glob("*.wav")):
        try:
            clip = even(read(path.read_bytes()))
        except (BadSound, OSError) as fault:
            faults[path.name] = _why(fault)
            continue
        if seconds(clip) > LONGEST_S:
            long_s = f"{seconds(clip):.0f}"
            faults[path.name] = Text(
                f"长{long_s}秒，请剪去话后的部分", f"it lasts {long_s} s; cut it after the words"
            )
        clips[tuple(path.stem.split("-"))] = clip
    for tokens, text in wanted().items():
        if tokens not in clips and name(tokens) not in faults:
            faults[name(tokens)] = Text(f"没有这一条，请录“{text}”", f"it is missing; record “{text}”")
    if faults:
        raise BadPack([at(file, fault) for file, fault in faults.items()])
    return Pack(clips)


class Clips(Mapping[Tokens, Samples]):
    """The clips of a folder, each read when it is asked for. Getting one raises BadSound or OSError for a file that is none."""

    def __init__(self, folder: Path) -> None:
        self._files = {tuple(path.stem.split("-")): path for path in folder.glob("*.wav")}

    def __getitem__(self, tokens: Tokens) -> Samples:
        return even(read(self._files[tokens].read_bytes()))

    def __contains__(self, tokens: object) -> bool:
        return tokens in self._files  # without reading it

    def __iter__(self) -> Iterator[Tokens]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


class Pack:
    """A hall's own voice."""

    def __init__(self, clips: Mapping[Tokens, Samples], others: Voice | None = None) -> None:
        """`others` speaks what is not Chinese."""
        self._clips, self._others = clips, others
        self._longest = max(map(len, clips), default=0)

    def beside(self, others: Voice) -> "Pack":
        """The same, with a voice for other languages."""
        return Pack(self._clips, others)

    async def samples(self, utterance: Utterance) -> Samples:
        """The sentence. Raises NoVoice, for a word that was not recorded too."""
        if utterance.voice == speech().zh.voice:
            return self.joined(utterance.said)
        if self._others is None:
            raise NoVoice(
                f"录音只有中文，没有别的语音念{utterance.voice}，请安装espeak-ng",
                f"the clips are Chinese, and no other voice speaks {utterance.voice}; install espeak-ng",
            )
        return await self._others.samples(utterance)

    def joined(self, said: str) -> Samples:
        """A sentence in pinyin, from the longest clips that fit. Raises NoVoice."""
        parts: list[Samples] = []
        for n, part in enumerate(said.split(",")):
            parts.append(silence(COMMA_S if n else 0.0))
            for clip in self._fitting(tuple(part.split())):
                parts += [self._sound(clip), silence(BETWEEN_S)]
        return joined(parts)

    def _sound(self, clip: Tokens) -> Samples:
        try:
            return self._clips[clip]
        except (BadSound, OSError) as fault:
            why = _why(fault)
            raise NoVoice(f"{name(clip)}：{why.zh}", f"{name(clip)}: {why.en}") from fault

    def _fitting(self, tokens: Tokens) -> Iterator[Tokens]:
        at = 0
        while at < len(tokens):
            for length in range(min(self._longest, len(tokens) - at), 0, -1):
                if tokens[at : at + length] in self._clips:
                    yield tokens[at : at + length]
                    at += length
                    break
            else:
                missing = name(tokens[at : at + 1])
                raise NoVoice(
                    f"没有录音{missing}，请补录，或去掉clips",
                    f"there is no clip {missing}; record it, or leave clips out",
                )
