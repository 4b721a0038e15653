"""The sample outputs in the documents are what the product prints today.

``...`` stands for anything: within a line for the rest of a word or of the line, on a line of its own for whole lines.
"""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from infra.cli.main import main
from infra.paths import ROOT
from tests.docs.documents import DOCUMENTS, HANDBOOK, README, sample, samples
from tests.docs.sample_alert import mail, text_message

TRIAGE = ROOT / "docs" / "triage.md"
COMMANDS = ROOT / "docs" / "commands.md"
# One space or many, a line's end or none: JSON is broken into lines for people, and prints as one.
SPACE = re.compile(r"\s+")


def shows(document: Path, name: str, printed: str) -> None:
    """Assert that a document's sample is ``printed``, but for what it leaves out."""
    wanted = SPACE.sub(" ", sample(document, name)).strip()
    pattern = ".*?".join(re.escape(part) for part in wanted.split("..."))
    assert re.fullmatch(pattern, SPACE.sub(" ", printed).strip(), re.DOTALL), f"{document.name} shows:\n\n{printed}"


def session(document: Path, name: str) -> str:
    """A console sample again, with what its command prints now in place of what the document shows."""
    command, _, _ = re.sub(r"\\\n\s*", "", sample(document, name)).removeprefix("$ ").partition("\n")
    shown = sample(document, name)[: sample(document, name).index("\n", last_line_of_command(document, name))]
    before, _, after = command.partition("| earshot ")
    echoed = shlex.split(before)[1:]
    arguments = shlex.split(after or command.removeprefix("earshot "))
    answer = CliRunner().invoke(main, arguments, input="".join(f"{line}\n" for line in echoed))
    assert answer.exit_code == 0, answer.output
    return f"{shown}\n{answer.stdout}"


def last_line_of_command(document: Path, name: str) -> int:
    """Where the last line of a sample's command begins: each but the last ends in a backslash."""
    position = 0
    for line in sample(document, name).splitlines(keepends=True):
        if not line.endswith("\\\n"):
            return position
        position += len(line)
    return position


def test_the_text_message() -> None:
    shows(README, "sms", text_message())


def test_the_email() -> None:
    shows(README, "email", mail())


@pytest.mark.parametrize(("document", "name"), [(README, "classify"), (TRIAGE, "explain")], ids=["classify", "explain"])
def test_a_judgement(document: Path, name: str) -> None:
    shows(document, name, session(document, name))


@pytest.mark.engine
def test_a_replay(tmp_path: Path) -> None:
    recording = re.search(r"\$ cat posts.csv\n(.*?)\$ (earshot replay .*?)\n", sample(COMMANDS, "replay"), re.DOTALL)
    assert recording is not None
    (tmp_path / "posts.csv").write_text(recording[1], "utf-8")
    words = shlex.split(recording[2])[1:]
    placed = [str(tmp_path / word) if word in ("posts.csv", "replayed") else word for word in words]
    answer = CliRunner().invoke(main, placed)
    printed = f"{answer.stderr}{answer.stdout}".replace(f"{tmp_path}/", "")
    bar = re.compile(r"^Replaying .*\n?", re.MULTILINE)
    shows(COMMANDS, "replay", f"$ cat posts.csv\n{recording[1]}$ {recording[2]}\n{bar.sub('', printed)}")


def test_every_sample_is_held_by_a_test() -> None:
    held = {(README, "sms"), (README, "email"), (README, "classify"), (TRIAGE, "explain"), (COMMANDS, "replay")}
    assert {(document, name) for document in DOCUMENTS for name in samples(document)} == held
    assert {document for document, _ in held} <= set(HANDBOOK)
