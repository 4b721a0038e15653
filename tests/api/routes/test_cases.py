"""Lists of cases, page by page and filter by filter; and one case in full."""

from datetime import timedelta

import pytest

from earshot.alerting.sms.receipt import ExpectedReceipt, Receipt
from earshot.cases.case.key import CaseKey
from earshot.timestamps import rfc3339
from earshot.triage.judgement import Intent
from tests.api.fakes import case_id
from tests.fakes import a_judgement, a_mention, an_own_post

pytestmark = pytest.mark.slow


def test_open_cases_most_urgent_first(made, call):
    for id, urgency in (("51", 62), ("52", 91), ("53", 12)):
        made.hear(a_mention(id, f"matter {id}", conversation_id=id, minutes=1), a_judgement(Intent.QUESTION, urgency))
    items = call("GET", "/cases").json["items"]
    urgencies = [item["urgency"] for item in items]
    assert urgencies == sorted(urgencies, reverse=True)
    assert {case_id(51), case_id(52), case_id(53)} <= {item["id"] for item in items}


def test_a_case_is_told_in_full(made, case, call):
    id = CaseKey.parse(case).conversation_id
    item = next(item for item in call("GET", "/cases", limit=100).json["items"] if item["id"] == case)
    assert item == {
        "id": case,
        "etag": f'"{case}.1"',
        "brand": "NimbusAir",
        "source": "x",
        "conversation_id": id,
        "author": {"id": "7", "handle": "jane", "name": "Jane Doe", "followers": 120, "verified": False},
        "text": f"@NimbusAir matter {id}",
        "link": f"https://x.com/jane/status/{id}",
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
        "assigned_by": None,
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
        # It waits a minute for others of its group.
        "alert_state": {
            "status": "grouped",
            "rung": 1,
            "until": rfc3339(made.clock() + timedelta(minutes=1)),
            "why": None,
            "next_rung": None,
            "next_at": None,
            "text": f"rung 1 will be alerted at {made.clock() + timedelta(minutes=1):%H:%M} UTC, together with others",
        },
        "undoable": None,
        "recovery": None,
        "grouped_until": None,
        "muted_by": None,
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


def test_a_case_file_holds_posts_log_and_alerts(made, case, call):
    id = CaseKey.parse(case).conversation_id
    made.hear(an_own_post(f"{id}0", conversation_id=id, minutes=7), a_judgement(Intent.OTHER, 0))
    made.alerts.record(
        case,
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
    sent = ExpectedReceipt((case,), made.clock())
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
            "outcome": "sent",
            "attempts": 1,
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
    assert call("GET", f"/cases/{case_id(71)}").json["mentions"][0]["text"] == text


@pytest.mark.parametrize(
    "path", [f"/cases/{case_id(404)}", "/cases/nonsense", "/cases/x-" + "9" * 3000, "/cases/x-%00"]
)
def test_a_case_that_is_not_there(call, path):
    answer = call("GET", path)
    assert answer.status == 404
    assert answer.json["type"] in {"urn:earshot:problem:not-found", "urn:earshot:problem:no-route"}
