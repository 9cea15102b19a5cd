"""What `--help` says: every program, task and option in Chinese and English, also by `-h`."""

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from devices.agent.main import options as devices
from displays.app.main import options as displays
from kiosk.app.main import main as kiosk
from queue_server.app.main import main as server

CHINESE, ENGLISH = re.compile("[一-鿿]"), re.compile("[A-Za-z]{2}")
PROGRAMS = {"jiaohao-devices": devices(), "jiaohao-display": displays()}
EXAMPLE = re.compile(r"^ +((?:\w+=\S+ |.*\| )?jiaohao-\w+ .*)$", re.MULTILINE)
"""A line that shows what to type."""
OWN = ("-h", "--help", "--version")
"""Options that the libraries describe by themselves."""


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """A program and all its tasks."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for task in action.choices.values():
                yield from parsers(task)


def commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """A program and all its commands, each by how it is typed; those that only programs type are hidden."""
    yield name, command
    if isinstance(command, click.Group):
        for word, one in command.commands.items():
            if one.hidden:
                continue
            yield from commands(one, f"{name} {word}")


def told(text: str | None) -> bool:
    return text is not None and bool(CHINESE.search(text)) and bool(ENGLISH.search(text))


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_of_devices_says_what_its_tasks_and_options_do_in_both_languages(program: str) -> None:
    for parser in parsers(PROGRAMS[program]):
        assert told(parser.description), parser.prog
        given = [one for one in parser._actions if not set(OWN) & set(one.option_strings)]
        for action in given:
            tasks = isinstance(action, argparse._SubParsersAction)
            assert tasks or told(action.help), f"{parser.prog} {action.dest}"


@pytest.mark.parametrize("name, program", [("jiaohao-kiosk", kiosk), ("jiaohao-server", server)])
def test_kiosk_and_server_say_what_their_commands_and_options_do_in_both_languages(
    name: str, program: click.Command
) -> None:
    assert CliRunner().invoke(program, ["-h"]).exit_code == 0
    for typed, command in commands(program, name):
        assert told(command.help), typed
        for option in command.params:
            shown = isinstance(option, click.Option) and not option.hidden and not set(OWN) & set(option.opts)
            if isinstance(option, click.Option) and shown:
                assert told(option.help), f"{typed} {option.opts}"


def examples(text: str) -> list[list[str]]:
    """The words of each example: without what is piped in or out, and without what is said beside it."""
    whole = re.sub(r"\\\n +", "", text)
    shown = [re.split(r" >|  +", line)[0] for line in EXAMPLE.findall(whole)]
    return [shlex.split(line[line.index("jiaohao-") :]) for line in shown]


def understood(words: list[str]) -> None:
    """Fails for words that the program's own parser refuses; nothing is done."""
    name, *given = words
    if name in PROGRAMS:
        PROGRAMS[name].parse_args(given)
        return
    command = {"jiaohao-kiosk": kiosk, "jiaohao-server": server}[name]
    context = command.make_context(name, given)
    while isinstance(command, click.Group):
        word, found, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        assert found is not None
        command, context = found, found.make_context(word, rest, parent=context)


def test_every_example_is_understood_as_it_stands_and_every_program_tells_its_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("staff.csv", "hall.json", "days.csv.gz", "past.csv.gz"):
        (tmp_path / name).touch()
    texts = [parser.format_help() for program in PROGRAMS.values() for parser in parsers(program)]
    for name, program in (("jiaohao-kiosk", kiosk), ("jiaohao-server", server)):
        texts += [f"{one.help}\n{one.epilog or ''}" for _, one in commands(program, name)]
    found = [words for text in texts for words in examples(text)]
    assert {words[0] for words in found} == {*PROGRAMS, "jiaohao-kiosk", "jiaohao-server"}
    for words in found:
        try:
            understood(words)
        except (SystemExit, click.ClickException) as refused:
            pytest.fail(f"{shlex.join(words)}: {refused}\n{capsys.readouterr().err}")
    for program in (kiosk, server):
        assert ", version 0" in CliRunner().invoke(program, ["--version"]).output
    for name, parser in PROGRAMS.items():
        with pytest.raises(SystemExit):
            parser.parse_args(["--version"])
        assert capsys.readouterr().out.startswith(f"{name}, version 0")
