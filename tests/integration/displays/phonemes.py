"""What espeak-ng makes of words: its phonemes, and what is wrong with them as Chinese."""

import re
import subprocess

SYLLABLE = re.compile(r"[a-zü]+([1-5])|[A-Z]")
CONTOURS = {"1": {"55"}, "2": {"35"}, "3": {"214", "21", "35", "11"}, "4": {"51"}}
"""How espeak-ng writes the tones: the third also falls only, or rises before another third."""


def phonemes(voice: str, said: list[str]) -> list[str]:
    """The phonemes of sentences. The program gives each part between commas a line."""
    made = subprocess.run(
        ["espeak-ng", "-v", voice, "-q", "-x", "--stdin"],
        input="\n\n".join(f"{one}." for one in said),
        capture_output=True,
        text=True,
        check=True,
        timeout=50,
    )
    lines = iter(line.strip() for line in made.stdout.splitlines() if line.strip())
    return [" ".join(next(lines) for _ in one.split(",")) for one in said]


def faults(said: str, heard: str) -> list[str]:
    """What is wrong with how a sentence in pinyin is spoken; nothing if every syllable comes, in its own tone and in Chinese."""
    if "(" in heard:
        return [f"another language: {heard}"]
    wanted = [found.group(1) for found in SYLLABLE.finditer(said)]
    tones = re.findall(r"\d+", heard)
    if len(tones) != len(wanted):
        return [f"{len(wanted)} syllables became {len(tones)}: {heard}"]
    return [
        f"tone {tone} became {came}: {heard}"
        for tone, came in zip(wanted, tones, strict=True)
        if tone is not None and came not in CONTOURS[tone]
    ]
