"""The classify function: what it knows beside a post: the author's history, reposts, and the brand's terms."""

import json
from dataclasses import replace

import pytest

from earshot.reloaded_config import RELOAD_AFTER
from earshot.triage.judgement import Intent, Severity
from earshot.triage.learned.table import LearnedTable
from earshot.triage.terms.table import TermsTable
from tests.deployed import Running
from tests.fakes import a_judgement, a_mention, an_own_post
from tests.functions.test_classify import CRASH, PATHETIC, a_conversation, case_id

pytestmark = pytest.mark.engine


def history_of(running: Running, id: str) -> dict[str, int]:
    """What the author's past gave a stored mention, by rule."""
    (judgement,) = (one.judgement for one in running.stored.mentions if one.mention.id == id)
    return {reason.rule: reason.points for reason in judgement.reasons if reason.rule.startswith("history.")}


def test_who_waits_for_an_answer_and_complains_of_something_else_weighs_more(running):
    running.classify(a_mention("1", CRASH))
    running.classify(a_mention("2", PATHETIC, conversation_id="2"), a_conversation(3, PATHETIC))
    assert (history_of(running, "1"), history_of(running, "3")) == ({}, {})
    assert history_of(running, "2") == {"history.earlier": 5, "history.waiting": 10}
    urgency = {one.mention.id: one.judgement.urgency for one in running.stored.mentions}
    assert urgency["2"] == urgency["3"] + 15
    assert running.case("x-2-7-nimbusair").assessment.urgency == urgency["2"]


def test_who_was_answered_waits_no_more(running):
    running.classify(a_mention("1", CRASH))
    running.classify(an_own_post("2"))
    running.classify(a_mention("4", PATHETIC, conversation_id="4"))
    assert history_of(running, "4") == {"history.earlier": 5}


def test_who_asks_again_waits_again_for_the_next_post_of_the_same_batch(running):
    running.classify(a_mention("1", CRASH))
    running.classify(an_own_post("2"))
    running.classify(a_mention("3", PATHETIC), a_mention("4", PATHETIC, conversation_id="4"))
    assert history_of(running, "3") == {"history.answered": 15}
    assert history_of(running, "4") == {"history.earlier": 5, "history.waiting": 10}


def test_what_a_batch_will_need_is_read_at_once(running):
    def reads(*mentions):
        before = running.calls[("dynamodb", "BatchGetItem")]
        running.classify(*mentions)
        return running.calls[("dynamodb", "BatchGetItem")] - before

    # The first read tells which mentions are known already, the second what the new ones need, the third the other
    # conversations that are named in that: of their authors, and of the posts that they repeat.
    first = [a_conversation(number) for number in range(1, 11)]
    assert reads(*first) == 2
    again = [replace(mention, id=f"2{mention.id}", conversation_id=f"2{mention.id}") for mention in first]
    assert reads(*again) == 3
    assert reads(*first, *again) == 1
    assert reads(an_own_post("90"), a_conversation(91, reposted_id="1")) == 3


def reposts_of_the_first(count: int):
    """So many people pass mention 1 on, within a minute of it."""
    return [a_conversation(100 + number, reposted_id="1", minutes=2) for number in range(count)]


def test_a_complaint_that_is_passed_on_becomes_urgent_and_alerts(running):
    running.hear(a_mention("1", CRASH), a_judgement(urgency=45))
    assert running.classify(*reposts_of_the_first(9)) == []
    assert (running.case().assessment.urgency, running.log(), running.invoker.changes()) == (45, ["opened"], [])
    assert running.classify(*reposts_of_the_first(20)) == []
    assert (running.case().assessment.severity, running.case().posts.spread.reposts) == (Severity.HIGH, 20)
    assert running.log() == ["opened", "rose", "escalated"]
    running.notify()
    assert {rung for rung, _, _ in running.inbox()} == {"1"}


def test_reposts_raise_nothing_by_rules_that_the_brand_switched_off(running):
    put_terms(running, 'disabled_rules = ["reach.speed", "reach.some_reposts"]')
    running.hear(a_mention("1", CRASH), a_judgement(urgency=52))
    running.classify(*reposts_of_the_first(20))
    assert (running.case().posts.spread.reposts, running.case().assessment.urgency) == (20, 52)


def test_a_mention_that_opens_no_case_is_written_in_one_call(running):
    running.classify(a_conversation(1, "flying with Nimbus tomorrow, see you there"))
    assert running.stored.cases == []
    writes = {name: count for (_, name), count in running.calls.items() if name in ("PutItem", "TransactWriteItems")}
    # With it goes whose post it is, so that a later answer of the brand to them is known for one.
    assert writes == {"TransactWriteItems": 1}


LANTERN = "off to lunch, past the blue lantern"


def put_terms(running: Running, text: str) -> None:
    table = running.cloud.stack.outputs["SourceTableName"]
    TermsTable(running.cloud.engine.client("dynamodb"), table).write(text, running.clock())


def lantern(running: Running, number: int) -> str:
    """How grave a post about the blue lantern is taken to be now; nobody else says anything."""
    running.classify(a_conversation(number, LANTERN))
    return next(str(one.judgement.severity) for one in running.stored.mentions if one.mention.id == str(number))


def refused(capsys: pytest.CaptureFixture[str]) -> float:
    """How often the terms were refused since the last look, as the metric counts."""
    blobs = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    return sum(sum(blob.get("SettingsRefused", [])) for blob in blobs)


def test_terms_that_were_put_take_effect_within_a_minute_and_so_do_the_next(running, capsys):
    assert lantern(running, 1) == "low"
    put_terms(running, 'always_urgent = ["blue lantern"]')
    running.clock.advance(seconds=RELOAD_AFTER.total_seconds() - 1)
    assert lantern(running, 2) == "low"
    running.clock.advance(seconds=1)
    assert lantern(running, 3) == "high"
    put_terms(running, "")
    running.clock.advance(minutes=1)
    assert lantern(running, 4) == "low"
    assert refused(capsys) == 0


def test_terms_are_read_once_a_minute_however_many_batches_there_are(running):
    reads: list[str] = []

    def watch(body: str) -> bool:
        reads.extend(["terms"] if '"terms"' in body else [])
        return False

    with running.refusing("GetItem", when=watch):
        for number, seconds in enumerate([0, 0, 59, 1, 30], 1):
            running.clock.advance(seconds=seconds)
            running.classify(a_conversation(number), a_conversation(number + 10))
    assert len(reads) == 2


UNUSABLE = ["always_urgent = [", 'always = ["blue lantern"]', f"products = {'9' * 5_000}", f"products = {'[' * 5_000}"]


@pytest.mark.parametrize("text", UNUSABLE, ids=["no TOML", "no list", "a number without end", "lists without end"])
def test_terms_that_cannot_be_used_leave_the_last_good_ones_in_force(running, capsys, text):
    put_terms(running, 'always_urgent = ["blue lantern"]')
    assert lantern(running, 1) == "high"
    put_terms(running, text)
    running.clock.advance(minutes=1)
    assert refused(capsys) == 0
    assert lantern(running, 2) == "high"
    assert refused(capsys) == 1
    running.clock.advance(minutes=1)
    assert lantern(running, 3) == "high"
    assert refused(capsys) == 1
    put_terms(running, "always_urgent = []")
    running.clock.advance(minutes=1)
    assert lantern(running, 4) == "low"
    assert refused(capsys) == 0


def test_where_the_first_terms_cannot_be_used_posts_are_heard_without_any(running, capsys):
    put_terms(running, "always_urgent = [")
    assert lantern(running, 1) == "low"
    assert running.classify(a_conversation(2)) == []
    assert running.case(case_id(2)).assessment.intent is Intent.COMPLAINT
    assert refused(capsys) == 1


def test_a_table_that_refuses_the_terms_leaves_the_last_good_ones_in_force(running, capsys):
    put_terms(running, 'always_urgent = ["blue lantern"]')
    assert lantern(running, 1) == "high"
    running.clock.advance(minutes=1)
    with running.refusing("GetItem", when=lambda body: '"terms"' in body):
        assert lantern(running, 2) == "high"
    assert refused(capsys) == 1


def test_terms_hold_for_customers_and_not_for_the_brands_own_posts_and_reposts(running):
    put_terms(running, 'always_urgent = ["blue lantern", "sorry"]')
    running.classify(an_own_post("1"), a_conversation(2, f"RT @jane: {LANTERN}", reposted_id="1"))
    assert {str(one.judgement.severity) for one in running.stored.mentions} == {"low"}
    assert running.stored.cases == []


def test_what_was_learned_takes_effect_within_a_minute_and_what_cannot_be_used_leaves_it(running, capsys):
    name = running.cloud.stack.outputs["SourceTableName"]
    learned = LearnedTable(running.cloud.engine.client("dynamodb"), name)
    late = "@NimbusAir my bag is late and nobody answers"
    running.classify(a_conversation(1, late))
    learned.apply_adjustment('{"urgent": {"base": 5}}', running.clock())
    running.clock.advance(minutes=1)
    running.classify(a_conversation(2, late))
    learned.apply_adjustment('{"urgent": {"base": 500}}', running.clock())
    running.clock.advance(minutes=1)
    capsys.readouterr()
    running.classify(a_conversation(3, late))
    assert '"SettingsRefused":[1.0]' in capsys.readouterr().out
    rules = {
        one.mention.id: [reason.points for reason in one.judgement.reasons if reason.rule == "learned.urgent"]
        for one in running.stored.mentions
    }
    assert rules == {"1": [], "2": [5], "3": [5]}
