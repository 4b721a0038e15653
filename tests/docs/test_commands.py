"""Every command that a document tells its reader to type exists, with its options."""

import json
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from infra.cli.main import main
from infra.paths import ROOT
from tests.docs.documents import DOCUMENTS, Command, commands, text_of

TARGETS = frozenset(re.findall(r"^([a-zA-Z._-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
SEPARATOR = re.compile(r"\s(?:\||&&|>|2>)\s")


def commands_of(program: str) -> list[Command]:
    """The documents' command lines of a program, from behind its name to the next pipe or redirection."""
    start = re.compile(rf"(?:[A-Z_]+=\S+ )*(?:\S+/)?{program} (?P<rest>.+)")
    lines = [
        Command(command.document, match["rest"].strip(), command.is_whole)
        for document in DOCUMENTS
        for command in commands(document)
        for part in SEPARATOR.split(command.line)
        if (match := start.fullmatch(part.strip()))
    ]
    return list(dict.fromkeys(lines))


def name_of(command: Command) -> str:
    return f"{command.document}: {command.line}"


def resolve(words: list[str]) -> tuple[click.Command, list[str]]:
    """The subcommand that the first words name, and the words after it."""
    command: click.Command = main
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        assert words[0] in command.commands, f"There is no command {words[0]!r} in `earshot {command.name}`."
        command, words = command.commands[words[0]], words[1:]
    return command, words


def options_of(command: click.Command) -> set[str]:
    return {name for one in command.params for name in (*one.opts, *one.secondary_opts)} | {"--help", "--version"}


@pytest.mark.parametrize("command", commands_of("earshot"), ids=name_of)
def test_a_command_in_a_document_exists_with_its_options(command: Command) -> None:
    if command.line.startswith("COMMAND "):
        return
    found, words = resolve(shlex.split(command.line))
    given = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert given <= options_of(found)
    if command.is_whole:
        is_lacking = isinstance(found, click.Group) and not found.invoke_without_command
        assert not is_lacking, f"`earshot {command.line}` lacks its subcommand."
        parse(found, words)


def parse(command: click.Command, words: list[str]) -> None:
    """Fails where the command would refuse its options, their number of values or one of a fixed list of values."""
    # A command keeps the help option of the first context that it meets, so this one has the group's settings.
    context = click.Context(command, parent=click.Context(main, **main.context_settings), info_name=command.name)
    values, rest, _ = command.make_parser(context).parse_args(list(words))
    assert not rest, f"More arguments than `{command.name}` takes: {rest}"
    for parameter in command.params:
        value = values.get(parameter.name or "")
        if isinstance(parameter.type, click.Choice) and isinstance(value, str):
            parameter.type.convert(value, parameter, context)


@pytest.mark.parametrize("command", commands_of("make"), ids=name_of)
def test_a_target_in_a_document_exists(command: Command) -> None:
    targets = [word for word in command.line.split() if "=" not in word and word != "..."]
    assert set(targets) <= TARGETS


def sam_options() -> Iterator[tuple[str, str]]:
    for command in commands_of("sam"):
        subcommand, *words = command.line.split()
        yield from ((subcommand, word) for word in ["--help", *words] if word.startswith("--"))


# Prints what each subcommand says of itself, in one process: the SAM CLI takes seconds to start.
HELP_OF_SAM = """
import json, sys
from click.testing import CliRunner
from samcli.cli.main import cli
json.dump({name: CliRunner().invoke(cli, [name, "--help"]).output for name in sys.argv[1:]}, sys.stdout)
"""


@pytest.mark.sam
def test_the_sam_cli_knows_the_options_in_the_documents() -> None:
    python, names = ROOT / ".venv-sam" / "bin" / "python", {name for name, _ in sam_options()}
    environ = os.environ | {"SAM_CLI_TELEMETRY": "0"}
    command = [python, "-c", HELP_OF_SAM, *sorted(names)]
    answer = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    told = json.loads(answer.stdout)
    assert [(name, option) for name, option in sam_options() if option not in told[name]] == []


def test_every_command_has_a_line_in_the_handbook() -> None:
    handbook = text_of(ROOT / "docs" / "commands.md")
    assert [name for name in main.commands if f"`earshot {name}`" not in handbook] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_commands_run_from_the_environments_that_make_installs(document: Path) -> None:
    assert set(re.findall(r"(\.venv\S*)/bin/", text_of(document))) <= {".venv", ".venv-sam"}
