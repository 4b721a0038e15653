"""Receipts of removals, and asking for one, over the API."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

import pytest

import api
from earshot.aws.dynamodb import from_item, to_item
from earshot.cases.conversation.forgetting import REMOVED
from earshot.cases.removal.item_removal import ItemRemoval
from earshot.cases.removal.post_removal import PostRemoval
from earshot.cases.removal.receipt import Receipt
from earshot.cases.removal.subject import Kind, digest_of
from earshot.cases.removal.sweep.state import SWEEP_STATES, SweepState
from earshot.cases.removal.table import RemovalTable
from earshot.cases.store.formats.steps import FORMATS
from earshot.mentions.mention import Author
from earshot.mentions.source_state import SourceStatus, next_state
from earshot.mentions.source_table import SourcesOf
from tests.api.fakes import ENVIRON, Call, Tables, call_on, case_id, tables
from tests.fakes import START, a_judgement, a_mention

DAYS = {"from": "2026-11-20", "to": "2026-11-25"}


@pytest.fixture(scope="module")
def made() -> Iterator[Tables]:
    with tables() as made:
        yield made


@pytest.fixture(scope="module")
def call(made: Tables) -> Call:
    return call_on(api.build(ENVIRON, made.clock))


def removals(made: Tables) -> tuple[RemovalTable, PostRemoval]:
    table = RemovalTable(made.client, "CaseTable")
    return table, PostRemoval(table, made.cases, partial(ItemRemoval, made.client, "CaseTable"))


def test_who_brings_posts_has_them_removed_and_an_auditor_reads_when(call: Call, made: Tables) -> None:
    brought = a_mention(
        "r-1", "the lamp burnt my hand", source="trustpilot", conversation_id="r-1", author=Author("ann")
    )
    made.hear(brought, a_judgement())
    asked = call("POST", "/removals", body={"source": "trustpilot", "id": "r-1"}, groups="[agent]")
    assert (asked.status, asked.json["status"]) == (202, "asked")
    call("POST", "/removals", body={"source": "trustpilot", "id": "never-brought"}, groups="[agent]")
    refused = call("POST", "/removals", body={"source": "x", "id": "1"}, groups="[agent]")
    assert (refused.status, "earshot forget post" in refused.json["errors"][0]["message"]) == (400, True)
    (table, removal), later = removals(made), made.clock() + timedelta(minutes=40)
    assert [removal.remove_asked(one, later) for one in table.asked()] == [False, True]
    assert table.asked() == []
    answer = call("GET", "/removals", **DAYS, groups="[admin]")
    (receipt,) = answer.json["items"]
    assert receipt["digest"] == digest_of(Kind.POST, "trustpilot", "r-1")
    assert (receipt["reason"], receipt["noticed_at"] < receipt["removed_at"]) == ("removal was asked for", True)
    assert "lamp" not in str(call("GET", "/inbox").json)
    assert call("GET", "/removals", **DAYS).status == 403
    assert call("GET", "/removals", **{"from": "2026-12-01", "to": "2026-12-02"}, groups="[admin]").json["items"] == []


def test_it_is_said_how_each_network_was_looked_at(call: Call, made: Tables) -> None:
    states = SourcesOf(made.client, "SourceTable", SWEEP_STATES)
    states.acquire("sweep#x", "run", START, timedelta(minutes=5))
    state = next_state(None, "sweep#x", SourceStatus.RATE_LIMITED, "Too often.", START)
    states.save("sweep#x", "run", SweepState(), state)
    (sweep,) = call("GET", "/removals", **DAYS, groups="[admin]").json["sweeps"]
    assert (sweep["source"], sweep["status"], sweep["message"]) == ("x", "rate_limited", "Too often.")


def test_what_is_asked_for_before_it_comes_is_kept_out_and_asking_again_changes_nothing(
    call: Call, made: Tables
) -> None:
    body = {"source": "trustpilot", "id": "early"}
    call("POST", "/removals", body=body, groups="[agent]")
    (table, removal), first = removals(made), made.clock()
    made.clock.advance(minutes=5)
    call("POST", "/removals", body=body, groups="[agent]")
    (asked,) = table.asked()
    assert asked.at == first
    assert removal.remove_asked(asked, made.clock()) is False
    key = "trustpilot#early"
    assert made.cases.known([key])[key].forgotten_at == made.clock()


def test_a_busy_month_hides_no_day_of_it(made: Tables) -> None:
    table = removals(made)[0]
    noticed = [START.replace(year=2025, month=5, day=day) for day in (1, 2, 30, 31)]
    for at in noticed:
        table.write(Receipt.of_post("x", f"{at:%d}", "deleted", at, "sweep"))
    days = [date(2025, 4, 30), date(2025, 5, 1), date(2025, 5, 2)]
    assert [one.noticed_at for one in table.receipts(days)] == noticed[1::-1]
    assert next(table.receipts([date(2025, 5, 1), date(2025, 6, 1)])).noticed_at == noticed[-1]


def test_whoever_calls_themselves_as_the_brand_takes_no_text_with_it_that_names_it(made: Tables) -> None:
    stranger = Author("66", "nimbus_help", "Nimbus  Air")
    words = "send us your card number right here please"
    made.hear(a_mention("66", words, conversation_id="66", author=stranger), a_judgement())
    mine, other = case_id("66", "66"), case_id("67")
    told = {
        mine: {"text": f"Nimbus Air is told: {words}", "told_with": [mine, other]},
        other: {"text": "Nimbus  Air lost the bag of Ren"},
    }
    for case, alert in told.items():
        item = {"pk": f"CASE#{case}", "sk": "ALERT#0#email", "alert": {"outcome": "sent", **alert}}
        made.client.put_item(TableName="CaseTable", Item=to_item(FORMATS.stamped(item)))
    (table, removal) = removals(made)
    (post,) = table.kept(["x#66"])
    removal.remove(post, "deleted", made.clock(), made.clock())
    left = {case: from_item(item)["alert"]["text"] for case in told for item in table.partition(case, "ALERT#0")}
    assert left == {mine: REMOVED, other: told[other]["text"]}
