"""``POST /mentions``: posts of other sources, each queued or refused by itself."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

import api
from earshot.mentions.queue import MentionQueue, QueueError
from tests.api.fakes import ENVIRON, Answer, an_event, answer_of, create_link_secret, tables
from tests.mentions.sources.test_submission import GOOD, changed


@pytest.fixture(scope="module")
def handler() -> Iterator[Any]:
    with tables() as made:
        create_link_secret()
        boto3.client("sqs").create_queue(QueueName="mentions")
        yield api.build(ENVIRON, made.clock)


def submit(handler: Any, *items: Any, group: str = "agent") -> Answer:
    return answer_of(handler, an_event("POST", "/mentions", groups=f"[{group}]", body={"mentions": list(items)}))


def queued() -> list[str]:
    """The ids in the queue, which is empty afterwards."""
    sqs, found = boto3.client("sqs"), list[str]()
    url = ENVIRON["MENTION_QUEUE_URL"]
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found.append(json.loads(message["Body"])["id"])
    return sorted(found)


def test_what_is_right_is_queued_and_what_is_wrong_is_named(handler: Any) -> None:
    answer = submit(handler, GOOD, changed(id="r-2", created_at="yesterday"), changed(id="r-3"), 7)
    assert (answer.status, answer.json["queued"], answer.json["refused"]) == (202, 2, 2)
    assert [one["status"] for one in answer.json["items"]] == ["queued", "refused", "queued", "refused"]
    wrong = answer.json["items"][1]
    assert (wrong["source"], wrong["id"], wrong["field"]) == ("trustpilot", "r-2", "created_at")
    assert queued() == ["r-1", "r-3"]


def test_the_same_post_twice_in_a_request_is_queued_once(handler: Any) -> None:
    assert submit(handler, GOOD, GOOD).json["queued"] == 2
    assert queued() == ["r-1"]


def test_more_than_a_request_may_bring_and_nothing_are_refused(handler: Any) -> None:
    for items in ((), [GOOD] * 101):
        answer = submit(handler, *items)
        assert (answer.status, answer.json["errors"][0]["field"]) == (400, "mentions")
    assert submit(handler, GOOD, group="viewer").status == 403
    assert queued() == []


def test_a_queue_that_is_out_is_said_so(handler: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise QueueError("no")

    monkeypatch.setattr(MentionQueue, "_send_batch", refuse)
    assert submit(handler, GOOD).status == 503
