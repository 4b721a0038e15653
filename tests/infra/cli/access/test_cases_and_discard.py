"""``earshot cases`` and ``earshot dead-letters discard``, on the embedded cloud."""

import csv
import io
import json
from pathlib import Path

import pytest

from earshot.triage.judgement import Intent, Severity
from infra.cli.exit_status import EXIT_UNUSABLE
from tests.deployed import Running
from tests.fakes import Author, a_judgement, a_mention
from tests.infra.cli import invoke

pytestmark = pytest.mark.engine
URGENT, QUESTION = "x-1-7-nimbusair", "x-2-8-nimbusair"


@pytest.fixture
def clocked(running: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    monkeypatch.setattr("infra.local.engine.engine.RUN_PORT", running.cloud.engine.port)
    monkeypatch.setattr("infra.cli.commands.deployed.dead_letters.utc_now", running.clock)
    return running


def run(*arguments: str) -> str:
    answer = invoke.run(*arguments, "--local")
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def test_cases_are_listed_shown_and_exported(clocked: Running, tmp_path: Path) -> None:
    clocked.hear(a_mention("1"), a_judgement(urgency=90, severity=Severity.CRITICAL))
    asked = a_mention("2", "=1+1 @NimbusAir when?\x1b[31m", conversation_id="2", author=Author("8", "ren"))
    clocked.hear(asked, a_judgement(Intent.QUESTION, 20))
    urgent, question = run("cases", "list").splitlines()
    assert urgent.startswith(f"{URGENT} critical 90 open")
    assert (question.split()[0], question.isprintable()) == (QUESTION, True)
    assert run("cases", "list", "--severity", "critical").splitlines() == [urgent]
    assert run("cases", "list", "--newest", "--most", "1").splitlines() == [question]
    for nobody in (
        ["--late"],
        ["--brand", "other"],
        ["--source", "bluesky"],
        ["--status", "resolved"],
        ["--find", "z"],
    ):
        assert run("cases", "list", *nobody) == ""
    shown = run("cases", "show", URGENT)
    assert all(part in shown for part in ("Jane Doe (@jane)", "@NimbusAir my bag is lost", "earshot: opened"))
    answer = invoke.run("cases", "show", "x-9-9-nobody", "--local")
    assert (answer.exit_code, "x-9-9-nobody" in answer.stderr) == (EXIT_UNUSABLE, True)
    run("cases", "export", str(tmp_path / "cases.jsonl"), "--status", "all", "--brand", "@nimbusair")
    rows = [json.loads(line) for line in (tmp_path / "cases.jsonl").read_text().splitlines()]
    assert [(row["id"], row["author_handle"]) for row in rows] == [(URGENT, "jane"), (QUESTION, "ren")]
    table = list(csv.DictReader(io.StringIO(run("cases", "export", "-"))))
    assert [row["text"][:3] for row in table] == ["'@N", "'=1"]
    unwritable = invoke.run("cases", "export", "/proc/nowhere/cases.csv", "--local")
    assert (unwritable.exit_code, "cannot be written" in unwritable.stderr) == (EXIT_UNUSABLE, True)


def test_what_nobody_can_read_is_discarded_once_with_a_reason(clocked: Running) -> None:
    sqs, queue = clocked.cloud.engine.client("sqs"), clocked.cloud.stack.resources["MentionDeadLetterQueue"]
    sent = [
        sqs.send_message(QueueUrl=queue, MessageBody=body)["MessageId"]
        for body in ('{"half": ', json.dumps(a_mention("3").to_record()))
    ]
    assert all(f"id {one}" in run("dead-letters") for one in sent)
    letters = ["dead-letters", "discard"]
    said = run(*letters, "--unreadable", "--why", "a test of a partner", "--by", "mia", "--yes")
    assert said == f"{sent[0]}: discarded at {clocked.clock():%Y-%m-%d %H:%M}Z by mia: a test of a partner\n"
    # Again it changes nothing, whoever asks; and what can be read is still there.
    assert run(*letters, sent[0], "--why", "again", "--by", "leo", "--yes") == said
    assert run(*letters, "--unreadable", "--why", "again", "--yes") == "There is none.\n"
    unknown = invoke.run(*letters, "no-such-id", "--why", "x", "--by", "mia", "--yes", "--local")
    assert (unknown.exit_code, "no-such-id" in unknown.stderr) == (EXIT_UNUSABLE, True)
    assert invoke.run(*letters, "--why", "x", "--local").exit_code == EXIT_UNUSABLE
    assert [json.loads(letter["body"])["id"] for letter in clocked.dead_letters()] == ["3"]
