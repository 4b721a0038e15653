"""What the audit of dependencies makes of pip-audit's answer."""

import subprocess
from typing import Any

import pytest

from infra import audit

GOOD: dict[str, Any] = {"name": "idna", "version": "3.20", "vulns": []}
BAD = {"name": "urllib3", "version": "2.8.0", "vulns": [{"id": "GHSA-1", "fix_versions": ["2.8.1"], "aliases": []}]}
SKIPPED = {"name": "dacite", "skip_reason": "Dependency not found on PyPI and could not be audited: dacite (1.9.2)"}


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What pip-audit prints."""
    given = {"stdout": "", "stderr": ""}
    monkeypatch.setattr(audit.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 1, **given))
    return given


def test_a_vulnerability_fails_and_says_what_to_update(answer, capsys):
    answer["stdout"] = audit.json.dumps({"dependencies": [GOOD, BAD, SKIPPED]})
    assert audit.main() == 1
    said = capsys.readouterr()
    assert said.err.strip() == "urllib3 2.8.0: GHSA-1, fixed in 2.8.1"
    assert said.out.strip() == "2 of 3 packages audited, 1 vulnerable."


def test_an_accepted_vulnerability_and_one_that_is_not_there_do_not(answer, monkeypatch):
    monkeypatch.setattr(audit, "ACCEPTED", {"GHSA-1": "Nothing here decompresses."})
    answer["stdout"] = audit.json.dumps({"dependencies": [GOOD, BAD]})
    assert audit.main() == 0


def test_without_an_answer_nothing_fails_and_it_is_said(answer, capsys):
    answer["stderr"] = "WARNING: ...\nConnectionError: no route to pypi.org\n"
    assert audit.main() == 0
    assert capsys.readouterr().err == "Not audited: ConnectionError: no route to pypi.org\n"


def test_every_file_of_pins_that_runs_or_deploys_is_audited():
    assert all((audit.ROOT / name).exists() for name in audit.REQUIREMENTS)
