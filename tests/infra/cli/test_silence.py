"""``earshot silence`` on the embedded cloud: what is silenced alerts nobody, until it ends."""

import re
from datetime import datetime, timedelta

import pytest
from click.testing import Result

from earshot.triage.judgement import Severity
from infra.cli.exit_status import EXIT_UNUSABLE
from tests.deployed import Running
from tests.fakes import a_judgement, a_mention
from tests.infra.cli import invoke

pytestmark = pytest.mark.engine
ADD = ["add", "--severity", "high", "--author", "@jane", "--why", "she tests", "--by", "mia"]


def run(*arguments: str) -> Result:
    return invoke.run("silence", *arguments, "--local")


@pytest.fixture
def clocked(running: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    """The command's clock is the functions' own."""
    monkeypatch.setattr("infra.local.engine.engine.RUN_PORT", running.cloud.engine.port)
    monkeypatch.setattr("infra.cli.commands.deployed.silence.utc_now", running.clock)
    return running


def put(*more: str) -> str:
    answer = run(*ADD, *more)
    assert answer.exit_code == 0, answer.stderr
    return answer.stdout.split()[0]


def test_what_is_silenced_alerts_nobody_and_what_is_critical_goes_through(clocked: Running) -> None:
    put("--for", "2h")
    clocked.hear(a_mention("1", minutes=0), a_judgement(urgency=65))
    clocked.hear(a_mention("2", conversation_id="2", minutes=0), a_judgement(urgency=90, severity=Severity.CRITICAL))
    clocked.notify()
    assert clocked.log()[-1] == "muted"
    assert clocked.case().ladder.muted_by == "the silence of mia (she tests)"
    assert {to for _, _, to in clocked.inbox()} == {"on.call@example.com", "+12025550101"}
    assert "muted" not in clocked.log("x-2-7-nimbusair")


def test_it_is_listed_until_it_has_ended(clocked: Running) -> None:
    assert run("list").stdout == "No silence is in force.\n"
    added = run(*ADD, "--until", "2026-11-21T12:00+01:00").stdout
    id = added.split()[0]
    assert added == f"{id} is in force until 2026-11-21 11:00 UTC, put by mia.\n"
    line = f"{id}: high, author jane; until 2026-11-21 11:00 UTC; by mia: she tests\n"
    assert run("list").stdout == line
    clocked.clock.advance(minutes=5)
    assert run("end", id, "--by", "leo").stdout == f"{id} has ended at 2026-11-21 09:05 UTC.\n"
    clocked.clock.advance(minutes=5)
    assert run("end", id, "--by", "ann").stdout == f"{id} has ended at 2026-11-21 09:05 UTC.\n"
    assert run("list").stdout == "No silence is in force.\n"
    over = f"{id}: high, author jane; over since 2026-11-21 09:05 UTC (ended by leo); by mia: she tests\n"
    assert run("list", "--all").stdout == over


def test_without_a_name_it_is_whose_credentials_these_are(clocked: Running) -> None:
    answer = run("add", "--topic", "outage", "--for", "30m", "--why", "planned work")
    (told,) = re.findall(r"until 2026-11-21 09:30 UTC, put by (\S+)\.\n", answer.stdout)
    arn = clocked.cloud.engine.client("sts").get_caller_identity()["Arn"]
    assert arn.endswith(told)
    assert told not in ("", arn)


@pytest.mark.parametrize(("span", "lasts"), [("30m", timedelta(minutes=30)), ("1d", timedelta(days=1))])
def test_how_long_is_written_as_people_say_it(clocked: Running, span: str, lasts: timedelta) -> None:
    put("--for", span)
    told = re.search(r"until ([0-9: -]+) UTC", run("list").stdout)
    assert told is not None
    assert datetime.fromisoformat(f"{told[1]}Z") - clocked.clock() == lasts


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([*ADD], "Give the end"),
        ([*ADD, "--for", "2h", "--until", "2026-11-21T12:00Z"], "Give the end"),
        ([*ADD, "--for", "soon"], "write it as 30m, 2h or 1d"),
        ([*ADD, "--for", "31d"], "more than 30 days ahead"),
        ([*ADD, "--until", "tomorrow"], "write it as 2026-11-22T09:00+01:00"),
        ([*ADD, "--until", "2026-11-22T09:00"], "no time zone"),
        ([*ADD, "--until", "2026-11-20T09:00Z"], "give one in the future"),
        (["add", "--for", "2h", "--why", "x"], "name severities, topics or authors"),
        (["add", "--for", "2h", "--why", "x", "--severity", "critical"], "'critical' cannot be silenced"),
        (["add", "--for", "2h", "--why", "x", "--topic", "weather"], "'weather' is not one of"),
        (["add", "--for", "2h", "--topic", "outage"], "Missing option '--why'"),
        (["end", "silence-1"], "There is no silence 'silence-1'"),
        (["list", "--stack", "nowhere"], "No stack 'nowhere'"),
    ],
)
def test_a_mistake_is_named(clocked: Running, arguments: list[str], told: str) -> None:
    answer = run(*arguments)
    assert answer.exit_code == EXIT_UNUSABLE
    assert told in answer.stderr
    assert run("list", "--all").stdout == "There was no silence in the last 30 days.\n"
