"""What the watch reads of cases by index is what the cases themselves say."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from earshot.cases.incidents.complaint import complaint_of
from earshot.cases.store.complaints import Complaints
from earshot.mentions.mention import Author
from earshot.triage.judgement import Intent, Reason
from tests.cases.store.opened_table import Opened
from tests.fakes import START, a_judgement, a_mention, an_own_post

pytestmark = pytest.mark.slow
HOUR = timedelta(hours=1)


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
    opened.table.change(dismissed, lambda one: one.after(one.case.dismiss("mia", START)), START)
    opened.table.change(history, lambda one: (replace(one, case=replace(one.case, is_history=True)), ()), START)
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


def test_nothing_is_sent_of_a_case_but_what_is_needed(opened: Opened) -> None:
    hear(opened, 1)
    items: list[Any] = []
    opened.client.meta.events.register("after-call.dynamodb.Query", lambda parsed, **_: items.extend(parsed["Items"]))
    found(Complaints(opened.client, opened.name))
    (item,) = items
    assert set(item["conversation_state"]["M"]["case"]["M"]) <= {
        *("brand", "author", "headline", "assessment", "is_history", "resolution", "incident_id"),
    }
    assert set(item) == {"pk", "version", "author", "alerting", "opened_order", "conversation_state"}
