"""The classify function on the embedded cloud: every message of a batch has its own fate."""

import json
from dataclasses import replace

import pytest

from earshot.cases.case.status import Status
from earshot.cases.store.case_table import CaseTable
from earshot.errors import ConflictError
from earshot.mentions.budget import month_of
from earshot.mentions.mention import Author
from earshot.mentions.queue import MentionQueue
from earshot.triage.judgement import Analyzer, Intent
from infra.local.comprehend_api import ComprehendFault
from tests.deployed import Running, failures, sqs_record
from tests.fakes import CASE, a_mention, an_own_post

pytestmark = pytest.mark.engine

BATCHES = "BatchDetectSentiment"
CRASH = "@NimbusAir you lost my suitcase and nobody answers the phone, I am furious"


def analyzers(running: Running) -> dict[str, Analyzer | None]:
    """Who measured which stored mention."""
    return {
        one.mention.id: one.judgement.sentiment and one.judgement.sentiment.analyzer for one in running.stored.mentions
    }


def a_conversation(number: int, text: str = CRASH, **changes):
    """A mention that has nothing to do with any other."""
    author = Author(f"a{number}", f"person{number}", followers=10)
    return a_mention(str(number), text, conversation_id=str(number), author=author, **changes)


def case_id(number: int) -> str:
    """The id of the case that ``a_conversation`` opens."""
    return f"x-{number}-a{number}-nimbusair"


def test_a_batch_becomes_mentions_and_cases(running):
    spanish = "@NimbusAir su servicio es pésimo, perdieron mi maleta"
    assert running.classify(a_mention("1", CRASH), a_mention("2", "any news?"), a_conversation(3, spanish)) == []
    assert running.ids == ["1", "2", "3"]
    assert [case.id for case in running.stored.cases] == [CASE, case_id(3)]
    assert running.case().assessment.intent is Intent.COMPLAINT
    assert [one.judgement.language for one in running.stored.mentions] == ["en", "en", "es"]
    assert {one.ingested_at for one in running.stored.mentions} == {running.clock()}
    assert running.dead_letters() == []


POISON = {
    "no JSON": ("{half a mess", "not JSON", "MentionError"),
    "no object": ('["a", "list"]', "a JSON object", "MentionError"),
    "blank": (" ", "not JSON", "MentionError"),
    "empty": ("", "not JSON", "MentionError"),
    "nested without end": ("[" * 100_000, "not JSON", "MentionError"),
    "a number without end": ("1" * 5_000, "not JSON", "MentionError"),
    "an id without end": (json.dumps(a_mention("8" * 3_000, minutes=0).to_record()), "'id'", "MentionError"),
    "half an emoji for an id": (json.dumps(a_mention("\ud83d").to_record()), "'id'", "MentionError"),
    "a field missing": (json.dumps(a_mention("8").to_record() | {"text": None}), "'text'", "MentionError"),
    "another release": (json.dumps(a_mention("8").to_record() | {"version": 99}), "'version' is 99", "MentionError"),
    "no time": (json.dumps(a_mention("8").to_record() | {"created_at": "noon"}), "'created_at'", "MentionError"),
}


@pytest.mark.parametrize(("body", "reason", "error"), POISON.values(), ids=POISON)
def test_what_is_no_mention_is_dead_lettered_with_its_reason_and_its_neighbours_are_stored(
    running, body, reason, error
):
    assert running.classify(a_conversation(1), body, a_conversation(2)) == []
    assert running.ids == ["1", "2"]
    (letter,) = running.dead_letters()
    assert letter["body"] == (body or " ")
    assert letter["error"] == error
    assert reason in letter["reason"]


def test_a_batch_of_nothing_but_poison_is_no_failure_of_the_batch(running):
    assert running.classify("{", "[", "}") == []
    assert len(running.dead_letters()) == 3
    assert running.ids == []


def test_a_message_that_cannot_even_be_dead_lettered_stays_in_the_queue_and_its_neighbours_do_not(running):
    with running.refusing("SendMessage"):
        assert running.classify(a_conversation(1), "{", a_conversation(2)) == ["m1"]
    assert running.ids == ["1", "2"]
    assert running.classify("{", receives=2) == []
    assert len(running.dead_letters()) == 1


@pytest.mark.parametrize("fault", [ComprehendFault.THROTTLE, ComprehendFault.UNAVAILABLE, ComprehendFault.SERVER_ERROR])
def test_where_comprehend_does_not_serve_the_lexicon_judges_and_says_so(running, fault, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    running.cloud.comprehend.inject(fault, 20)
    assert running.classify(a_conversation(1)) == []
    assert analyzers(running) == {"1": Analyzer.LEXICON}
    assert running.case(case_id(1)).assessment.intent is Intent.COMPLAINT
    assert running.sources.spent("comprehend", month_of(running.clock())) == 0


def test_throttling_that_passes_is_waited_out(running):
    running.cloud.comprehend.inject(ComprehendFault.THROTTLE, 2)
    assert running.classify(a_conversation(1)) == []
    assert analyzers(running) == {"1": Analyzer.COMPREHEND}


def test_comprehend_that_refuses_the_function_itself_costs_nobody_their_case(running):
    with running.refusing(BATCHES, when=lambda body: True):
        assert running.classify(a_conversation(1)) == []
    assert analyzers(running) == {"1": Analyzer.LEXICON}


def test_one_document_that_comprehend_fails_on_is_judged_by_the_lexicon_alone(running):
    running.cloud.comprehend.fail_documents("gate 12")
    running.classify(a_conversation(1), a_conversation(2, "@NimbusAir delayed again at gate 12, awful"))
    assert analyzers(running) == {"1": Analyzer.COMPREHEND, "2": Analyzer.LEXICON}


def test_a_language_that_comprehend_does_not_know_is_left_to_the_lexicon_or_to_a_person(running):
    running.classify(a_conversation(1, "@NimbusAir waar is mijn koffer, het is een schande", language="nl"))
    assert analyzers(running) == {"1": None}
    assert running.cloud.comprehend.calls[BATCHES] == 0


def test_the_database_failing_for_one_mention_is_reported_for_that_one(running):
    with running.refusing("TransactWriteItems", when=lambda body: "MENTION#x#2" in body):
        assert running.classify(a_conversation(1), a_conversation(2), a_conversation(3)) == ["m1"]
    assert running.ids == ["1", "3"]
    assert running.dead_letters() == []
    assert running.classify(a_conversation(2), receives=2) == []
    assert running.ids == ["1", "2", "3"]


def test_on_its_last_try_a_mention_is_dead_lettered_with_what_stood_in_its_way(running):
    mention = a_conversation(2)
    with running.refusing("TransactWriteItems", when=lambda body: "MENTION#x#2" in body):
        assert running.classify(mention, receives=4) == ["m0"]
        assert running.dead_letters() == []
        assert running.classify(a_conversation(1), mention, receives=5) == []
    assert running.ids == ["1"]
    (letter,) = running.dead_letters()
    assert json.loads(letter["body"]) == mention.to_record()
    assert letter["error"] == "InternalServerError"
    assert "bad day" in letter["reason"]


def test_a_mention_whose_case_others_keep_changing_is_delivered_again_within_seconds(running, monkeypatch):
    sqs, url = running.cloud.engine.client("sqs"), running.cloud.stack.outputs["MentionQueueUrl"]
    MentionQueue(sqs, url).send([a_conversation(1), a_conversation(2)])
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    handles = [{"receiptHandle": message["ReceiptHandle"]} for message in messages]
    records = [sqs_record(f"m{number}", messages[number]["Body"]) | handles[number] for number in (0, 1)]
    save = CaseTable.save

    def conflict_for_1(table, changes, **given):
        if given["mention"].stored.mention.id == "1":
            raise ConflictError("changed by somebody else")
        return save(table, changes, **given)

    monkeypatch.setattr(CaseTable, "save", conflict_for_1)
    assert failures(running.invoker.invoke("classify", {"Records": records})) == ["m0"]
    again = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=6).get("Messages", [])
    assert [json.loads(message["Body"])["id"] for message in again] == ["1"]
    assert (running.ids, running.dead_letters()) == (["2"], [])


@pytest.mark.filterwarnings("ignore:No application metrics")
def test_a_table_that_cannot_be_read_fails_the_whole_call_so_that_nothing_is_deleted(running):
    with running.refusing("BatchGetItem"), pytest.raises(Exception, match="bad day"):
        running.classify(a_conversation(1))
    assert running.ids == []


def test_a_mention_delivered_again_is_neither_judged_nor_stored_nor_paid_for_again(running):
    running.classify(a_mention("1", CRASH))
    before = running.stored, running.log(), running.cloud.comprehend.calls[BATCHES]
    running.clock.advance(minutes=5)
    assert running.classify(a_mention("1", CRASH), a_mention("1", CRASH)) == []
    assert (running.stored, running.log(), running.cloud.comprehend.calls[BATCHES]) == before


def test_a_mention_twice_in_one_batch_is_stored_once(running):
    assert running.classify(a_mention("1", CRASH), a_mention("1", CRASH)) == []
    assert running.ids == ["1"]
    assert running.log().count("opened") == 1


def test_over_budget_the_lexicon_judges_and_comprehend_is_not_asked(running):
    month = month_of(running.clock())
    running.sources.spend("comprehend", month, 20_000_000)
    running.classify(a_conversation(1))
    assert analyzers(running) == {"1": Analyzer.LEXICON}
    assert running.cloud.comprehend.calls[BATCHES] == 0
    running.clock.advance(days=31)
    running.classify(a_conversation(2))
    assert analyzers(running)["2"] is Analyzer.COMPREHEND


def test_what_comprehend_served_is_counted_by_its_units(running):
    running.classify(a_conversation(1), a_conversation(2, "@NimbusAir " + "your website is broken " * 30))
    # At least 3 units a document, of 100 characters each, at $0.0001: 3 for the first, 8 for the second.
    assert running.sources.spent("comprehend", month_of(running.clock())) == (3 + 8) * 100


def test_the_brands_own_posts_and_reposts_are_stored_and_not_sent_to_comprehend(running):
    repost = a_conversation(3, "RT @jane: " + CRASH, reposted_id="1")
    running.classify(an_own_post("2"), repost)
    assert running.cloud.comprehend.calls[BATCHES] == 0
    running.classify(a_mention("1", CRASH), replace(repost, id="4"))
    assert running.cloud.comprehend.documents[BATCHES] == 1
    assert running.ids == ["1", "2", "3", "4"]
    assert {one.judgement.intent for one in running.stored.mentions if one.mention.id != "1"} == {Intent.OTHER}


def test_comprehend_is_asked_by_language_for_25_at_a_time(running):
    english = [a_conversation(number, f"@NimbusAir bag number {number} is lost") for number in range(1, 27)]
    german = [
        a_conversation(number, f"@NimbusAir der Koffer {number} ist weg und das ist nicht gut") for number in (30, 31)
    ]
    assert running.classify(*english, *german) == []
    assert running.cloud.comprehend.calls == {BATCHES: 3}
    assert running.cloud.comprehend.documents == {BATCHES: 28}
    assert set(analyzers(running).values()) == {Analyzer.COMPREHEND}
    assert len(running.ids) == 28


def test_the_brands_reply_stops_the_clock(running):
    running.classify(a_mention("1", CRASH), an_own_post("5", in_reply_to_id="1"))
    case = running.case()
    assert (case.status, case.response.first_response_seconds) == (Status.REPLIED, 240)


PATHETIC = "@NimbusAir three hours on hold and nobody picks up, pathetic"
