"""``earshot corrections`` on the embedded cloud: what staff said, as JSON lines and as CSV."""

import csv
import json

import pytest
from click.testing import Result

from earshot.api.case_actions import CaseAction
from earshot.triage.judgement import Severity
from infra.cli.exit_status import EXIT_UNUSABLE
from tests.deployed import Running
from tests.fakes import CASE, START, a_judgement, a_mention
from tests.infra.cli import invoke

pytestmark = pytest.mark.engine
DAY = START.date().isoformat()
OTHER = "x-2-7-nimbusair"


def run(*arguments: str) -> Result:
    return invoke.run("corrections", "--local", *arguments)


@pytest.fixture
def said(running: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    """Two cases, of which one was judged rightly."""
    monkeypatch.setattr("infra.local.engine.engine.RUN_PORT", running.cloud.engine.port)
    for id in ("1", "2"):
        running.hear(a_mention(id, conversation_id=id), a_judgement())
    CaseAction(running.table, CASE, "mia", START).confirm()
    CaseAction(running.table, OTHER, "leo", START).correct(None, Severity.LOW, "he jokes")
    return running


def test_each_verdict_is_a_line_and_the_rules_fare_as_they_did(said: Running) -> None:
    result = run("--from", DAY, "--to", DAY)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(line["case_id"], line["what"], line["by"], line["why"]) for line in lines] == [
        (CASE, "confirmed", "mia", ""),
        (OTHER, "corrected", "leo", "he jokes"),
    ]
    assert (lines[1]["judged_severity"], lines[1]["severity"]) == ("high", "low")
    assert result.stderr == "lost-property: right in 1 of 2 (50%)\n"
    assert "bag" not in result.stdout


def test_as_csv(said: Running) -> None:
    lines = list(csv.DictReader(run("--from", DAY, "--to", DAY, "--csv").stdout.splitlines()))
    assert [(line["case_id"], line["rules"]) for line in lines] == [
        (CASE, "lost-property"),
        (OTHER, "lost-property"),
    ]


def test_days_without_any_print_nothing_and_a_period_that_is_none_is_told(said: Running) -> None:
    assert run("--from", "2026-11-19", "--to", "2026-11-20").stdout == ""
    refused = run("--from", DAY, "--to", "2026-11-20")
    assert (refused.exit_code, "exchange the two" in refused.stderr) == (EXIT_UNUSABLE, True)
