"""Many items of the case table, read together: each is what the table itself answers for it alone.

And what the watch reads of complaints by index is what their cases say.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from earshot.cases.case.correction import dismiss
from earshot.cases.conversation.replies import Participant
from earshot.cases.holders.notice import Notice, NoticeReason
from earshot.cases.incidents.complaint import complaint_of
from earshot.cases.incidents.complaint_index import Complaints
from earshot.cases.read_ahead import ReadTogether
from earshot.cases.store.batch_reads import BATCH_GET_MOST, BatchReads
from earshot.mentions.mention import Author
from earshot.triage.judgement import Intent, Reason
from tests.cases.store.opened_table import OTHER, Opened
from tests.fakes import CASE, START, a_judgement, a_mention, an_own_post, changed

pytestmark = pytest.mark.slow

POSTS = ("x#1", "x#2", "x#5", "x#404")
PEOPLE = tuple(Participant("x#1", "nimbusair", name) for name in ("jane", "bob", "nobody"))
HOUR = timedelta(hours=1)


def fill(opened: Opened) -> None:
    """A complaint, edited once; a reply to what is not known; a reply to somebody who is not known."""
    opened.ingest(a_mention("1", edit_ids=("3",)))
    opened.ingest(an_own_post("2", in_reply_to_id="1"), OTHER)
    opened.ingest(a_mention("4", "@bob sorry", own=True, in_reply_to_id="5"), OTHER)


def test_each_item_is_what_the_table_answers_and_what_is_not_stored_is_empty(opened: Opened) -> None:
    fill(opened)
    found = BatchReads(opened.client, opened.name).read(POSTS, (CASE, "x-9-9-nimbusair"), PEOPLE, ("x#7", "x#9"))
    assert found == ReadTogether(
        {key: opened.table.post(key) for key in POSTS},
        {key: opened.table.conversation(key) for key in (CASE, "x-9-9-nimbusair")},
        {one.key: opened.table.participant(one) for one in PEOPLE},
        {key: opened.table.author(key) for key in ("x#7", "x#9")},
    )
    assert found.posts["x#1"].version == opened.table.post("x#1").version == 1
    assert found.conversations[CASE].version > 0


def test_the_id_of_a_later_version_is_left_to_be_read_alone(opened: Opened) -> None:
    fill(opened)
    assert BatchReads(opened.client, opened.name).read(posts=("x#3", "x#1")).posts.keys() == {"x#1"}


def test_nothing_is_asked_where_nothing_is_wanted_and_more_than_a_request_takes_in_several(opened: Opened) -> None:
    sizes: list[int] = []

    def note(params: Mapping[str, Any], **_: Any) -> None:
        sizes.extend(len(asked["Keys"]) for asked in params["RequestItems"].values())

    opened.client.meta.events.register("provide-client-params.dynamodb.BatchGetItem", note)
    reads = BatchReads(opened.client, opened.name)
    assert reads.read() == ReadTogether()
    keys = [f"x#{number}" for number in range(BATCH_GET_MOST + 1)]
    assert reads.read(posts=[*keys, *keys]).posts.keys() == set(keys)
    assert sizes == [BATCH_GET_MOST, 1]


class BusyDynamoDb:
    """Leaves the last of the keys unread, as DynamoDB does under load."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def batch_get_item(self, RequestItems: Mapping[str, Any]) -> dict[str, Any]:
        ((name, asked),) = RequestItems.items()
        *served, last = asked["Keys"]
        answer = self._client.batch_get_item(RequestItems={name: {**asked, "Keys": served}})
        return {**answer, "UnprocessedKeys": {name: {"Keys": [last]}}}


def test_what_dynamodb_leaves_unread_is_left_out_and_not_taken_for_empty(opened: Opened) -> None:
    fill(opened)
    reads = BatchReads(BusyDynamoDb(opened.client), opened.name)
    found = reads.read(posts=("x#1", "x#404"), conversations=(CASE,), authors=("x#7",))
    assert found.posts == {key: opened.table.post(key) for key in ("x#1", "x#404")}
    assert (found.conversations.keys(), found.authors) == ({CASE}, {})


def test_urgencies_are_read_without_the_cases(opened: Opened) -> None:
    fill(opened)
    assert opened.table.urgencies([CASE, CASE, "x-404-7-nimbusair"]) == {CASE: 65}


def hear(opened: Opened, number: int, intent: Intent = Intent.COMPLAINT, **changes: Any) -> str:
    author = Author(f"u{number}", f"u{number}", followers=number or None)
    mention = a_mention(str(number), f"@NimbusAir the app is down {number}", conversation_id=str(number), author=author)
    judgement = replace(a_judgement(intent, 65), reasons=(Reason("stake.outage", 65, "an outage"),))
    opened.ingest(replace(mention, **changes), judgement)
    return f"x-{number}-u{number}-nimbusair"


def found(complaints: Complaints) -> dict[str, Any]:
    return {one.case_id: one for one in complaints.complaints(START - HOUR, START + HOUR)}


def test_a_complaint_is_read_as_its_case_says_and_what_does_not_count_is_not(opened: Opened) -> None:
    keys = [hear(opened, number) for number in range(4)]
    hear(opened, 10, Intent.QUESTION)
    hear(opened, 11, created_at=START + HOUR)
    history = hear(opened, 12)
    dismissed = hear(opened, 13)
    opened.table.change(dismissed, lambda one: one.after(dismiss(one.case, "mia", START)), START)
    opened.table.change(history, lambda one: (replace(one, case=changed(one.case, posts__is_history=True)), ()), START)
    opened.ingest(an_own_post("20", in_reply_to_id="1", conversation_id="1"))
    complaints = Complaints(opened.client, opened.name)
    expected = {key: complaint_of(opened.table.conversation(key).case) for key in keys}
    assert None not in expected.values()
    # Twice: the second time the features are remembered.
    assert found(complaints) == found(complaints) == expected


def test_a_case_that_has_changed_is_read_anew(opened: Opened) -> None:
    key = hear(opened, 1)
    complaints = Complaints(opened.client, opened.name)
    before = found(complaints)[key]
    opened.table.change(
        key, lambda one: (replace(one, case=replace(one.case, incident_id="incident-outage-1")), ()), START
    )
    assert found(complaints)[key] == replace(before, incident_id="incident-outage-1")
    # A notice to a colleague waits: its ladder does not run for that.
    notice = Notice.of("bob", NoticeReason.MENTIONED, "mia", START, "look")
    calm = opened.table.conversation(key).case.reset(None)
    told = replace(calm, notices=(notice,))
    opened.table.change(key, lambda one: (replace(one, case=told), ()), START)
    assert found(complaints)[key].is_alerting is False


def test_nothing_is_sent_of_a_case_but_what_is_needed(opened: Opened) -> None:
    hear(opened, 1)
    items: list[Any] = []

    def sent(parsed: Any, **_: Any) -> None:
        items.extend(parsed["Responses"][opened.name])

    opened.client.meta.events.register("after-call.dynamodb.BatchGetItem", sent)
    found(Complaints(opened.client, opened.name))
    (item,) = items
    needed = {*("pk", "sk", "version", "author", "opened_order", "status", "intent", "conversation_state")}
    assert set(item) == needed
