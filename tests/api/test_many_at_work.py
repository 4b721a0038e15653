"""The API where several people work at once: acts on what was seen, verdicts on judgements, filters, and how often."""

import csv
import itertools
import json
from typing import Any

import boto3
import pytest

import api
from earshot.api.case_actions import CaseAction
from earshot.api.resolver import MAX_ACTIONS_PER_MINUTE
from earshot.cases.store.case_table import CaseTable
from earshot.mentions.mention import Author
from earshot.triage.judgement import Intent
from tests.api.fakes import ENVIRON, Call, Context, Tables, an_event, call_on, case_id, create_link_secret
from tests.fakes import a_judgement, a_mention

pytestmark = pytest.mark.slow

MIA, LEO = "mia@nimbus.example", "leo@nimbus.example"
DAY = {"from": "2026-11-21", "to": "2026-11-21"}
BODIES = {"snooze": {"minutes": 60}, "correct": {"severity": "low"}}
ACTS = ["acknowledge", "hand-over", "snooze", "resolve", "not-a-complaint", "correct", "confirm"]
# Of one length, for what happens in one moment is listed by the id.
_ids = itertools.count(100)


@pytest.fixture(scope="module")
def wired(wired: tuple[Tables, Any]) -> tuple[Tables, Any]:
    """With the secret that cursors are signed with."""
    create_link_secret()
    return wired


@pytest.fixture
def call(wired: tuple[Tables, Any]) -> Call:
    return call_on(wired[1])


# ----------------------------------------------------------------------------------------- acting on what was seen


def test_the_tag_of_a_case_is_one_wherever_it_is_told(case: str, call: Call) -> None:
    file = call("GET", f"/cases/{case}")
    assert file.headers["etag"] == file.json["case"]["etag"] == f'"{case}.1"'
    listed = {item["id"]: item["etag"] for item in call("GET", "/cases", limit=100).json["items"]}
    assert listed[case] == f'"{case}.1"'
    taken = call("POST", f"/cases/{case}/acknowledge")
    assert taken.json["etag"] == call("GET", f"/cases/{case}").headers["etag"] == f'"{case}.2"'


@pytest.mark.parametrize("act", ACTS)
def test_an_act_on_a_case_that_has_changed_is_refused_and_told_how_it_stands(case: str, call: Call, act: str) -> None:
    seen = call("GET", f"/cases/{case}").headers["etag"]
    taken = call("POST", f"/cases/{case}/acknowledge", by=LEO).json
    answer = call("POST", f"/cases/{case}/{act}", by=MIA, body=BODIES.get(act), headers={"If-Match": seen})
    assert (answer.status, answer.json["type"]) == (412, "urn:earshot:problem:changed-meanwhile")
    assert (answer.json["case_status"], answer.json["held_by"]) == ("acknowledged", LEO)
    assert (answer.json["since"], answer.json["etag"]) == (taken["acknowledged_at"], taken["etag"])
    assert call("GET", f"/cases/{case}").json["case"] == taken


@pytest.mark.parametrize("act", [*ACTS, "reopen"])
def test_an_act_on_the_case_as_it_was_seen_is_done(case: str, call: Call, act: str) -> None:
    if act == "reopen":
        call("POST", f"/cases/{case}/resolve")
    seen = call("GET", f"/cases/{case}").headers["etag"]
    answer = call("POST", f"/cases/{case}/{act}", body=BODIES.get(act), headers={"If-Match": f'"other", {seen}'})
    assert answer.status == 200
    assert answer.json["etag"] != seen
    assert call("POST", f"/cases/{case}/{act}", body=BODIES.get(act), headers={"If-Match": seen}).status == 412


def test_who_was_faster_by_a_moment_is_seen_as_well(
    made: Tables, case: str, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leo's note falls between Mia's read and Mia's write: her condition is asked again of what she then reads."""
    save, leo_is_first = CaseTable.save, [True]

    def save_second(table: CaseTable, changes: Any, **given: Any) -> None:
        if leo_is_first and leo_is_first.pop():
            CaseAction(made.cases, case, LEO, made.clock()).note("mine")
        return save(table, changes, **given)

    monkeypatch.setattr(CaseTable, "save", save_second)
    answer = call("POST", f"/cases/{case}/acknowledge", by=MIA, headers={"If-Match": f'"{case}.1"'})
    assert (answer.status, answer.json["case_status"], answer.json["etag"]) == (412, "open", f'"{case}.2"')


def test_a_list_that_has_not_changed_is_not_sent_again(case: str, call: Call) -> None:
    first = call("GET", "/cases", limit=100)
    again = call("GET", "/cases", limit=100, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status, again.headers["etag"]) == (304, first.headers["etag"])
    assert not again.text
    call("POST", f"/cases/{case}/acknowledge")
    changed = call("GET", "/cases", limit=100, headers={"If-None-Match": first.headers["etag"]})
    assert changed.status == 200
    assert case not in {item["id"] for item in changed.json["items"]}


# --------------------------------------------------------------------------------------------------------- filters


def test_cases_are_found_by_handle_name_and_word_however_written(made: Tables, call: Call) -> None:
    author = Author("77", "Zoë_Q", "Dr. Zoë Quist")
    made.hear(a_mention("901", "Meine STRASSE, ist gesperrt", conversation_id="901", author=author), a_judgement())
    for words in ("@zoë_q", "ZOË", "zoe\u0308_q", "quist", "straße, ist", "ist ges", " gesperrt "):
        found = [item["id"] for item in call("GET", "/cases", find=words).json["items"]]
        assert found == [case_id(901, "77")], words
    assert call("GET", "/cases", find="strasse", intent="praise").json["items"] == []
    for nothing in ("", "  "):
        assert call("GET", "/cases", find=nothing).status == 400


def test_cases_are_found_by_who_holds_them(case: str, call: Call) -> None:
    call("POST", f"/cases/{case}/acknowledge", by="zoe@nimbus.example")
    held = call("GET", "/cases", status="acknowledged", holder="zoe@nimbus.example").json["items"]
    assert [item["id"] for item in held] == [case]
    assert call("GET", "/cases", status="acknowledged", holder="nobody").json["items"] == []


@pytest.mark.parametrize("other", [{"intent": "complaint"}, {"holder": MIA}, {"find": "matter"}, {"order": "newest"}])
def test_a_cursor_is_good_for_its_filters_alone(made: Tables, call: Call, other: dict[str, str]) -> None:
    for _ in range(2):
        id = str(next(_ids))
        made.hear(a_mention(id, "again", conversation_id=id), a_judgement())
    cursor = call("GET", "/cases", limit=1).json["next_cursor"]
    assert call("GET", "/cases", limit=1, cursor=cursor).status == 200
    answer = call("GET", "/cases", limit=1, cursor=cursor, **other)
    assert (answer.status, answer.json["type"]) == (400, "urn:earshot:problem:invalid-cursor")


def test_a_rotation_of_the_secret_breaks_no_list(made: Tables, case: str, call: Call) -> None:
    made.hear(a_mention("911", "again", conversation_id="911"), a_judgement())
    before = call("GET", "/cases", limit=1).json["next_cursor"]
    boto3.client("secretsmanager").put_secret_value(SecretId="LinkSecret", SecretString="t" * 64)
    made.clock.advance(minutes=6)
    after = call("GET", "/cases", limit=1).json["next_cursor"]
    assert after != before
    pages = [call("GET", "/cases", limit=1, cursor=cursor).json["items"] for cursor in (before, after)]
    assert pages[0] == pages[1] != []


def test_without_the_secret_lists_are_still_read_page_by_page(made: Tables, case: str, wired: Any) -> None:
    made.hear(a_mention("912", "again", conversation_id="912"), a_judgement())
    handler = api.build(ENVIRON | {"LINK_SECRET_ID": "Gone"}, made.clock)
    page = json.loads(handler(an_event("GET", "/cases", limit=1), Context())["body"])
    assert handler(an_event("GET", "/cases", limit=1, cursor=page["next_cursor"]), Context())["statusCode"] == 200
    elsewhere = wired[1](an_event("GET", "/cases", limit=1, cursor=page["next_cursor"]), Context())
    assert elsewhere["statusCode"] == 400


# -------------------------------------------------------------------------------------- outcomes and verdicts


@pytest.mark.parametrize(
    "outcome", ["answered", "fixed", "compensated", "no answer needed", "thanked", "not reachable", None]
)
def test_a_case_is_resolved_with_how_it_ended(case: str, call: Call, outcome: str | None) -> None:
    done = call("POST", f"/cases/{case}/resolve", body={"outcome": outcome, "why": "see the mail"}).json
    assert (done["status"], done["outcome"]) == ("resolved", outcome)
    text = call("GET", f"/cases/{case}").json["log"][-1]["text"]
    assert text == ("see the mail" if outcome is None else f"{outcome}: see the mail")
    assert call("POST", f"/cases/{case}/reopen").json["outcome"] is None


@pytest.mark.parametrize("outcome", ["not a complaint", "ignored", "", 7])
def test_how_a_case_cannot_end(case: str, call: Call, outcome: Any) -> None:
    answer = call("POST", f"/cases/{case}/resolve", body={"outcome": outcome})
    assert (answer.status, [error["field"] for error in answer.json["errors"]]) == (400, ["outcome"])


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "body"), ({"why": "wrong"}, "body"), ({"severity": "huge"}, "severity"), ({"intent": "rant"}, "intent")],
)
def test_a_correction_that_says_nothing_is_refused(case: str, call: Call, body: Any, field: str) -> None:
    answer = call("POST", f"/cases/{case}/correct", body=body)
    assert (answer.status, [error["field"] for error in answer.json["errors"]]) == (400, [field])


def test_a_correction_moves_the_case_in_every_list(case: str, call: Call) -> None:
    done = call("POST", f"/cases/{case}/correct", by=MIA, body={"intent": "question", "severity": "low"}).json
    assert (done["intent"], done["severity"], done["corrected_by"]) == ("question", "low", MIA)
    assert (done["alerting"], done["rung"]) == ("off", None)
    for filters in ({"severity": "low"}, {"severity": "low", "order": "newest"}, {"intent": "question"}):
        assert case in {item["id"] for item in call("GET", "/cases", limit=100, **filters).json["items"]}
    assert case not in {item["id"] for item in call("GET", "/cases", limit=100, severity="high").json["items"]}
    assert call("POST", f"/cases/{case}/correct", by=LEO, body={"severity": "low"}).json == done


def test_what_staff_say_of_judgements_is_listed_for_a_period_with_how_the_rules_fared(made: Tables, call: Call) -> None:
    cases = []
    made.clock.advance(days=3)
    for intent in (Intent.COMPLAINT, Intent.COMPLAINT, Intent.QUESTION):
        id = str(next(_ids))
        made.hear(a_mention(id, "matter", conversation_id=id), a_judgement(intent))
        cases.append(case_id(id))
    call("POST", f"/cases/{cases[0]}/confirm", by=MIA)
    assert call("POST", f"/cases/{cases[0]}/confirm", by=LEO).json["confirmed_by"] == MIA
    call("POST", f"/cases/{cases[1]}/correct", by=LEO, body={"severity": "low", "why": "=HYPERLINK(0)"})
    call("POST", f"/cases/{cases[2]}/not-a-complaint", by=LEO)
    day = made.clock().date().isoformat()
    period = {"from": day, "to": day}
    made.calls.clear()
    told = call("GET", "/corrections", **period).json
    assert made.calls == {"Query": 1}
    assert [(one["case_id"], one["what"], one["by"]) for one in told["items"]] == [
        (cases[0], "confirmed", MIA),
        (cases[1], "corrected", LEO),
        (cases[2], "dismissed", LEO),
    ]
    assert told["items"][1] == {
        "at": told["items"][1]["at"],
        "by": LEO,
        "case_id": cases[1],
        "what": "corrected",
        "judged_intent": "complaint",
        "judged_severity": "high",
        "judged_urgency": 65,
        "intent": "complaint",
        "severity": "low",
        "rules": ["lost-property"],
        "why": "=HYPERLINK(0)",
    }
    assert told["complete"] is True
    assert told["counts"] == {"cases": 3, "right": 1, "wrong": 2}
    assert told["rules"] == [{"rule": "lost-property", "judged": 3, "confirmed": 1, "precision": pytest.approx(1 / 3)}]
    assert call("GET", "/corrections", **DAY | {"to": "2026-11-20", "from": "2026-11-19"}).json["items"] == []
    as_csv = call("GET", "/corrections", headers={"Accept": "text/csv"}, **period)
    assert as_csv.headers["content-type"] == "text/csv; charset=utf-8"
    lines = list(csv.DictReader(as_csv.text.splitlines()))
    assert [line["case_id"] for line in lines] == cases
    assert (lines[1]["rules"], lines[1]["why"]) == ("lost-property", "'=HYPERLINK(0)")


def test_more_corrections_than_one_answer_holds_are_said_to_be_more(
    case: str, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("earshot.api.routes.corrections.MAX_CORRECTIONS", 1)
    for severity in ("low", "normal"):
        call("POST", f"/cases/{case}/correct", body={"severity": severity})
    period = {"from": "2026-11-21", "to": "2026-12-20"}
    told = call("GET", "/corrections", **period).json
    assert (len(told["items"]), told["complete"]) == (1, False)


@pytest.mark.parametrize("period", [{}, {"from": "2026-11-22", "to": "2026-11-21"}, {"from": "x", "to": "y"}])
def test_a_period_that_is_none(call: Call, period: dict[str, str]) -> None:
    assert call("GET", "/corrections", **period).status == 400


# ------------------------------------------------------------------------------------------------------- how often


def test_one_person_acts_so_often_in_a_minute_and_looks_as_often_as_they_like(
    made: Tables, case: str, call: Call
) -> None:
    for _ in range(MAX_ACTIONS_PER_MINUTE):
        assert call("POST", f"/cases/{case}/confirm", by="script@nimbus.example").status == 200
    made.clock.advance(seconds=20)
    answer = call("POST", f"/cases/{case}/confirm", by="script@nimbus.example")
    assert (answer.status, answer.json["type"]) == (429, "urn:earshot:problem:too-fast")
    assert answer.headers["retry-after"] == str(60 - made.clock().second)
    assert call("GET", f"/cases/{case}", by="script@nimbus.example").status == 200
    assert call("POST", f"/cases/{case}/confirm", by=MIA).status == 200
    made.clock.advance(seconds=int(answer.headers["retry-after"]))
    assert call("POST", f"/cases/{case}/confirm", by="script@nimbus.example").status == 200
