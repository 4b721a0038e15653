"""A stack loses its table, and has it again: from a table that DynamoDB restored, or from a file."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from earshot.aws.dynamodb import from_item
from earshot.cases.case.status import Status
from earshot.triage.judgement import Intent
from infra.cli.exit_status import EXIT_UNUSABLE
from infra.ops.backup.restore import scan
from tests.deployed import Running
from tests.fakes import CASE, START, Author, a_judgement, a_mention, an_own_post
from tests.infra.cli import invoke

pytestmark = pytest.mark.engine

RESTORED = "earshot-restored"
DUE, TAKEN, ANSWERED = "x-2-8-nimbusair", "x-3-9-nimbusair", "x-4-10-nimbusair"
Key = tuple[str, str]


@pytest.fixture
def stored(running: Running, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """Four cases: one was alerted, one is about to be, one is acknowledged for an hour, one is answered."""
    monkeypatch.setattr("infra.local.engine.engine.RUN_PORT", running.cloud.engine.port)
    monkeypatch.setattr("infra.cli.commands.lifecycle.backup.utc_now", running.clock)
    running.hear(a_mention("1"))
    running.notify()
    assert running.inbox()
    for id, author in (("2", "8"), ("3", "9"), ("4", "10")):
        running.hear(a_mention(id, conversation_id=id, author=Author(author, f"u{author}"), minutes=0))
    running.table.change(
        TAKEN,
        lambda it: it.after(it.case.acknowledge("mia", START, timedelta(hours=1))) if it.case else None,
        START,
    )
    running.hear(an_own_post("5", conversation_id="4", in_reply_to_id="4"), a_judgement(Intent.OTHER, 0))
    sources, dynamodb = running.cloud.stack.outputs["SourceTableName"], running.cloud.engine.client("dynamodb")
    for item in (
        {"pk": {"S": "terms"}, "text": {"S": "[terms]"}},
        {"pk": {"S": "x#own#a"}, "checkpoint": {"S": "{}"}, "lease_owner": {"S": "me"}, "lease_until": {"N": "9"}},
    ):
        dynamodb.put_item(TableName=sources, Item=item)
    yield running
    for table in dynamodb.list_tables()["TableNames"]:
        if table.startswith(RESTORED):
            dynamodb.delete_table(TableName=table)


def items(running: Running, output: str = "CaseTableName") -> dict[Key, dict[str, Any]]:
    found = map(from_item, scan(running.cloud.engine.client("dynamodb"), running.cloud.stack.outputs[output]))
    return {(one["pk"], one.get("sk", "")): one for one in found}


def lose_everything(running: Running) -> None:
    dynamodb = running.cloud.engine.client("dynamodb")
    for output, keys in (("CaseTableName", ("pk", "sk")), ("SourceTableName", ("pk",))):
        name = running.cloud.stack.outputs[output]
        for item in list(scan(dynamodb, name)):
            dynamodb.delete_item(TableName=name, Key={key: item[key] for key in keys})
    # What the stream has of that concerns nobody.
    running.invoker.changes()


def restored(*arguments: str) -> str:
    answer = invoke.run("restore", *arguments, "--local")
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def by_point_in_time(running: Running) -> list[str]:
    dynamodb, outputs = running.cloud.engine.client("dynamodb"), running.cloud.stack.outputs
    for output, target in (("CaseTableName", RESTORED), ("SourceTableName", f"{RESTORED}-sources")):
        dynamodb.restore_table_to_point_in_time(
            SourceTableName=outputs[output], TargetTableName=target, UseLatestRestorableTime=True
        )
    return ["--table", RESTORED, "--source-table", f"{RESTORED}-sources"]


def by_file(folder: Path) -> list[str]:
    file = str(folder / "backup.jsonl.gz")
    assert invoke.run("backup", file, "--local").exit_code == 0
    return [file]


@pytest.mark.parametrize("way", ["point in time", "file"])
def test_nothing_that_was_stored_is_lost_and_nobody_is_alerted_anew(way: str, stored: Running, tmp_path: Path) -> None:
    before, sources = items(stored), items(stored, "SourceTableName")
    source = by_point_in_time(stored) if way == "point in time" else by_file(tmp_path)
    lose_everything(stored)
    stored.clock.advance(hours=2)

    # Three of the four cases would alert somebody: the answered one would not.
    assert "Of 3 cases the alerts are stopped" in restored(*source)
    after = items(stored)
    waking = {f"CASE#{key}" for key in (CASE, DUE, TAKEN)}
    for key, item in before.items():
        # The lock is of a moment that is over, and slots have expired.
        if key[1] not in {"LOCK", "SLOT"} and not (key[0] in waking and key[1] == "CASE"):
            assert after[key] == item
    added = {key[0] for key in after.keys() - before.keys()}
    assert added == waking, "each has one more entry in its log"
    assert stored.log(CASE)[-1] == "restored"
    assert [stored.case(key).status for key in (CASE, DUE, TAKEN, ANSWERED)] == [
        Status.OPEN,
        Status.OPEN,
        Status.ACKNOWLEDGED,
        Status.REPLIED,
    ]
    assert stored.case(TAKEN).acknowledgement.by == "mia"
    no_lease = {
        key: {name: value for name, value in item.items() if not name.startswith("lease")}
        for key, item in sources.items()
    }
    assert items(stored, "SourceTableName") == no_lease

    # The stream has every restored item, and none that the notifier gets; then the escalator comes, for hours.
    assert stored.invoker.changes() == []
    for _ in range(5):
        stored.clock.advance(hours=1)
        stored.escalate()
        assert stored.invoker.changes() == []
    assert stored.inbox() == []

    # It can be repeated. What was changed since stays.
    assert restored(*source).startswith("0 items were restored")
    # And the product goes on: the same customer is heard in the same case.
    stored.hear(a_mention("6", "@NimbusAir this is a disgrace, answer me", minutes=420))
    assert stored.case(CASE).opened_at == START + timedelta(minutes=1)


def test_what_was_changed_since_stays_and_only_what_is_missing_comes_back(stored: Running, tmp_path: Path) -> None:
    source, backed_up = by_file(tmp_path), items(stored).keys()
    stored.table.change(CASE, lambda it: it.after(it.case.resolve("mia", START)) if it.case else None, START)
    before = items(stored)
    dynamodb, name = stored.cloud.engine.client("dynamodb"), stored.cloud.stack.outputs["CaseTableName"]
    lost = {key for key in before if key[0] == f"CASE#{DUE}"}
    for pk, sk in lost:
        dynamodb.delete_item(TableName=name, Key={"pk": {"S": pk}, "sk": {"S": sk}})
    there = sum(key[0] != "ALERTS" for key in backed_up - lost) + len(items(stored, "SourceTableName"))
    assert f" items were restored; {there} were there already" in restored(*source), "items, not cases"
    after = items(stored)
    assert stored.case(CASE).status is Status.RESOLVED
    assert {key for key in after if key[0] == f"CASE#{DUE}"} > lost
    assert {key: item for key, item in after.items() if key[0] != f"CASE#{DUE}"} == {
        key: item for key, item in before.items() if key not in lost
    }


def test_what_has_expired_stays_away(stored: Running, tmp_path: Path) -> None:
    dynamodb, name = stored.cloud.engine.client("dynamodb"), stored.cloud.stack.outputs["CaseTableName"]
    gone = {"pk": {"S": "LINK#1"}, "sk": {"S": "LINK"}, "expires_at": {"N": str(int(START.timestamp()) - 1)}}
    dynamodb.put_item(TableName=name, Item=gone)
    source = by_file(tmp_path)
    dynamodb.delete_item(TableName=name, Key={"pk": gone["pk"], "sk": gone["sk"]})
    assert "1 had expired" in restored(*source)
    assert ("LINK#1", "LINK") not in items(stored)


def test_a_table_that_is_not_there_is_named(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.local.engine.engine.RUN_PORT", running.cloud.engine.port)
    answer = invoke.run("restore", "--table", "no-such-table", "--local")
    assert answer.exit_code == EXIT_UNUSABLE
    assert "ResourceNotFound" in answer.stderr
    assert "dynamodb:Scan" in answer.stderr
