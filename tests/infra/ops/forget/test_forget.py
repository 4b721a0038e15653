"""An author, or a post, is forgotten: nothing of it is found any more, nothing brings it back, and counts stay."""

import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from earshot.aws.dynamodb import from_item, to_item
from earshot.aws.packed import DICTIONARIES
from earshot.cases.case.log import LogEntry
from earshot.cases.case.status import Status
from earshot.cases.conversation.forgetting import REMOVED
from earshot.cases.removal.redactor import Redactor
from earshot.cases.removal.subject import Kind, Subject
from earshot.mentions.mention import Author
from earshot.triage.judgement import Intent, Severity
from infra.ops.backup.restore import scan
from infra.ops.forget.queues import _is_of
from tests.deployed import Running
from tests.fakes import START, a_judgement, a_mention
from tests.infra.cli import invoke

HANDLE, NAME = "jane_flies_77", "Jane Quillfeather"
TEXT = "@NimbusAir the crew left my grandmother's walking frame in Porto and nobody answers"
JANE, REN = Author("7", HANDLE, NAME, followers=120), Author("8", "ren")
HERS, RENS = "x-1-7-nimbusair", "x-2-8-nimbusair"
QUEUES = ("MentionDeadLetterQueue", "DeliveryFailureQueue")


@pytest.fixture
def stored(running: Running, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Running]:
    """Jane's case was alerted, answered and discussed; others repost and name her; two dead letters are about her."""
    monkeypatch.setattr("infra.local.engine.engine.RUN_PORT", running.cloud.engine.port)
    monkeypatch.setattr("infra.cli.commands.deployed.forget.utc_now", running.clock)
    monkeypatch.chdir(tmp_path)
    running.hear(hers(), a_judgement(urgency=90, severity=Severity.CRITICAL))
    running.notify()
    running.hear(a_mention("2", f"@NimbusAir as @{HANDLE} says", conversation_id="2", author=REN, link=None))
    repost = a_mention("3", f"RT @{HANDLE}: {TEXT}", conversation_id="3", author=REN, reposted_id="1")
    running.hear(repost, a_judgement(Intent.OTHER, 0))
    answer = a_mention("4", f"@{HANDLE} so sorry", own=True, author=Author("99", "NimbusAir"), in_reply_to_id="1")
    running.hear(answer, a_judgement(Intent.OTHER, 0))
    note = f"{NAME} is upset about the walking frame in Porto and nobody answers"
    said = LogEntry(START, "mia", "note", note)
    running.table.change(RENS, lambda it: it.after((it.case.still(), said)) if it.case else None, START)
    alert = {"at": "2026-11-21T09:05:00.000Z", "rung": 1, "channel": "sms", "reason": "urgent case", "outcome": "sent"}
    alert["text"] = f"2 cases: @{HANDLE}, @ren"
    put(running, {"pk": f"CASE#{RENS}", "sk": "ALERT#a#01#sms", "alert": alert})
    for queue, body in zip((*QUEUES, QUEUES[0], QUEUES[0]), dead(), strict=True):
        send(running, queue, body)
    running.clock.advance(minutes=30)
    yield running
    for queue in QUEUES:
        bodies(running, queue)


def hers(id: str = "1", **more: Any) -> Any:
    return a_mention(id, TEXT, author=JANE, link=f"https://x.com/{HANDLE}/status/{id}", **more)


def dead() -> list[str]:
    record, other = hers("5").to_record(), a_mention("6", f"@NimbusAir ask @{HANDLE}", author=REN).to_record()
    delivery = {"requestPayload": {"Records": [{"Sns": {"Message": f"@{HANDLE}: {TEXT}"}}]}}
    return [json.dumps(record), json.dumps(delivery), json.dumps(other), '{"half": '][:4]


def put(running: Running, record: dict[str, Any]) -> None:
    name = running.cloud.stack.outputs["CaseTableName"]
    item = to_item(record)
    # The same value in other bytes, as another release of zlib may pack it.
    packer = zlib.compressobj(0, zlib.DEFLATED, -zlib.MAX_WBITS, zdict=DICTIONARIES[1])
    packed = packer.compress(json.dumps(record["alert"]).encode()) + packer.flush()
    item["alert"] = {"B": bytes([1]) + packed}
    running.cloud.engine.client("dynamodb").put_item(TableName=name, Item=item)


def send(running: Running, queue: str, body: str) -> None:
    running.cloud.engine.client("sqs").send_message(QueueUrl=running.cloud.stack.resources[queue], MessageBody=body)


def bodies(running: Running, queue: str) -> list[str]:
    sqs, url, found = running.cloud.engine.client("sqs"), running.cloud.stack.resources[queue], list[str]()
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            found.append(message["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def everything(running: Running) -> str:
    dynamodb, outputs = running.cloud.engine.client("dynamodb"), running.cloud.stack.outputs
    tables = (outputs["CaseTableName"], outputs["SourceTableName"])
    items = [from_item(item) for table in tables for item in scan(dynamodb, table)]
    return json.dumps(items, default=str)


def forget(*arguments: str) -> str:
    answer = invoke.run("forget", *arguments, "--by", "mia", "--yes", "--local")
    assert answer.exit_code == 0, answer.output
    return answer.stdout


@pytest.mark.engine
def test_an_author_is_forgotten_everywhere_and_an_old_message_brings_nobody_back(
    stored: Running, tmp_path: Path
) -> None:
    assert all(word in everything(stored) for word in (HANDLE, NAME, "grandmother"))
    mentions = len(stored.stored.mentions)
    opened = stored.case(HERS).opened_at
    said = forget("author", f"@{HANDLE}", "--receipt", "receipt.json")
    left = everything(stored) + "".join(letters := [*bodies(stored, QUEUES[0]), *bodies(stored, QUEUES[1])])
    assert not [word for word in (HANDLE, NAME, "grandmother", "walking frame") if word.lower() in left.lower()]
    # What is others', and what cannot be read, is still there.
    assert sorted(json.loads(letter)["id"] for letter in letters if "author" in letter) == ["6"]
    assert '{"half": ' in letters
    assert len(stored.stored.mentions) == mentions
    case = stored.case(HERS)
    assert (case.status, case.opened_at, case.author.id, case.is_withdrawn) == (Status.RESOLVED, opened, "7", False)
    assert stored.case(RENS).status is Status.OPEN
    # What has left is named, the receipt names nobody.
    receipt = (tmp_path / "receipt.json").read_text()
    assert not [word for word in (HANDLE, NAME, "grandmother") if word in receipt + said]
    assert {"sms", "email"} <= {one["channel"] for one in json.loads(receipt)["alerts_that_left"]}
    assert "/aws/lambda/" in said
    # Again: nothing more, by the handle nobody is known, by the id all is as it was.
    assert forget("author", HANDLE).startswith("It was forgotten on ")
    assert "Removed: nothing more." in forget("author", "7")
    # A message that was on its way, the same post again, its repost and a later edit: none is stored.
    late = a_mention("9", f"RT @{HANDLE}: {TEXT}", author=REN, reposted_id="1")
    assert stored.classify(hers("5"), hers(), hers(edit_ids=("1", "15")), late) == []
    assert "grandmother" not in everything(stored)
    # What she says from now on is heard.
    anew = hers("20", conversation_id="20", minutes=60 * 24)
    assert stored.classify(anew) == []
    assert "20" in stored.ids


@pytest.mark.engine
def test_a_post_is_forgotten_and_its_author_is_not(stored: Running) -> None:
    stored.hear(a_mention("7", "@NimbusAir and my refund?", author=JANE, link=None), a_judgement(Intent.QUESTION, 20))
    forget("post", "1")
    left = everything(stored) + "".join([*bodies(stored, QUEUES[0]), *bodies(stored, QUEUES[1])])
    assert HANDLE in left
    assert "grandmother" not in left.replace(json.loads(dead()[0])["text"], "")
    case = stored.case(HERS)
    # She has said something else, and is owed an answer to that.
    assert (case.author.handle, case.posts.headline.text) == (HANDLE, "[removed on request]")
    assert stored.classify(hers(edit_ids=("1", "15")), hers()) == []
    assert "Removed: nothing more." in forget("post", "1")


@pytest.mark.engine
def test_who_is_not_stored_is_told(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.local.engine.engine.RUN_PORT", running.cloud.engine.port)
    answer = invoke.run("forget", "author", "@nobody", "--yes", "--local")
    assert (answer.exit_code, "Give the id of the account" in answer.stderr) == (2, True)


class TestRedactor:
    redactor = Redactor({"jane"}, {"Jane Doe", "Al"}, {TEXT, "so bad"})

    @pytest.mark.parametrize(
        "text",
        ["by @JANE today", "x.com/jane/status/1", "JANE DOE said", "> left my grandmother's walking frame in Por..."],
    )
    def test_what_names_or_quotes_them(self, text: str) -> None:
        assert self.redactor.is_about(text)

    @pytest.mark.parametrize(
        "text", ["@janet", "jane", "Al is well", "my walking frame", "so bad", "mail@jane.example"]
    )
    def test_what_does_not(self, text: str) -> None:
        assert not self.redactor.is_about(text)

    def test_others_keep_their_words(self) -> None:
        assert self.redactor.record({"mention": {"text": f"@jane {TEXT}"}}) == {
            "mention": {"text": f"@[removed] {TEXT}"}
        }

    def test_parts_of_a_record(self) -> None:
        before = {"member": {"author": {"id": "7", "handle": "Jane", "name": "Jane Doe"}, "n": 3, "why": "Jane Doe!"}}
        after = {"member": {"author": {"id": "7"}, "n": 3, "why": "[removed on request]"}}
        assert self.redactor.record(before) == after
        assert self.redactor.record(after) == after


@pytest.mark.parametrize("name", ["X", "Open", "Case", "Mention", "high", "John"])
def test_a_name_that_is_a_word_of_ours_takes_nothing_of_others(name):
    redactor = Redactor({name.lower()}, {name}, set())
    case = {"status": "open", "severity": "high", "key": {"source": "x"}, "note": "John asked in an open case"}
    assert redactor.record({"conversation_state": {"case": case}}) == {"conversation_state": {"case": case}}
    for key in ("CASE#x-1-7-nimbusair", "CASE", "MENTION#x#1", "AUTHOR#x#7", "SETTINGS#policy", "HIGH#open"):
        assert not redactor.names_in_key(key)
    assert redactor.names_in_key(f"PARTICIPANT#nimbusair#{name.lower()}")
    assert redactor.record({"author": {"name": name}}) == {"author": {}}
    assert redactor.record({"by": name}) == {"by": REMOVED}


def test_words_that_two_have_used_belong_to_both():
    theirs = Redactor(set(), set(), {"I have been waiting for three hours"})
    own = {"author": {"id": "8"}, "text": "I have been waiting for my wheelchair since noon", "source": "x", "id": "2"}
    subject = Subject(Kind.AUTHOR, "x", "7", ids={"7"})
    assert not _is_of(json.dumps(own), subject, theirs)
