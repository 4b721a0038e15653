"""``earshot policy``: checked here, put where the deployed functions look, and shown."""

import re
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from earshot.cases.policy.policy import DEFAULT_POLICY
from earshot.cases.policy.toml_file import parse_policy
from earshot.errors import EarshotError
from infra.cli.exit_status import EXIT_UNUSABLE
from infra.ops.settings.policy import DeployedPolicy
from infra.ops.stack import Stack
from infra.paths import ROOT
from tests.deployed import Running, running_policy
from tests.fakes import START, a_mention
from tests.infra.cli.invoke import run

GOOD = """# Weekdays from nine to five, but for what is critical.
acknowledgement_expires_minutes = 0
[targets]
complaint = {minutes = 90, calendar = "office"}
[ladders.high]
rungs = [1, 2]
waits = [10, 20]
[[quiet_hours]]
outside = "office"
topics = ["leaving"]
[calendars.office]
timezone = "Europe/London"
days = {mon = ["09:00-12:00", "13:00-17:30"], tue = ["09:00-17:00"]}
holidays = ["2026-12-25"]"""
SUMMARY = """A customer is answered within
  critical   15 min
  complaint  90 min of 'office'
  question   240 min
  other      1440 min
Alerted are, until somebody acknowledges the case
  critical   rung 1 at 0, rung 2 at 5, rung 3 at 15, rung 1 at 30, rung 2 at 35, rung 3 at 45 min
  high       rung 1 at 0, rung 2 at 10 min
An acknowledgement holds without limit
An alert that can wait waits 60 s for others; the next about its topic comes after 5 min, the next SMS after 2 min
What is not critical alerts nobody outside 'office': topic leaving
Calendar 'office', Europe/London: 15.5 h a week, 1 holidays
  mon  09:00-12:00, 13:00-17:30
  tue  09:00-17:00
  wed  closed
  thu  closed
  fri  closed
  sat  closed
  sun  closed
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "policy.toml"
    found.write_text(GOOD, "utf-8")
    return found


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    found = tmp_path / "bad.toml"
    found.write_text("[targets]\ncritical = 0\n[ladders.low]\nrungs = [1]\nwaits = [5]\n", "utf-8")
    return found


def test_check_tells_what_is_in_the_file(file: Path) -> None:
    answer = run("policy", "check", str(file))
    assert (answer.exit_code, answer.stderr, answer.stdout) == (0, "", SUMMARY)


def test_the_policy_in_the_handbook_can_be_used() -> None:
    handbook = (ROOT / "docs" / "operating.md").read_text("utf-8")
    (example,) = re.findall(r"```toml\n(acknowledgement_expires_minutes.*?)```", handbook, re.DOTALL)
    policy = parse_policy(example)
    assert (policy.ladders, policy.acknowledgement_timeout) == (
        DEFAULT_POLICY.ladders,
        DEFAULT_POLICY.acknowledgement_timeout,
    )


def test_check_tells_all_that_is_wrong(bad: Path) -> None:
    answer = run("policy", "check", str(bad))
    assert (answer.exit_code, answer.stdout) == (EXIT_UNUSABLE, "")
    first, *problems = answer.stderr.splitlines()
    assert first == f"{bad} cannot be used:"
    assert len(problems) == 2


@pytest.fixture(params=["stack", "local"])
def where(request: pytest.FixtureRequest, running: Running, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The options that lead to the embedded cloud: as a stack of AWS, and as what `earshot run` has started."""
    running_policy(running.cloud, "")
    if request.param == "stack":
        return ["--stack", "earshot"]
    monkeypatch.setattr("infra.local.engine.engine.RUN_PORT", running.cloud.engine.port)
    return ["--local"]


@pytest.mark.engine
def test_what_was_put_is_shown_as_it_is_in_the_file_and_a_bad_one_is_refused(
    where: list[str], file: Path, bad: Path
) -> None:
    answer = run("policy", "put", str(file), *where)
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert answer.stdout == f"{SUMMARY}In force in stack 'earshot' within a minute.\n"
    refused = run("policy", "put", str(bad), *where)
    assert (refused.exit_code, refused.stdout) == (EXIT_UNUSABLE, "")
    shown = run("policy", "show", *where)
    assert (shown.exit_code, shown.stderr, shown.stdout) == (0, "", GOOD + "\n")


@pytest.mark.engine
def test_where_none_was_put_the_default_is_shown_and_can_be_put(where: list[str], file: Path) -> None:
    shown = run("policy", "show", *where)
    assert shown.exit_code == 0
    assert shown.stderr == "No policy was put into stack 'earshot': this is the default.\n"
    file.write_text(shown.stdout, "utf-8")
    assert run("policy", "put", str(file), *where).exit_code == 0
    assert run("policy", "show", *where).stdout == shown.stdout


@pytest.mark.engine
def test_the_deployed_functions_follow_what_was_put(running: Running, file: Path) -> None:
    lost = "@NimbusAir you lost my suitcase and nobody answers the phone, I am furious"
    running.classify(a_mention("1", lost, minutes=0))
    run("policy", "put", str(file))
    running.clock.advance(minutes=1)
    running.classify(a_mention("2", "@NimbusAir the crew was rude to everybody, awful", conversation_id="2", minutes=0))
    before, after = running.case(), running.case("x-2-7-nimbusair")
    assert before.response.target is not None
    assert before.response.target.calendar is None
    assert after.response.target is not None
    assert (after.response.target.minutes, after.response.target.calendar and after.response.target.calendar.name) == (
        90,
        "office",
    )


def test_an_invalid_file_is_refused_before_anybody_is_asked(bad: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.cli.deployed_stack.open_stack", lambda *_, **__: pytest.fail("the stack was asked"))
    assert run("policy", "put", str(bad)).exit_code == EXIT_UNUSABLE


def test_a_stack_of_something_else_and_a_table_that_refuses_are_told() -> None:
    with mock_aws():
        aws = boto3.Session(region_name="eu-west-1")
        with pytest.raises(EarshotError, match=r"no output 'CaseTableName', so it is not Earshot's: .* --stack"):
            DeployedPolicy(aws, Stack(parameters={}, outputs={}, resources={}))
        policy = DeployedPolicy(
            aws, Stack(parameters={}, outputs={"CaseTableName": "cases", "SourceTableName": "sources"}, resources={})
        )
        with pytest.raises(EarshotError, match=r"The policy in table cases cannot be put \(.*dynamodb:PutItem"):
            policy.put(GOOD, START)


@pytest.mark.parametrize(
    "text", ["", "# not saved yet\n", "[targets]\n[ladders]\n", "[grouping]\n[calendars.office]\n"]
)
@pytest.mark.parametrize("command", ["check", "put"])
def test_a_file_that_says_nothing_puts_no_default_back(tmp_path: Path, command: str, text: str) -> None:
    empty = tmp_path / "empty.toml"
    empty.write_text(text, "utf-8")
    answer = run("policy", command, str(empty))
    assert (answer.exit_code, answer.stdout) == (EXIT_UNUSABLE, "")
    assert "says nothing, and every default would be put back" in answer.stderr
