"""The queue and its dead-letter queue, on both stand-ins for SQS; rejected entries, on a fake."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.mentions.mention import Mention
from earshot.mentions.queue import MAX_BODY_BYTES, MAX_RETRY_SECONDS, DeadLetterQueue, MentionQueue, QueueError
from earshot.mentions.queue_message import read_message
from earshot.mentions.sources.x.accounts import BrandAccounts
from earshot.mentions.sources.x.posts import mention_of
from tests.fakes import START, unused


def mention(number: int, text: str = "@NimbusAir hello") -> Mention:
    data = {"id": str(number), "author_id": "1", "text": text, "created_at": START.isoformat()}
    return mention_of(data, {}, {}, BrandAccounts(("NimbusAir",)))


@pytest.fixture
def sqs(client_of: Callable[[str], Any]) -> Any:
    return client_of("sqs")


def received(sqs: Any, url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
        if "Messages" not in got:
            return found
        found += got["Messages"]


def test_each_mention_is_one_message_with_its_key_as_attribute(sqs: Any) -> None:
    url = sqs.create_queue(QueueName=unused("mentions"))["QueueUrl"]
    sent = [mention(n) for n in range(23)]
    assert MentionQueue(sqs, url).send(sent) == 23
    messages = received(sqs, url)
    assert [Mention.from_record(json.loads(message["Body"])) for message in messages] == sent
    assert messages[0]["MessageAttributes"]["correlation"]["StringValue"] == "x#0"


def test_a_batch_stays_below_the_size_limit(sqs: Any) -> None:
    url = sqs.create_queue(QueueName=unused("mentions"))["QueueUrl"]
    sent = [mention(n, "\U0001f6eb" * 5_000) for n in range(12)]
    MentionQueue(sqs, url).send(sent)
    assert [json.loads(message["Body"])["text"] for message in received(sqs, url)] == [m.text for m in sent]


def test_a_dead_letter_of_any_size_is_accepted(sqs: Any) -> None:
    url = sqs.create_queue(QueueName=unused("dead"))["QueueUrl"]
    DeadLetterQueue(sqs, url).dead_letter("x" * 300_000, "Field 'author.id' is too long", "MentionError")
    (message,) = received(sqs, url)
    assert message["Body"].startswith("xxx")
    assert len(message["Body"]) == MAX_BODY_BYTES


def test_characters_that_sqs_rejects_are_escaped(sqs: Any) -> None:
    url = sqs.create_queue(QueueName=unused("mentions"))["QueueUrl"]
    odd = mention(1, "@NimbusAir \x00 \uffff \x1b")
    MentionQueue(sqs, url).send([odd])
    (message,) = received(sqs, url)
    assert message["Body"].isascii()
    assert Mention.from_record(json.loads(message["Body"])) == odd


class RejectingSqs:
    """Rejects given entries in the first ``times`` calls, as SQS may reject single entries of a batch."""

    def __init__(self, refused: set[str], times: int) -> None:
        self.refused = refused
        self.times = times
        self.taken: list[str] = []

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        self.times -= 1
        failed = []
        for entry in Entries:
            key = entry["MessageAttributes"]["correlation"]["StringValue"]
            if self.times >= 0 and key in self.refused:
                failed.append({"Id": entry["Id"], "Code": "InternalError", "Message": "try later"})
            else:
                self.taken.append(key)
        return {"Failed": failed} if failed else {}


def test_only_rejected_entries_are_sent_again() -> None:
    sqs = RejectingSqs({"x#1", "x#3"}, times=2)
    MentionQueue(sqs, "url").send([mention(n) for n in range(5)])
    assert sqs.taken == ["x#0", "x#2", "x#4", "x#1", "x#3"]


def test_entries_that_stay_rejected_raise_an_error() -> None:
    with pytest.raises(QueueError, match=r"2 messages 3 times \(InternalError: try later\)"):
        MentionQueue(RejectingSqs({"x#1", "x#3"}, times=9), "url").send([mention(n) for n in range(5)])


def test_no_call_is_made_without_mentions() -> None:
    assert MentionQueue(None, "url").send([]) == 0


@pytest.mark.slow
def test_what_is_to_be_tried_again_soon_is_delivered_again_within_seconds(sqs: Any) -> None:
    hidden_for = {"VisibilityTimeout": "900"}
    url = sqs.create_queue(QueueName=unused("mentions"), Attributes=hidden_for)["QueueUrl"]
    queue = MentionQueue(sqs, url)
    queue.send([mention(1), mention(2)])
    first, _ = received(sqs, url)
    queue.retry_soon(first["ReceiptHandle"], 1)
    again = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=6).get("Messages", [])
    assert [message["MessageId"] for message in again] == [first["MessageId"]]


class HidingSqs:
    """Notes for how many seconds messages are hidden."""

    def __init__(self) -> None:
        self.hidden: list[int] = []

    def change_message_visibility(self, QueueUrl: str, ReceiptHandle: str, VisibilityTimeout: int) -> None:
        self.hidden.append(VisibilityTimeout)


@pytest.mark.parametrize(("receives", "least", "most"), [(1, 2, 4), (4, 16, 32), (5, 32, 60), (12, 60, 60)])
def test_the_oftener_a_message_came_the_longer_it_is_hidden_and_never_all_equally(
    receives: int, least: int, most: int
) -> None:
    sqs = HidingSqs()
    for _ in range(200):
        MentionQueue(sqs, "url").retry_soon("handle", receives)
    assert least <= min(sqs.hidden) <= max(sqs.hidden) <= most <= MAX_RETRY_SECONDS
    assert len(set(sqs.hidden)) > 1 or least == most


def test_a_dead_letter_has_its_body_and_the_reason(sqs: Any) -> None:
    url = sqs.create_queue(QueueName=unused("dead"))["QueueUrl"]
    DeadLetterQueue(sqs, url).dead_letter('{"no": "mention"}', "Field 'id' " + "x" * 2_000, "MentionError")
    (message,) = received(sqs, url)
    assert message["Body"] == '{"no": "mention"}'
    attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert len(attributes["reason"]) == 1_024
    assert attributes["error"] == "MentionError"


FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"


@pytest.mark.parametrize("sign", ["\x01", "é", "荷", "\U0001f6eb", FAMILY], ids=["control", "2", "3", "4", "family"])
def test_a_post_that_no_message_can_hold_is_cut_and_its_neighbours_are_sent(sqs: Any, sign: str) -> None:
    url = sqs.create_queue(QueueName=unused("mentions"))["QueueUrl"]
    MentionQueue(sqs, url).send([mention(1), mention(2, "help " + sign * 90_000), mention(3)])
    texts = {one["id"]: one["text"] for one in (json.loads(message["Body"]) for message in received(sqs, url))}
    assert set(texts) == {"1", "2", "3"}
    assert texts["2"].startswith("help " + sign * 1_000)
    assert texts["2"] in "help " + sign * 90_000


def test_a_record_of_endless_fields_leaves_with_enough_of_each_to_be_refused_by_name(sqs: Any) -> None:
    url = sqs.create_queue(QueueName=unused("mentions"))["QueueUrl"]
    endless = replace(mention(1), conversation_id="8" * 300_000, link="https://x.com/" + "j" * 300_000)
    MentionQueue(sqs, url).send([endless, mention(2)])
    bodies = [message["Body"] for message in received(sqs, url)]
    read = [read_message(body, lambda: BrandAccounts(("NimbusAir",))) for body in bodies]
    assert sorted(type(one).__name__ for one in read) == ["Mention", "MentionError"]
    assert any("'conversation_id'" in str(one) for one in read)


any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
FIELDS = (*mention(1).to_record(), "author_id", "edit_history_tweet_ids", "referenced_tweets", "public_metrics", "lang")


@given(st.dictionaries(st.sampled_from(FIELDS), any_json), st.booleans())
def test_no_message_whatever_is_in_it_stops_the_reading(changes: dict[str, Any], is_post: bool) -> None:
    """The reader answers with a mention, which all that follows can hold, or with the error that says what is wrong."""
    data = {"id": "1", "author_id": "1", "text": "@NimbusAir hello", "created_at": START.isoformat()}
    body = json.dumps((data if is_post else mention(1).to_record()) | changes)
    read = read_message(body, lambda: BrandAccounts(("NimbusAir",)))
    assert isinstance(read, Mention) or str(read)


def test_a_redriven_post_of_x_is_held_to_the_same_bounds() -> None:
    data = {"id": "8" * 3_000, "author_id": "1", "text": "hello", "created_at": START.isoformat()}
    assert "'id'" in str(read_message(json.dumps(data), lambda: BrandAccounts(("NimbusAir",))))
