"""What ingesting a mention leaves behind in the case table, also where several writers are at work."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from earshot.cases.store.notification_log import FEW, LoggedAttempt
from earshot.errors import ConflictError
from earshot.mentions.mention import Author, Mention
from earshot.triage.judgement import Intent
from tests.cases.store.opened_table import OTHER, RETENTION, Opened
from tests.fakes import CASE, START, a_judgement, a_mention, an_own_post

# ----------------------------------------------------------------------------------------- what a mention leaves behind


def test_everything_that_is_stored_ends_some_day(opened):
    opened.ingest(a_mention())
    opened.ingest(an_own_post("3", in_reply_to_id="1"), OTHER)
    opened.alerts.record(CASE, "ladder#01#sms", {"at": START}, START)
    opened.table.take_slot("email#1", 5, START)
    kinds = Counter(item["sk"]["S"].partition("#")[0] for item in opened.items())
    assert set(kinds) == {"MENTION", "CASE", "LOG", "ALERT", "AUTHOR", "PARTICIPANT", "SLOT"}
    ends = {item["sk"]["S"].partition("#")[0]: int(item["expires_at"]["N"]) for item in opened.items()}
    assert ends.pop("SLOT") == int(START.timestamp()) + 3600
    assert set(ends.values()) == {int((START + RETENTION).timestamp())}


OMAR = Author("8", "omar")
KINDS = {
    "nobody is owed an answer": (
        a_mention("5", "flying Nimbus", conversation_id="5"),
        OTHER,
        ["CASE", "MENTION", "PARTICIPANT"],
    ),
    "a repost of nothing known": (a_mention("5", conversation_id="5", reposted_id="4"), OTHER, ["MENTION"]),
    "a repost of a complaint": (a_mention("5", conversation_id="5", reposted_id="1"), OTHER, ["CASE", "MENTION"]),
    "the brand to everybody": (
        replace(an_own_post("5", conversation_id="5"), text="we are back"),
        OTHER,
        ["MENTION"],
    ),
    "the brand to somebody unheard": (an_own_post("5", conversation_id="5"), OTHER, ["MENTION", "PARTICIPANT"]),
    "the brand to a post unheard": (
        replace(an_own_post("5", in_reply_to_id="4"), text="sorry"),
        OTHER,
        ["MENTION", "MENTION"],
    ),
    "the brand's answer": (an_own_post("5"), OTHER, ["CASE", "LOG", "MENTION"]),
    "one more question in a case": (
        a_mention("5", "@NimbusAir and?"),
        a_judgement(Intent.QUESTION, 1),
        ["CASE", "MENTION"],
    ),
    "one more complaint in a case": (
        a_mention("5", "@NimbusAir so?"),
        a_judgement(urgency=1),
        ["AUTHOR", "CASE", "MENTION"],
    ),
    "praise": (
        a_mention("5", "@NimbusAir lovely crew", author=OMAR),
        a_judgement(Intent.PRAISE, 0),
        ["AUTHOR", "CASE", "LOG", "MENTION", "PARTICIPANT"],
    ),
    "a complaint": (
        a_mention("5", "@NimbusAir rude", author=OMAR),
        a_judgement(urgency=40),
        ["AUTHOR", "CASE", "LOG", "MENTION", "PARTICIPANT"],
    ),
    "an urgent complaint": (
        a_mention("5", "@NimbusAir rude", author=OMAR),
        a_judgement(),
        ["AUTHOR", "CASE", "LOG", "MENTION", "PARTICIPANT"],
    ),
    "an edit": (
        a_mention("1", "@NimbusAir my bag is lost!", edit_ids=("e1",)),
        a_judgement(),
        ["CASE", "CASE", "LOG", "MENTION", "MENTION"],
    ),
}


@pytest.mark.parametrize(("mention", "judgement", "items"), KINDS.values(), ids=KINDS)
def test_each_kind_of_mention_writes_no_more_than_it_must(opened, mention, judgement, items):
    opened.ingest(a_mention("1", "@NimbusAir my bag is lost"))
    opened.written.clear()
    taken = opened.ingest(mention, judgement)
    assert sorted(item["sk"]["S"].partition("#")[0] for item in opened.written) == items
    assert taken.happened("opened") or len(opened.written) <= 5


def test_the_same_mention_again_writes_nothing(opened):
    opened.ingest(a_mention())
    before = opened.items()
    assert not opened.ingest(a_mention(), at=START + timedelta(hours=1)).new
    assert opened.items() == before


# ------------------------------------------------------------------------------------------------------ several writers


@pytest.mark.engine
def test_writers_at_once_lose_nothing_and_open_one_case(running):
    opened = Opened(running.cloud.engine.client("dynamodb"), running.cloud.stack.outputs["CaseTableName"])
    customers = [a_mention(str(number), f"@NimbusAir once more, {number}") for number in range(1, 13)]
    posts = [*customers[:6], an_own_post("20", in_reply_to_id="1"), *customers[6:], an_own_post("21"), *customers[:3]]

    def deliver(mention: Mention) -> int:
        """As the queue does: again, until it succeeds."""
        conflicts = 0
        while True:
            try:
                opened.ingest(mention, OTHER if mention.own else None)
            except ConflictError:
                conflicts += 1
            else:
                return conflicts

    with ThreadPoolExecutor(6) as writers:
        list(writers.map(deliver, posts))
    conversation = opened.table.conversation(CASE)
    assert sorted(int(one.mention.id) for one in running.stored.mentions) == [*range(1, 13), 20, 21]
    assert [case.id for case in running.stored.cases] == [CASE]
    assert opened.log(CASE).count("opened") == 1
    assert conversation.answers == (START + timedelta(minutes=20), START + timedelta(minutes=21))
    assert (conversation.case.opened_at, conversation.case.response.first_response_at) == (
        START + timedelta(minutes=1),
        START + timedelta(minutes=20),
    )
    # Each change of the conversation was made from the version before: the versions of the log never repeat.
    versions = [item["sk"]["S"] for item in opened.items() if item["sk"]["S"].startswith("LOG#")]
    assert len(versions) == len(set(versions))


def test_an_alert_that_cannot_be_stored_holds_back_none_of_its_crowd(opened):
    alert = {"text": Random(1).randbytes(500_000).hex()}
    crowd = [
        LoggedAttempt(f"NimbusAir#1#x:{number}", "a#01#sms", alert if number == 7 else {"at": START})
        for number in range(FEW + 5)
    ]
    intended = opened.alerts.intend_many(crowd, START)
    assert [number for number, one in enumerate(intended) if one is not True] == [7]
    assert isinstance(intended[7], Exception)
    recorded = opened.alerts.record_many(crowd, START)
    assert [number for number, one in enumerate(recorded) if one is not None] == [7]
