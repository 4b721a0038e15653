"""The API as its gateway calls it: each route, each refusal, and nothing that scans."""

import base64
import io
import itertools
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from openapi_spec_validator import OpenAPIV31SpecValidator

import api
from earshot.alerting.sms.receipt import ExpectedReceipt, Receipt
from earshot.api.case_actions import CaseAction
from earshot.api.openapi import document
from earshot.api.resolver import GROUP_FIELD, SIGNED_IN
from earshot.cases.case.key import ConversationKey
from earshot.cases.case.status import Status
from earshot.cases.policy.table import PolicyTable
from earshot.cases.store.case_table import CaseTable
from earshot.errors import ConflictError
from earshot.mentions.checkpoint import Checkpoint
from earshot.mentions.feeds import feeds_of
from earshot.mentions.source_state import SourceStatus, next_state
from earshot.telemetry.powertools import logger
from earshot.timestamps import rfc3339
from earshot.triage.judgement import Intent
from infra.paths import ROOT
from tests.api.fakes import AWS, ENVIRON, Answer, Context, Tables, an_event, tables
from tests.fakes import a_judgement, a_mention, an_own_post

pytestmark = pytest.mark.slow

MIA, LEO = "mia@nimbus.example", "leo@nimbus.example"
DOCS = ROOT / "docs"
DOCUMENT, HANDBOOK = DOCS / "openapi.json", DOCS / "api.md"
Call = Callable[..., Answer]


@pytest.fixture(scope="module")
def wired() -> Iterator[tuple[Tables, Any]]:
    """Tables and the handler on them. moto's tables are slow to make: each test has a case of its own in these."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in AWS.items():
            patch.setenv(name, value)
        with tables() as made:
            yield made, api.build(ENVIRON, made.clock)


@pytest.fixture
def made(wired: tuple[Tables, Any]) -> Tables:
    # In a minute of its own, no test acts too often.
    wired[0].clock.advance(minutes=1)
    return wired[0]


@pytest.fixture
def call(wired: tuple[Tables, Any]) -> Call:
    def ask(method: str, path: str, **given: Any) -> Answer:
        return send(wired[1], an_event(method, path, **given))

    return ask


def send(handler: Any, event: dict[str, Any]) -> Answer:
    """Every answer has what every answer must have, and is one that the document knows."""
    given = handler(event, Context())
    answer = Answer(
        given["statusCode"], {name.lower(): value for name, value in given["headers"].items()}, given["body"]
    )
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    if answer.status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert {"type", "title", "status", "detail", "instance"} <= answer.json.keys()
        assert answer.json["status"] == answer.status
        assert answer.json["instance"] == event["rawPath"]
    else:
        assert answer.headers["content-type"] == "application/json"
    return answer


_ids = itertools.count(1000)


@pytest.fixture
def case(made: Tables) -> str:
    """The id of an open case of its own."""
    id = str(next(_ids))
    made.hear(a_mention(id, f"@NimbusAir matter {id}", conversation_id=id, minutes=0), a_judgement(urgency=65))
    return f"x-{id}"


# ------------------------------------------------------------------------------------------------------------- lists


def test_open_cases_most_urgent_first(made, call):
    for id, urgency in (("51", 62), ("52", 91), ("53", 12)):
        made.hear(a_mention(id, f"matter {id}", conversation_id=id, minutes=1), a_judgement(Intent.QUESTION, urgency))
    items = call("GET", "/cases").json["items"]
    urgencies = [item["urgency"] for item in items]
    assert urgencies == sorted(urgencies, reverse=True)
    assert {"x-51", "x-52", "x-53"} <= {item["id"] for item in items}


def test_a_case_is_told_in_full(case, call):
    item = next(item for item in call("GET", "/cases", limit=100).json["items"] if item["id"] == case)
    assert item == {
        "id": case,
        "etag": f'"{case}.1"',
        "brand": "NimbusAir",
        "source": "x",
        "conversation_id": case.removeprefix("x-"),
        "author": {"id": "7", "handle": "jane", "name": "Jane Doe", "followers": 120, "verified": False},
        "text": f"@NimbusAir matter {case.removeprefix('x-')}",
        "link": f"https://x.com/jane/status/{case.removeprefix('x-')}",
        "language": "en",
        "intent": "complaint",
        "urgency": 65,
        "severity": "high",
        "reasons": [{"rule": "lost-property", "points": 65, "text": "something of the customer's is lost"}],
        "topic": "other",
        "status": "open",
        "opened_at": "2026-11-21T09:00:00.000Z",
        "waiting_since": "2026-11-21T09:00:00.000Z",
        "due_at": "2026-11-21T10:00:00.000Z",
        "timeliness": "on_time",
        "first_response_at": None,
        "first_response_seconds": None,
        "acknowledged_at": None,
        "acknowledged_by": None,
        "acknowledgement_expires_at": None,
        "resolved_at": None,
        "resolved_by": None,
        "outcome": None,
        "corrected_by": None,
        "confirmed_by": None,
        "snoozed_until": None,
        "snoozed_by": None,
        "reach": 120,
        "reposts": 0,
        "rung": 1,
        "alerting": "due",
        "recovery": None,
        "held_until": None,
        "hushed": None,
        "incident": None,
        "incident_id": None,
    }


@pytest.mark.parametrize(
    "filters", [{}, {"severity": "high"}, {"order": "newest"}, {"order": "newest", "severity": "high"}]
)
def test_pages_give_every_case_once(case, call, filters):
    whole = [item["id"] for item in call("GET", "/cases", limit=100, **filters).json["items"]]
    assert case in whole
    paged, cursor = [], {}
    while cursor is not None:
        page = call("GET", "/cases", limit=2, **filters, **cursor).json
        paged += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"] and {"cursor": page["next_cursor"]}
    assert paged == whole


def test_a_status_that_no_case_has_is_an_empty_page(call):
    assert call("GET", "/cases", status="replied", severity="low").json == {"items": [], "next_cursor": None}


@pytest.mark.parametrize(
    ("query", "field", "remedy"),
    [
        ({"limit": 0}, "limit", "greater than or equal to 1"),
        ({"limit": 101}, "limit", "less than or equal to 100"),
        ({"limit": "many"}, "limit", "valid integer"),
        ({"status": "closed"}, "status", "'open', 'acknowledged', 'replied' or 'resolved'"),
        ({"severity": "huge"}, "severity", "'critical', 'high', 'normal' or 'low'"),
        ({"order": "oldest"}, "order", "'urgency' or 'newest'"),
        ({"cursor": "bm9uZQ"}, "cursor", "leave it out"),
        ({"cursor": "x" * 5000}, "cursor", "4096"),
    ],
)
def test_an_invalid_filter_is_named_with_its_remedy(call, query, field, remedy):
    answer = call("GET", "/cases", **query)
    assert answer.status == 400
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert remedy in answer.json["errors"][0]["message"]
    assert remedy in answer.json["detail"]


def test_a_cursor_of_other_filters_is_refused(made, call):
    for id in ("61", "62"):
        made.hear(a_mention(id, f"matter {id}", conversation_id=id))
    cursor = call("GET", "/cases", limit=1).json["next_cursor"]
    answer = call("GET", "/cases", limit=1, cursor=cursor, order="newest")
    assert answer.status == 400
    assert answer.json["type"] == "urn:earshot:problem:invalid-cursor"


def test_unknown_parameters_are_ignored(call):
    assert call("GET", "/cases", colour="red").status == 200


# --------------------------------------------------------------------------------------------------------- one case


def test_a_case_file_holds_posts_log_and_alerts(made, case, call):
    id = case.removeprefix("x-")
    made.hear(an_own_post(f"{id}0", conversation_id=id, minutes=7), a_judgement(Intent.OTHER, 0))
    made.cases.log_alert(
        f"x#{id}",
        "2026#01#sms",
        {
            "at": made.clock(),
            "rung": 1,
            "channel": "sms",
            "reason": "urgent case",
            "to": ("Mia Okafor",),
            "unreachable": (),
            "subject": None,
            "text": "HIGH",
            "message_id": "m-1",
        },
        made.clock(),
    )
    sent = ExpectedReceipt((f"x#{id}",), made.clock())
    made.receipts.file_receipt(Receipt("m-1", "+12025550101", False, "Phone is unreachable", None), sent, made.clock())
    file = call("GET", f"/cases/{case}").json
    assert file["case"]["status"] == "replied"
    assert file["case"]["first_response_seconds"] == 420
    assert [(mention["id"], mention["own"]) for mention in file["mentions"]] == [(id, False), (f"{id}0", True)]
    assert file["mentions"][0]["text"] == f"@NimbusAir matter {id}"
    assert file["mentions"][0]["sentiment"] == {
        "label": "negative",
        "positive": 0.05,
        "negative": 0.8,
        "neutral": 0.1,
        "mixed": 0.05,
        "analyzer": "lexicon",
    }
    assert file["complete"] is True
    assert {"opened", "replied"} <= {entry["what"] for entry in file["log"]}
    assert file["alerts"] == [
        {
            "at": rfc3339(made.clock()),
            "rung": 1,
            "channel": "sms",
            "reason": "urgent case",
            "to": ["Mia Okafor"],
            "unreachable": [],
            "subject": None,
            "text": "HIGH",
            "held_back": None,
            "deliveries": [
                {
                    "at": rfc3339(made.clock()),
                    "to": "number ending in 01",
                    "delivered": False,
                    "response": "Phone is unreachable",
                }
            ],
        }
    ]
    assert [entry["text"] for entry in file["log"] if entry["what"] == "undelivered"] == [
        "a text message did not arrive (number ending in 01): Phone is unreachable"
    ]


def test_a_post_is_given_unaltered(made, call):
    text = "@NimbusAir <b>\u201cgreat\u201d</b> &amp; \U0001f62d\n\tZeile \u00e9"
    made.hear(a_mention("71", text, conversation_id="71"))
    assert call("GET", "/cases/x-71").json["mentions"][0]["text"] == text


@pytest.mark.parametrize("path", ["/cases/x-404", "/cases/nonsense", "/cases/x-" + "9" * 3000, "/cases/x-%00"])
def test_a_case_that_is_not_there(call, path):
    answer = call("GET", path)
    assert answer.status == 404
    assert answer.json["type"] in {"urn:earshot:problem:not-found", "urn:earshot:problem:no-route"}


# ------------------------------------------------------------------------------------------------------------- acts


def test_acknowledging_takes_the_case_and_the_second_is_told_who_holds_it(made, case, call):
    taken = call("POST", f"/cases/{case}/acknowledge", by=MIA)
    assert (taken.status, taken.json["status"], taken.json["acknowledged_by"]) == (200, "acknowledged", MIA)
    assert taken.json["alerting"] == "off"
    second = call("POST", f"/cases/{case}/acknowledge", by=LEO)
    assert second.status == 409
    assert second.json["held_by"] == MIA
    assert second.json["since"] == taken.json["acknowledged_at"]
    assert second.json["case_status"] == "acknowledged"
    assert MIA in second.json["detail"]


def test_acknowledging_twice_writes_nothing(made, case, call):
    first = call("POST", f"/cases/{case}/acknowledge", by=MIA)
    made.clock.advance(minutes=1)
    made.calls.clear()
    assert call("POST", f"/cases/{case}/acknowledge", by=MIA).json == first.json
    # The case, once a minute the policy, and the count of what one person does.
    assert made.calls == {"GetItem": 2, "UpdateItem": 1}


@pytest.mark.parametrize(("text", "minutes"), [("", 30), ("acknowledgement_expires_minutes = 10", 10)])
def test_how_long_somebody_may_hold_a_case_is_the_policys(made, case, call, text, minutes):
    PolicyTable(made.client, "CaseTable").write(text, made.clock())
    made.clock.advance(minutes=1)
    taken = call("POST", f"/cases/{case}/acknowledge", by=MIA).json
    assert taken["acknowledgement_expires_at"] == rfc3339(made.clock() + timedelta(minutes=minutes))


def test_under_a_policy_without_an_end_somebody_holds_a_case_for_ever(made, case, call):
    PolicyTable(made.client, "CaseTable").write("acknowledgement_expires_minutes = 0", made.clock())
    made.clock.advance(minutes=1)
    assert call("POST", f"/cases/{case}/acknowledge", by=MIA).json["acknowledgement_expires_at"] is None
    PolicyTable(made.client, "CaseTable").write("", made.clock())
    made.clock.advance(minutes=1)


def test_of_two_at_the_same_moment_one_gets_the_case_and_the_other_is_told(made, case, call, monkeypatch):
    """Leo's write falls between Mia's read and Mia's write: hers is refused by its version, and she reads again."""
    save, leo_is_first = CaseTable.save, [True]

    def save_second(table, changes, **given):
        if leo_is_first and leo_is_first.pop():
            CaseAction(made.cases, str(ConversationKey.of_case(case)), LEO, made.clock()).acknowledge()
        return save(table, changes, **given)

    monkeypatch.setattr(CaseTable, "save", save_second)
    answer = call("POST", f"/cases/{case}/acknowledge", by=MIA)
    assert (answer.status, answer.json["held_by"]) == (409, LEO)
    log = call("GET", f"/cases/{case}").json["log"]
    assert [entry["by"] for entry in log if entry["what"] == "acknowledged"] == [LEO]


def test_a_case_that_others_keep_changing_is_a_conflict_to_try_again(case, call, monkeypatch):
    def never(*_: object, **__: object) -> None:
        raise ConflictError("changed by somebody else")

    monkeypatch.setattr(CaseTable, "save", never)
    answer = call("POST", f"/cases/{case}/notes", body={"text": "hello"})
    assert (answer.status, answer.json["type"]) == (409, "urn:earshot:problem:changed-meanwhile")
    assert "try again" in answer.json["detail"]


def test_a_note_stands_in_the_log_under_its_authors_name(case, call):
    note = call("POST", f"/cases/{case}/notes", by=LEO, body={"text": "  called her \U0001f44d "})
    assert note.status == 201
    assert note.json == {
        "at": note.json["at"],
        "by": LEO,
        "what": "note",
        "text": "called her \U0001f44d",
    }
    assert call("GET", f"/cases/{case}").json["log"][-1] == note.json


def test_resolving_and_reopening(case, call):
    done = call("POST", f"/cases/{case}/resolve", by=MIA, body={"why": "refunded"}).json
    assert (done["status"], done["resolved_by"]) == ("resolved", MIA)
    again = call("POST", f"/cases/{case}/resolve", by=LEO)
    assert again.status == 409
    assert (again.json["case_status"], "held_by" in again.json) == ("resolved", False)
    assert call("POST", f"/cases/{case}/acknowledge").status == 409
    assert call("POST", f"/cases/{case}/reopen", by=LEO, body={}).json["status"] == "open"
    refused = call("POST", f"/cases/{case}/reopen")
    assert refused.status == 409
    assert "only a replied or resolved case" in refused.json["detail"]
    log = call("GET", f"/cases/{case}").json["log"]
    assert [(entry["what"], entry["by"], entry["text"]) for entry in log[-2:]] == [
        ("resolved", MIA, "refunded"),
        ("reopened", LEO, ""),
    ]


def test_handing_over_frees_the_case_and_the_next_rung_is_alerted(case, call):
    call("POST", f"/cases/{case}/acknowledge", by=MIA)
    refused = call("POST", f"/cases/{case}/hand-over", by=LEO)
    assert (refused.status, refused.json["held_by"]) == (409, MIA)
    handed = call("POST", f"/cases/{case}/hand-over", by=MIA).json
    assert (handed["status"], handed["rung"], handed["alerting"], handed["acknowledged_by"]) == ("open", 2, "due", None)
    assert call("POST", f"/cases/{case}/hand-over", by=MIA).json == handed


@pytest.mark.parametrize(("body", "until"), [(None, 30), ({}, 30), ({"minutes": 30}, 30), ({"minutes": 60}, 60)])
def test_a_snoozed_case_says_until_when_and_by_whom(made, case, call, body, until):
    snoozed = call("POST", f"/cases/{case}/snooze", by=MIA, body=body).json
    # A ladder counts whole minutes from its start.
    end = datetime.fromisoformat(snoozed["snoozed_until"]) - made.clock()
    assert timedelta(0) <= end - timedelta(minutes=until) < timedelta(minutes=1)
    assert (snoozed["snoozed_by"], snoozed["alerting"]) == (MIA, "waiting")
    assert call("POST", f"/cases/{case}/snooze", by=LEO, body=body).json == snoozed


@pytest.mark.parametrize("minutes", [0, 31, "30 min", None, 1e9])
def test_a_snooze_of_another_length_is_refused(case, call, minutes):
    answer = call("POST", f"/cases/{case}/snooze", body={"minutes": minutes})
    assert (answer.status, [error["field"] for error in answer.json["errors"]]) == (400, ["minutes"])


def test_what_is_no_complaint_is_resolved_and_says_so(case, call):
    done = call("POST", f"/cases/{case}/not-a-complaint", by=MIA).json
    assert (done["status"], done["resolved_by"], done["outcome"]) == ("resolved", MIA, "not a complaint")
    assert call("POST", f"/cases/{case}/not-a-complaint", by=LEO).json == done
    entry = call("GET", f"/cases/{case}").json["log"][-1]
    assert (entry["what"], entry["by"]) == ("dismissed", MIA)


@pytest.mark.parametrize("act", ["acknowledge", "resolve", "reopen", "notes", "hand-over", "snooze", "not-a-complaint"])
def test_nothing_is_done_to_a_case_that_is_not_there(made, call, act):
    made.calls.clear()
    answer = call("POST", f"/cases/x-404/{act}", body={"text": "hello"} if act == "notes" else None)
    assert answer.status == 404
    assert set(made.calls) <= {"GetItem", "UpdateItem"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": "   "}, "text"),
        ({"text": "x" * 4001}, "text"),
        ({"text": 7}, "text"),
        ({"text": None}, "text"),
        ({"text": "\ud800"}, "text"),
        ({"text": "fine", "colour": "red"}, "colour"),
        (None, "body"),
    ],
)
def test_a_note_that_is_none(case, call, body, field):
    answer = call("POST", f"/cases/{case}/notes", body=body)
    assert answer.status == 400
    assert [error["field"] for error in answer.json["errors"]] == [field]


@pytest.mark.parametrize("body", ["{", "[]", "null", '"text"', "[" * 60_000, "{" + " " * 70_000 + "}"])
def test_a_body_that_is_no_object(case, call, body):
    answer = call("POST", f"/cases/{case}/notes", body=body)
    assert (answer.status, answer.json["type"]) == (400, "urn:earshot:problem:unreadable-body")


def test_a_body_in_base64_is_read_and_a_broken_one_refused(wired, case):
    event = an_event("POST", f"/cases/{case}/notes", body="x") | {"isBase64Encoded": True}
    packed = base64.b64encode(json.dumps({"text": "é"}).encode()).decode()
    assert send(wired[1], event | {"body": packed}).json["text"] == "é"
    for broken in ("%", base64.b64encode(b"\xff").decode()):
        assert send(wired[1], event | {"body": broken}).status == 400


def test_only_json_is_taken(wired, case):
    event = an_event("POST", f"/cases/{case}/notes", body={"text": "hello"})
    event["headers"]["content-type"] = "multipart/form-data"
    assert send(wired[1], event).status == 415
    event["headers"]["content-type"] = "application/json; charset=utf-8"
    assert send(wired[1], event).status == 201


# ------------------------------------------------------------------------------------------------ authors and counts


def test_an_authors_history(made, call):
    author = replace(a_mention().author, id="did:plc:4711")
    for id in ("81", "82", "83"):
        made.hear(a_mention(id, f"matter {id}", conversation_id=id, author=author))
    seen, cursor = [], {}
    while cursor is not None:
        page = call("GET", "/authors/x/did:plc:4711", limit=4, **cursor).json
        seen += [(item["kind"], item[item["kind"]]["id"]) for item in page["items"]]
        cursor = page["next_cursor"] and {"cursor": page["next_cursor"]}
    newest_first = ["83", "82", "81"]
    assert seen == [pair for id in newest_first for pair in (("case", f"x-{id}"), ("mention", id))]


def test_nobody_knows_a_stranger(call):
    assert call("GET", "/authors/x/404").status == 404
    assert call("GET", "/authors/x/" + "9" * 401).status == 400
    assert call("GET", "/authors/x/404", cursor="bm9uZQ").status == 400


def test_counts_by_day_for_customers_and_the_brand(made, call):
    for id, days, intent, urgency in (
        ("91", -30, Intent.COMPLAINT, 90),
        ("92", -30, Intent.PRAISE, 0),
        ("93", -28, Intent.QUESTION, 40),
    ):
        made.hear(a_mention(id, f"matter {id}", conversation_id=id, minutes=days * 1440), a_judgement(intent, urgency))
    made.hear(an_own_post("94", conversation_id="91", minutes=-28 * 1440), a_judgement(Intent.OTHER, 0))
    counts = call("GET", "/counts", **{"from": "2026-10-22", "to": "2026-10-24"}).json
    assert (counts["from"], counts["to"]) == ("2026-10-22", "2026-10-24")
    total = counts["total"]
    assert (total["mentions"], total["own"], total["customers"]) == (4, 1, 3)
    assert total["by_intent"] == {"complaint": 1, "question": 1, "opportunity": 0, "praise": 1, "other": 0}
    assert total["by_severity"] == {"critical": 1, "high": 0, "normal": 1, "low": 1}
    assert total["by_sentiment"] == {"positive": 0, "negative": 3, "neutral": 0, "mixed": 0, "unclassified": 0}
    assert total["by_source"] == {"x": 3}
    assert [(day["day"], day["customers"], day["own"]) for day in counts["days"]] == [
        ("2026-10-22", 2, 0),
        ("2026-10-23", 0, 0),
        ("2026-10-24", 1, 1),
    ]


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2026-11-02", "2026-11-01", "to"),
        ("2026-10-01", "2026-11-01", "to"),
        ("2026-02-30", "2026-03-01", "from"),
        ("yesterday", "2026-03-01", "from"),
        ("1700000000", "2026-03-01", "from"),
        ("2026-03-01", "0000-01-01", "to"),
    ],
)
def test_a_period_that_is_none(call, first, last, field):
    answer = call("GET", "/counts", **{"from": first, "to": last})
    assert answer.status == 400
    assert [error["field"] for error in answer.json["errors"]] == [field]


def test_a_period_must_be_named_and_may_have_31_days(made, call):
    assert [error["field"] for error in call("GET", "/counts").json["errors"]] == ["from", "to"]
    made.calls.clear()
    counts = call("GET", "/counts", **{"from": "2025-01-01", "to": "2025-01-31"}).json
    assert len(counts["days"]) == 31
    assert made.calls == {"Query": 31}


# ----------------------------------------------------------------------------------------------------------- health


def test_health_tells_each_source_and_the_spending(made, call):
    feeds = feeds_of(("NimbusAir",), ("nimbus air",))
    before = call("GET", "/health").json
    assert before["status"] == "degraded"
    assert {source["status"] for source in before["sources"]} == {"never_run"}
    for feed in feeds:
        run(made, feed.key, SourceStatus.OK, "3 posts read")
    made.sources.spend("x", "2026-11", 12_345_678)
    made.texts.book_beyond(1_250_000, made.clock())
    health = call("GET", "/health").json
    assert health["status"] == "ok"
    assert [source["source"] for source in health["sources"]] == [feed.key for feed in feeds]
    assert health["spending"] == [
        {"service": "x", "month": "2026-11", "spent_usd": 12.345678, "limit_usd": 50.0},
        {"service": "comprehend", "month": "2026-11", "spent_usd": 0.0, "limit_usd": 20.0},
        {"service": "sms", "month": "2026-11", "spent_usd": 1.25, "limit_usd": 20.0},
    ]
    run(made, feeds[0].key, SourceStatus.UNAUTHORISED, "X refuses the bearer token: put a new one into the secret.")
    worse = call("GET", "/health").json
    assert worse["status"] == "degraded"
    assert "bearer token" in worse["sources"][0]["message"]


def run(made: Tables, source: str, status: SourceStatus, message: str) -> None:
    """One run of the fetcher, as the source table sees it."""
    held = made.sources.acquire(source, "run", made.clock(), timedelta(minutes=1))
    state = next_state(held.state, source, status, message, made.clock())
    made.sources.save(source, "run", Checkpoint(), state)


# ----------------------------------------------------------------------------------------------------- who, and what


@pytest.mark.parametrize(
    "path", ["/cases", "/cases/x-1", "/counts", "/health", "/openapi.json", "/authors/x/1", "/nowhere"]
)
def test_without_claims_nobody_gets_anything(made, call, path):
    made.calls.clear()
    answer = call("GET", path, by=None)
    assert answer.status == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert made.calls == {}


@pytest.mark.parametrize("act", ["acknowledge", "notes", "resolve", "reopen", "hand-over", "snooze", "not-a-complaint"])
def test_without_claims_nobody_does_anything(made, case, call, act):
    made.calls.clear()
    assert call("POST", f"/cases/{case}/{act}", by=None, body={"text": "hello"}).status == 401
    assert made.calls == {}


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"sub": "5f1c", "username": "u", "cognito:username": "c", "email": "e@x.example"}, "e@x.example"),
        ({"sub": "5f1c", "username": "u", "cognito:username": "c"}, "c"),
        ({"sub": "5f1c", "username": "u", "email": ""}, "u"),
        ({"sub": "5f1c"}, "5f1c"),
    ],
)
def test_who_acts_is_whom_the_token_names(wired, case, claims, name):
    event = an_event("POST", f"/cases/{case}/acknowledge")
    event["requestContext"]["authorizer"]["jwt"]["claims"] = claims | {"cognito:groups": "[agent]"}
    assert send(wired[1], event).json["acknowledged_by"] == name


def test_an_unknown_route_and_a_method_that_a_route_does_not_have(call):
    assert call("GET", "/nowhere").status == 404
    for path, operations in json.loads(document())["paths"].items():
        asked = re.sub("{[^}]+}", "1", path)
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"):
            if method.lower() not in operations:
                answer = call(method, asked)
                assert (answer.status, answer.headers["allow"]) == (405, ", ".join(operations).upper())


def test_what_is_our_own_mistake_flies_so_that_the_alarm_hears_it(monkeypatch, call):
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("defect")

    monkeypatch.setattr("earshot.cases.store.queries.CaseQueries.cases", broken)
    with pytest.raises(RuntimeError, match="defect"):
        call("GET", "/cases")


def test_an_answer_of_the_wrong_shape_is_our_mistake_and_not_the_callers(monkeypatch, call):
    monkeypatch.setattr("earshot.api.schemas.health.Health.model_validate", lambda health: {"status": "none"})
    with pytest.raises(RequestValidationError):
        call("GET", "/health")


def test_no_post_and_no_name_is_logged(case, call, capsys, monkeypatch):
    log = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    call("GET", f"/cases/{case}")
    call("POST", f"/cases/{case}/notes", body={"text": "the customer's number is 4711-0815"})
    call("POST", f"/cases/{case}/acknowledge")
    logged = log.getvalue() + capsys.readouterr().out
    assert '"gateway-1"' in logged  # the gateway's request id correlates
    assert '"TimeToAcknowledge"' in logged
    for private in ("matter", "jane", "4711-0815", MIA):
        assert private not in logged


def test_nothing_scans(made, case, call):
    made.calls.clear()
    for path, query in (
        ("/cases", {}),
        ("/cases", {"order": "newest", "severity": "low"}),
        (f"/cases/{case}", {}),
        ("/authors/x/7", {}),
        ("/counts", {"from": "2026-11-21", "to": "2026-11-21"}),
        ("/health", {}),
        ("/cases", {"intent": "complaint", "holder": MIA, "find": "jane"}),
        ("/corrections", {"from": "2026-11-21", "to": "2026-11-21"}),
    ):
        assert call("GET", path, **query).status == 200
    for act in ("acknowledge", "notes", "resolve", "reopen"):
        assert call("POST", f"/cases/{case}/{act}", body={"text": "hello"} if act == "notes" else {}).status < 300
    assert set(made.calls) == {"Query", "GetItem", "BatchGetItem", "TransactWriteItems", "UpdateItem"}


# -------------------------------------------------------------------------------------------------------- the document


def test_the_document_is_valid_and_served(call):
    served = call("GET", "/openapi.json")
    OpenAPIV31SpecValidator(served.json).validate()
    assert served.json == json.loads(document())


def test_every_route_is_documented_with_its_answers():
    for path, operations in json.loads(document())["paths"].items():
        for method, operation in operations.items():
            answers = operation["responses"]
            assert operation["summary"], f"{method} {path}"
            assert {"401"} < set(answers), f"{method} {path}"
            assert ("429" in answers) == (method != "get"), f"{method} {path}"
            # A note or a silence is right whatever others do meanwhile.
            unconditional = path.endswith("/notes") or path.startswith("/silences")
            assert ("412" in answers) == (method != "get" and not unconditional), f"{method} {path}"
            assert ("403" in answers) == (operation[GROUP_FIELD] != SIGNED_IN), f"{method} {path}"
            # What is put need not have been there; but no name in a path may have every sign in it.
            assert ("404" in answers) == ("{" in path), f"{method} {path}"
            for status, answer in answers.items():
                good = "text/csv" if path.endswith(".csv") else "application/json"
                kind = good if status in {"200", "201"} else "application/problem+json"
                kinds = [] if status == "304" else [kind]
                also = {"text/csv"} - {good}
                assert [kind for kind in answer.get("content", {}) if kind not in also] == kinds, f"{method} {path}"


def test_the_document_in_the_repository_is_that_of_the_code():
    assert DOCUMENT.read_text(encoding="utf-8") == document(), (
        "docs/openapi.json is not what the routes say: run `earshot openapi > docs/openapi.json`."
    )


def test_the_statuses_of_a_case_are_those_of_the_document():
    assert json.loads(document())["components"]["schemas"]["Status"]["enum"] == [str(status) for status in Status]


def test_every_route_and_its_answers_stand_in_the_handbook():
    handbook = HANDBOOK.read_text(encoding="utf-8")
    for path, operations in json.loads(document())["paths"].items():
        for method, operation in operations.items():
            route = f"`{method.upper()} {path}`"
            assert f"### {route}\n" in handbook, f"docs/api.md has no section on {route}"
            row = f"| {route} | {operation[GROUP_FIELD]} | {', '.join(sorted(operation['responses']))} |"
            assert row in handbook, f"docs/api.md should have a row that begins {row!r}"
