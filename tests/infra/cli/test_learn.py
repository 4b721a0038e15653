"""``earshot learn`` on the embedded cloud, as an operator tries it: look, say yes, see it judged, take it back."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from earshot.api.case_actions import CaseAction
from earshot.mentions.mention import Author
from earshot.triage.learned.json_text import parse_adjustment
from earshot.triage.learned.table import LearnedTable
from infra.cli.main import main
from tests.deployed import Running
from tests.fakes import START, a_mention

pytestmark = [pytest.mark.engine, pytest.mark.slow]
# What this brand's fans say, and the rules take for complaints; and what its customers say.
BANTER = "@NimbusAir lol no sunset tonight, I want my money back"
TROUBLE = "@NimbusAir you charged me twice for one seat and nobody answers the phone"
DANGER = "@NimbusAir lol the charger caught fire, why is that"
STAFF = ("mia", "leo", "ana", "kim", "ben")


def run(*arguments: str, answer: str = "") -> Result:
    result = CliRunner().invoke(main, ["learn", *arguments, "--local"], input=answer)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


def post(running: Running, texts: Mapping[int, str]) -> list[str]:
    """Classify the posts of other customers, by their numbers; the ids of their cases."""
    mentions = [
        a_mention(
            str(1000 + number),
            text,
            author=Author(f"a{number}", f"h{number}", None, followers=10),
            conversation_id=str(1000 + number),
            created_at=running.clock() - timedelta(minutes=1),
        )
        for number, text in texts.items()
    ]
    assert running.classify(*mentions) == []
    return [f"x-{one.id}-{one.author.id}-nimbusair" for one in mentions]


def judged(running: Running, number: int) -> tuple[str, float, set[str]]:
    (one,) = (one for one in running.stored.mentions if one.mention.id == str(1000 + number))
    return str(one.judgement.intent), one.judgement.complaint_score, {reason.rule for reason in one.judgement.reasons}


@pytest.fixture
def here(running: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    monkeypatch.setattr("infra.local.engine.engine.RUN_PORT", running.cloud.engine.port)
    monkeypatch.setattr("infra.cli.commands.deployed.learn.utc_now", lambda: START + timedelta(days=1))
    return running


@pytest.fixture
def corrected(here: Running) -> Running:
    """Fans' banter that five people dismissed, and complaints that they confirmed or took."""
    cases = post(here, {number: TROUBLE if number % 2 else BANTER for number in range(60)})
    for number, case in enumerate(cases):
        is_banter, by = number % 2 == 0, STAFF[number % 5]
        action = CaseAction(here.table, case, by, here.clock.advance(minutes=1))
        if is_banter:
            action.dismiss()
        elif number % 4 == 1:
            action.confirm()
        else:
            action.acknowledge()
    return here


def stored(running: Running) -> str:
    name = running.cloud.stack.outputs["SourceTableName"]
    return LearnedTable(running.cloud.engine.client("dynamodb"), name).read()


def test_without_evidence_it_says_how_much_is_needed_and_changes_nothing(here: Running) -> None:
    answer = run()
    assert answer.exit_code == 0
    assert "not enough evidence: staff agreed in 0 cases and corrected 0, and 10 of each are needed" in answer.stdout
    assert answer.stdout.endswith("Nothing changes.\n")
    assert stored(here) == ""
    assert "has learned nothing" in run("show").stdout
    assert "nothing to take back" in run("undo").stdout


def test_what_staff_taught_is_shown_applied_after_a_yes_used_and_taken_back(corrected: Running, tmp_path: Path) -> None:
    assert judged(corrected, 0)[0] == "complaint"
    declined = run(answer="no\n")
    assert "Nothing was changed." in declined.stdout
    assert stored(corrected) == ""

    out = tmp_path / "changed.jsonl"
    applied = run("--out", str(out), answer="yes\n")
    assert applied.exit_code == 0, applied.output
    assert "   45  cases that staff corrected, confirmed or dismissed\n" in applied.stdout
    assert "   15  complaints that somebody took or resolved, and let stand as judged\n" in applied.stdout
    assert "Staff agreed with 30 judgements, and not with 30" in applied.stdout
    assert "Would page" in applied.stdout
    changed = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert {one["text"] for one in changed} == {BANTER}
    learned = parse_adjustment(stored(corrected))
    assert learned.cases == 60
    assert "where" in run("show").stdout

    corrected.clock.advance(minutes=2)
    before = judged(corrected, 0), judged(corrected, 1)
    post(corrected, {100: BANTER, 101: TROUBLE, 102: DANGER})
    assert judged(corrected, 100)[1] < before[0][1]
    assert "learned.complaint" in judged(corrected, 100)[2]
    assert judged(corrected, 101)[0] == before[1][0]
    assert "learned.complaint" not in judged(corrected, 102)[2]

    assert "is in force again" in run("undo").stdout
    assert stored(corrected) == ""
    corrected.clock.advance(minutes=2)
    post(corrected, {103: BANTER})
    assert judged(corrected, 103) == before[0]


def test_yes_can_be_said_beforehand_and_the_digest_asks_only_until_somebody_looked(corrected: Running) -> None:
    digest = CliRunner().invoke(main, ["digest", "--local"])
    assert "LEARNING: staff corrected or confirmed 20 or more judgements" in digest.stdout
    first = run("--yes")
    assert "In force in stack 'earshot' within a minute." in first.stdout
    text = stored(corrected)
    run("--yes")
    run("undo")
    assert stored(corrected) == text
    assert "LEARNING" not in CliRunner().invoke(main, ["digest", "--local"]).stdout
