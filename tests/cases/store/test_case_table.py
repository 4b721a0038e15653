"""The case table, on both stand-ins for DynamoDB: what is stored is stored once, whole or not at all."""

from dataclasses import replace
from datetime import timedelta

import pytest

from earshot.cases.author_cases import AuthorCases
from earshot.cases.author_history import histories
from earshot.cases.case.log import LogEntry
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.conversation.replies import AwaitedPost
from earshot.cases.store.case_table import BATCH_GET_MOST, MOST_TRIES
from earshot.cases.stored_mention import KnownPost, MentionWrite, StoredMention
from earshot.errors import ConflictError, DuplicateError
from earshot.mentions.mention import Author
from earshot.triage.context import History
from tests.cases.store.opened_table import OTHER, Opened
from tests.fakes import CASE, START, a_judgement, a_mention, an_own_post, changed

pytestmark = pytest.mark.slow

ELSEWHERE = "x-2-7-nimbusair"

# --------------------------------------------------------------------------------------------------------- writing


def test_what_nobody_has_written_is_empty(opened):
    assert opened.table.post("x#1") == AwaitedPost("x#1")
    assert opened.table.posts(CASE) == ()
    assert opened.table.conversation(CASE) == Conversation(CASE)
    assert opened.table.author("x#1") == AuthorCases("x#1")
    assert opened.table.known(["x#1"]) == opened.table.known([]) == {}
    assert opened.table.conversations_and_authors([CASE], ["x#7"]) == ({}, {})
    assert opened.table.conversations_and_authors([], []) == ({}, {})
    assert list(opened.table.due(START)) == []
    assert opened.table.next_due() is None


def test_a_mention_is_put_once(opened):
    stored = StoredMention(a_mention(), OTHER, START)
    opened.table.put_mention(stored)
    with pytest.raises(DuplicateError, match="x#1"):
        opened.table.put_mention(replace(stored, ingested_at=START + timedelta(days=1)))
    assert opened.table.post("x#1") == stored


def test_a_mention_that_is_known_changes_nothing_else_either(opened):
    stored = StoredMention(a_mention(), a_judgement(), START)
    opened.table.put_mention(stored)
    before = opened.items()
    with pytest.raises(DuplicateError, match="x#1"):
        opened.table.save(
            [(Conversation(CASE), [LogEntry(START, "me", "opened", "")])],
            now=START,
            mention=MentionWrite(stored),
            author=AuthorCases("x#7"),
        )
    assert opened.items() == before


def test_who_writes_from_an_old_version_writes_nothing_at_all(opened):
    opened.table.save([(Conversation(CASE), ())], now=START)
    before = opened.items()
    entry = LogEntry(START, "me", "note", "too late")
    stored = StoredMention(a_mention(), a_judgement(), START)
    for stale in (Conversation(CASE), Conversation(CASE, version=2)):
        with pytest.raises(ConflictError, match=ELSEWHERE):
            opened.table.save(
                [(Conversation(ELSEWHERE), [entry]), (stale, [entry])],
                now=START,
                mention=MentionWrite(stored),
                author=AuthorCases("x#7"),
            )
    assert opened.items() == before


def test_an_author_known_meanwhile_is_a_conflict_too(opened):
    opened.table.save([(Conversation(CASE), ())], now=START, author=AuthorCases("x#7"))
    with pytest.raises(ConflictError):
        opened.table.save([(Conversation(ELSEWHERE), ())], now=START, author=AuthorCases("x#7"))
    assert opened.table.conversation(ELSEWHERE).version == 0


def test_change_reads_again_while_others_are_faster(opened):
    opened.ingest(a_mention())
    interruptions = iter([1, 2])

    def decide(conversation):
        if next(interruptions, None):
            opened.table.change(CASE, lambda other: (_reposted(other), ()), START)
        return _reposted(conversation), [LogEntry(START, "me", "note", "at last")]

    changed = opened.table.change(CASE, decide, START)
    assert changed == opened.table.conversation(CASE)
    assert changed.case.posts.spread.reposts == 3
    assert opened.log(CASE).count("note") == 1


def _reposted(conversation):
    return replace(
        conversation, case=changed(conversation.case, posts__spread__reposts=conversation.case.posts.spread.reposts + 1)
    )


def test_change_gives_up_in_the_end_and_says_so(opened):
    opened.ingest(a_mention())

    def decide(conversation):
        opened.table.change(CASE, lambda other: (_reposted(other), ()), START)
        return _reposted(conversation), [LogEntry(START, "me", "note", "never")]

    with pytest.raises(ConflictError, match="try again"):
        opened.table.change(CASE, decide, START)
    assert opened.table.conversation(CASE).case.posts.spread.reposts == MOST_TRIES
    assert "note" not in opened.log(CASE)


def test_change_writes_nothing_where_nothing_is_decided(opened):
    opened.ingest(a_mention())
    before = opened.items()
    assert opened.table.change(CASE, lambda conversation: None, START) == opened.table.conversation(CASE)
    with pytest.raises(ZeroDivisionError):
        opened.table.change(CASE, lambda conversation: 1 / 0, START)
    assert opened.items() == before


# --------------------------------------------------------------------------------------------------------- reading


def test_known_finds_what_is_stored_among_more_than_one_read_holds(opened):
    opened.ingest(a_mention("5"), OTHER)
    opened.ingest(a_mention(str(BATCH_GET_MOST + 20)), OTHER)
    keys = [f"x#{number}" for number in range(1, BATCH_GET_MOST + 30)]
    assert opened.table.known([*keys, "x#5"]) == {"x#5": KnownPost(0), f"x#{BATCH_GET_MOST + 20}": KnownPost(0)}


def test_known_says_how_often_a_post_was_edited_and_knows_nothing_that_only_waits(opened):
    opened.ingest(a_mention("1", edit_ids=("e1", "e2")))
    opened.ingest(an_own_post("5", in_reply_to_id="77"), OTHER)
    # A later version is known by the id of the first: its own leads to what is judged.
    assert opened.table.known(["x#1", "x#5", "x#77", "x#e1", "x#e2"]) == {"x#1": KnownPost(2), "x#5": KnownPost(0)}


def test_conversations_and_authors_are_found_among_more_than_one_read_holds(opened):
    opened.ingest(a_mention("1", author=Author("7")))
    opened.ingest(a_mention("2", "@NimbusAir rude", conversation_id="2", author=Author("8")))
    opened.ingest(an_own_post("9", conversation_id="9", in_reply_to_user_id="7"), OTHER)
    stored = (CASE, "x-2-8-nimbusair", "x-9-7-nimbusair")
    keys = [*stored, *(f"x-{number}-6-nimbusair" for number in range(4, BATCH_GET_MOST + 30))]
    asked = []
    opened.client.meta.events.register(
        "provide-client-params.dynamodb.BatchGetItem",
        lambda params, **_: asked.append([len(wanted["Keys"]) for wanted in params["RequestItems"].values()]),
    )
    conversations, authors = opened.table.conversations_and_authors(
        [*keys, stored[1]], iter(["x#8", "x#7", "x#9", "x#8"])
    )
    assert conversations == {key: opened.table.conversation(key) for key in stored}
    assert authors == {key: opened.table.author(key) for key in ("x#7", "x#8")}
    # 129 conversations and 3 authors, each asked for once.
    assert asked == [[BATCH_GET_MOST], [32]]


def test_what_dynamodb_leaves_unread_is_not_known_this_time(opened):
    opened.ingest(a_mention("1"))
    events = opened.client.meta.events
    events.register("after-call.dynamodb.BatchGetItem", lambda parsed, **_: parsed.update(Responses={}))
    assert opened.table.conversations_and_authors([CASE], ["x#7"]) == ({}, {})


def test_the_history_of_an_author_is_read_from_the_table(opened):
    opened.ingest(a_mention("1", "@NimbusAir my suitcase is lost"))
    again = a_mention("2", "@NimbusAir and your app is broken", conversation_id="2")
    assert histories([again], opened.table) == {"x#2": History(complaints=1, waiting=True)}
    opened.ingest(an_own_post("9"), OTHER)
    follow_up = a_mention("10", "@NimbusAir that was no help")
    assert histories([again, follow_up], opened.table) == {
        "x#2": History(complaints=1),
        "x#10": History(answered=True),
    }


def alarm_id(number: int) -> str:
    return f"x-{number}-a{number}-nimbusair"


def an_alarm(opened: Opened, number: int, minutes: int) -> None:
    author = Author(f"a{number}")
    mention = a_mention(str(number), f"@NimbusAir {number}", conversation_id=str(number), author=author)
    opened.ingest(mention, at=START + timedelta(minutes=minutes))


def test_what_is_due_comes_longest_overdue_first_and_not_before_its_time(opened):
    for number, minutes in ((1, 30), (2, 10), (3, 20)):
        an_alarm(opened, number, minutes)
    # An alert that nobody logs as sent is looked at again after two minutes.
    assert opened.table.next_due() == START + timedelta(minutes=12)
    assert list(opened.table.due(START + timedelta(minutes=11))) == []
    assert list(opened.table.due(START + timedelta(minutes=22))) == [alarm_id(2), alarm_id(3)]
    assert list(opened.table.due(START + timedelta(days=1))) == [alarm_id(number) for number in (2, 3, 1)]


@pytest.mark.parametrize("what", ["acknowledge", "resolve"])
def test_whose_case_is_in_hands_is_due_no_more(opened, what):
    an_alarm(opened, 1, 0)
    an_alarm(opened, 2, 0)

    def decide(conversation):
        case, entry = getattr(conversation.case, what)("mia", START)
        return replace(conversation, case=case), [entry]

    opened.table.change(alarm_id(1), decide, START)
    assert list(opened.table.due(START + timedelta(minutes=29))) == [alarm_id(2)]


def test_a_case_that_somebody_holds_is_due_when_that_expires_and_one_that_is_over_never(opened):
    an_alarm(opened, 1, 0)
    an_alarm(opened, 2, 0)
    opened.table.change(alarm_id(1), lambda found: found.after(found.case.acknowledge("mia", START)), START)
    opened.table.change(alarm_id(2), lambda found: found.after(found.case.resolve("mia", START)), START)
    assert opened.table.next_due() == START + timedelta(minutes=30)
    assert list(opened.table.due(START + timedelta(days=9))) == [alarm_id(1)]


def test_the_brands_answer_takes_a_case_from_what_is_due(opened):
    an_alarm(opened, 1, 0)
    opened.ingest(an_own_post("9", in_reply_to_id="1"), OTHER)
    assert opened.table.conversation(alarm_id(1)).case.status is Status.REPLIED
    assert opened.table.next_due() is None


def test_no_more_slots_are_given_than_there_are(opened):
    assert [opened.table.take_slot("email#1", 3, START) for _ in range(5)] == [True] * 3 + [False] * 2
    assert opened.table.take_slot("email#2", 3, START)
