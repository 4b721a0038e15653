"""One act for many customers: a statement answers all who waited, and all of an incident were told."""

import itertools
from dataclasses import dataclass, replace

import pytest

from earshot.api import bulk_actions
from earshot.api.case_actions import CaseAction
from earshot.cases.store.case_table import CaseTable
from earshot.mentions.mention import Author, Mention
from earshot.triage.judgement import Intent
from tests.api.fakes import Call, Tables, case_id
from tests.fakes import a_judgement, a_mention
from tests.incident_fakes import begin

pytestmark = pytest.mark.slow

OTHER = a_judgement(Intent.OTHER, 0)
LEO = "leo@nimbus.example"
_threads = itertools.count(5000)


@dataclass
class Thread:
    """A conversation on the network that a post of the brand began, and what was said in it, at given minutes."""

    made: Tables
    id: str

    def complain(self, author: str, minutes: int = 1, **changes) -> str:
        """A customer's complaint; the id of their case."""
        post = f"{self.id}{author}{minutes:03d}"
        whose = Author(author, f"h{author}")
        mention = a_mention(
            post, f"@NimbusAir down {post}", author=whose, minutes=minutes, **{"conversation_id": self.id} | changes
        )
        self.made.hear(mention, a_judgement(urgency=65))
        return case_id(mention.conversation_id, author)

    def state(self, minutes: int = 5, text: str = "The network is back. Sorry, everybody", **changes) -> str:
        """A post of the brand, in reply to nobody; its id."""
        post = f"{self.id}9{minutes:03d}"
        self.made.hear(self._own(post, text, minutes=minutes, **{"conversation_id": self.id} | changes), OTHER)
        return post

    def _own(self, id: str, text: str, **changes) -> Mention:
        return a_mention(id, text, **{"own": True, "author": Author("99", "NimbusAir", "Nimbus Air")} | changes)


@pytest.fixture
def thread(made: Tables) -> Thread:
    return Thread(made, str(next(_threads)))


def statuses(call: Call, *cases: str) -> list[str]:
    return [call("GET", f"/cases/{case}").json["case"]["status"] for case in cases]


def test_a_statement_answers_all_who_waited_and_says_who_said_so(thread: Thread, call: Call) -> None:
    jane, john = thread.complain("1"), thread.complain("2")
    post = thread.state()
    assert statuses(call, jane, john) == ["open", "open"]
    answer = call("POST", f"/cases/{jane}/answers-all", by=LEO, body={"post_id": post})
    assert (answer.status, answer.json) == (200, {"changed": [jane, john], "next": None})
    for case in (jane, john):
        file = call("GET", f"/cases/{case}").json
        assert (file["case"]["status"], file["case"]["first_response_seconds"]) == ("replied", 240)
        said = next(entry for entry in file["log"] if entry["what"] == "answered")
        assert said["by"] == LEO
        assert said["text"] == f"post {post} of @NimbusAir answers everybody in the conversation"


def test_who_asked_after_it_or_elsewhere_or_another_brand_still_waits(thread: Thread, call: Call) -> None:
    jane, late = thread.complain("1"), thread.complain("2", minutes=6)
    again = thread.complain("3")
    thread.complain("3", minutes=7)
    elsewhere = thread.complain("4", conversation_id=f"{thread.id}0")
    theirs = thread.complain("5", brand="Zephyr").replace("nimbusair", "zephyr")
    changed = call("POST", f"/cases/{late}/answers-all", body={"post_id": thread.state()}).json["changed"]
    assert changed == [jane]
    assert statuses(call, late, again, elsewhere, theirs) == ["open"] * 4


def test_repeating_it_changes_nothing_and_who_asks_again_waits_again(thread: Thread, call: Call) -> None:
    jane, post = thread.complain("1"), thread.state()
    act = f"/cases/{jane}/answers-all"
    assert call("POST", act, body={"post_id": post}).json["changed"] == [jane]
    before = call("GET", f"/cases/{jane}").json
    assert call("POST", act, body={"post_id": post}).json == {"changed": [], "next": None}
    assert call("GET", f"/cases/{jane}").json == before
    thread.complain("1", minutes=9)
    assert call("POST", act, body={"post_id": post}).json["changed"] == []
    assert statuses(call, jane) == ["open"]


def test_whom_staff_answered_already_stays_as_they_are(thread: Thread, call: Call) -> None:
    jane, john, post = thread.complain("1"), thread.complain("2"), thread.state()
    assert call("POST", f"/cases/{john}/resolve").status == 200
    assert call("POST", f"/cases/{jane}/answers-all", body={"post_id": post}).json["changed"] == [jane]
    assert statuses(call, john) == ["resolved"]


def test_a_post_that_is_no_statement_of_the_brand_in_this_conversation_answers_nobody(
    thread: Thread, call: Call
) -> None:
    jane = thread.complain("1")
    other = Author("98", "Zephyr", "Zephyr")
    posts = [
        f"{thread.id}1001",
        thread.state(minutes=6, conversation_id=f"{thread.id}0"),
        thread.state(minutes=7, brand="Zephyr", author=other),
        "404",
    ]
    for post in posts:
        answer = call("POST", f"/cases/{jane}/answers-all", body={"post_id": post})
        assert (answer.status, answer.json["type"]) == (404, "urn:earshot:problem:not-found")
        assert post in answer.json["detail"]
    assert statuses(call, jane) == ["open"]


def test_more_customers_than_one_request_has_time_for_go_on_with_next(
    thread: Thread, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_actions, "MOST_AT_ONCE", 2)
    cases = sorted(thread.complain(str(number)) for number in range(1, 7))
    body, pages = {"post_id": thread.state()}, []
    while body.get("after", "") is not None:
        done = call("POST", f"/cases/{cases[0]}/answers-all", body=body).json
        pages.append(done["changed"])
        body["after"] = done["next"]
    assert pages == [cases[:2], cases[2:4], cases[4:]]


def test_whose_posts_of_two_conversations_are_one_case_is_answered_in_either(thread: Thread, call: Call) -> None:
    first, again = f"{thread.id}8001", f"{thread.id}8002"
    for number, post in enumerate((first, again), 1):
        lost = a_mention(post, "@NimbusAir suitcase vanished between Leeds and Lisbon", minutes=number)
        author = Author(f"{thread.id}8", "twice")
        thread.made.hear(replace(lost, author=author, conversation_id=post), a_judgement(urgency=65))
    case, statement = case_id(first, f"{thread.id}8"), thread.state(conversation_id=again)
    assert [one["id"] for one in call("GET", f"/cases/{case}").json["statements"]] == [statement]
    assert call("POST", f"/cases/{case}/answers-all", body={"post_id": statement}).json["changed"] == [case]
    assert statuses(call, case) == ["replied"]


def test_a_case_that_somebody_else_resolved_meanwhile_is_none_that_this_act_changed(
    thread: Thread, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    jane, post = thread.complain("1"), thread.state()
    save, is_first = CaseTable.save, [True]

    def save_second(table, changes, **given):
        if is_first and is_first.pop():
            CaseAction(thread.made.cases, jane, LEO, thread.made.clock()).resolve("called her")
        return save(table, changes, **given)

    monkeypatch.setattr(CaseTable, "save", save_second)
    answer = call("POST", f"/cases/{jane}/answers-all", body={"post_id": post})
    assert statuses(call, jane) == ["resolved"]
    assert answer.json["changed"] == []


@pytest.mark.parametrize(
    ("path", "body"),
    [("/cases/x-1-7-nimbusair/answers-all", {"post_id": "1"}), ("/incidents/incident-nimbusair-x/told-all", {})],
)
def test_who_may_only_look_is_refused(made: Tables, call: Call, path: str, body: dict) -> None:
    made.calls.clear()
    answer = call("POST", path, groups="[viewer]", body=body)
    assert answer.status == 403
    assert set(made.calls) <= {"UpdateItem"}


@pytest.mark.parametrize(("body", "field"), [({}, "post_id"), ({"post_id": ""}, "post_id"), ({"post": "1"}, "post_id")])
def test_which_post_answers_everybody_must_be_said(case: str, call: Call, body: dict, field: str) -> None:
    answer = call("POST", f"/cases/{case}/answers-all", body=body)
    assert answer.status == 400
    assert field in [error["field"] for error in answer.json["errors"]]


def test_a_case_shows_what_may_have_answered_it_apart_from_its_own_posts(thread: Thread, call: Call) -> None:
    jane = thread.complain("1")
    statement = thread.state()
    guess = thread.state(minutes=6, text="We are on it", in_reply_to_id=f"{thread.id}7777")
    reply = thread.state(minutes=7, text="@h1 sorry", in_reply_to_id=f"{thread.id}1001")
    file = call("GET", f"/cases/{jane}").json
    assert [(one["id"], one["may_answer"]) for one in file["statements"]] == [(statement, False), (guess, True)]
    assert [(one["id"], one["may_answer"]) for one in file["mentions"]] == [(f"{thread.id}1001", False), (reply, False)]


def test_a_reply_to_a_post_that_is_not_known_answers_all_where_staff_say_so(thread: Thread, call: Call) -> None:
    jane = thread.complain("1")
    guess = thread.state(text="We are on it", in_reply_to_id=f"{thread.id}7777")
    assert call("POST", f"/cases/{jane}/answers-all", body={"post_id": guess}).json["changed"] == [jane]
    assert statuses(call, jane) == ["replied"]


def test_all_of_an_incident_who_wait_were_told_and_who_complains_again_is_alerted_about(
    made: Tables, thread: Thread, call: Call
) -> None:
    cases = sorted(thread.complain(str(number)) for number in range(1, 4))
    incident = begin(made.cases, cases, made.clock.advance(minutes=30), label=f"outage-{thread.id}")
    assert call("POST", f"/cases/{cases[2]}/resolve", body={"outcome": "fixed"}).status == 200
    told = call("POST", f"/incidents/{incident.id}/told-all", by=LEO)
    assert (told.status, told.json) == (200, {"changed": cases[:2], "next": None})
    found = [call("GET", f"/cases/{case}").json["case"] for case in cases]
    assert [one["outcome"] for one in found] == ["answered", "answered", "fixed"]
    assert [one["resolved_by"] for one in found[:2]] == [LEO, LEO]
    assert call("POST", f"/incidents/{incident.id}/told-all").json == {"changed": [], "next": None}
    thread.complain("1", minutes=600)
    again = call("GET", f"/cases/{cases[0]}").json["case"]
    assert (again["status"], again["alerting"]) == ("open", "due")
    assert statuses(call, cases[1], incident.id) == ["resolved", "open"]


def test_who_is_no_incident_has_no_customers_to_tell(case: str, call: Call) -> None:
    for path in (case, "incident-nimbusair-flood-20261121T0900"):
        assert call("POST", f"/incidents/{path}/told-all").status == 404
    assert statuses(call, case) == ["open"]
