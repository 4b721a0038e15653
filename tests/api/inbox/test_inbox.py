"""The inbox over the API: sorted, filtered, counted and searched, and asked again without reading again."""

import json
from base64 import urlsafe_b64encode
from csv import DictReader
from io import StringIO
from typing import Any

import pytest

from earshot.cases.inbox.entry import InboxEntry
from earshot.cases.inbox.words import MOST_SEARCHED
from earshot.mentions.mention import Author
from earshot.triage.judgement import Intent
from tests.api.fakes import an_event, send
from tests.api.inbox.desk import LEO, MIA, Desk

pytestmark = pytest.mark.slow


def test_sorted_counted_filtered_and_paged(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    late = desk.hear("1", "=my bag is lost @NimbusAir", minutes=-90, urgency=70, spoken="de")
    soon = desk.hear("2", minutes=-50, urgency=60, author=Author("a2", "big", "Big", followers=90_000))
    new = desk.hear("3", "@NimbusAir when do you open?", minutes=-1, intent=Intent.QUESTION, urgency=90)
    page = desk.get().json
    assert [item["id"] for item in page["items"]] == [new, late, soon]
    numbers = {name: page[name] for name in ("total", "late", "due_soon", "first", "next_cursor", "known_since")}
    assert numbers == {"total": 3, "late": 1, "due_soon": 1, "first": 1, "next_cursor": None, "known_since": None}
    assert page["choices"]["brand"] == [{"value": "NimbusAir", "count": 3}]
    assert {"value": "de", "count": 1} in page["choices"]["language"]
    assert desk.ids(order="deadline") == [late, soon, new]
    assert desk.ids(order="waiting") == [late, soon, new]
    assert desk.ids(order="reach") == [soon, new, late]
    assert desk.ids(order="newest") == [new, soon, late]
    for given, found in (
        ({"due": "late"}, [late]),
        ({"due": "soon"}, [soon]),
        ({"language": "de"}, [late]),
        ({"severity": "critical"}, [new]),
        ({"intent": "question"}, [new]),
        ({"brand": "Other"}, []),
        ({"source": "x", "topic": page["items"][0]["topic"]}, [new, late, soon]),
    ):
        assert desk.ids(**given) == found, given
    first = desk.get(limit=2).json
    second = desk.get(limit=2, cursor=first["next_cursor"]).json
    assert [item["id"] for item in (*first["items"], *second["items"])] == [new, late, soon]
    assert (first["total"], second["first"], second["next_cursor"]) == (3, 3, None)
    assert desk.get(cursor="nonsense").status == 400
    late_ones = list(DictReader(StringIO(desk.table(due="late"))))
    assert [(row["id"], row["text"]) for row in late_ones] == [(late, "'=my bag is lost @NimbusAir")]
    whole = desk.table(order="deadline")
    assert [row["id"] for row in DictReader(StringIO(whole))] == [late, soon, new]
    monkeypatch.setattr("earshot.api.routes.inbox.view.ROWS", 1)
    assert desk.table(order="deadline") == whole, "parts of one case each are one table"
    assert desk.get("/inbox/ids", due="late").json == {"ids": [late], "is_cut": False}


def test_found_in_every_state_by_words_handles_ids_and_links_without_case_and_accents(desk: Desk) -> None:
    jose = Author("44", "jose_p", "José Pérez", followers=5)
    bag = desk.hear("1000001", "@NimbusAir my LOST bag\nis still lost, I want my money", author=jose)
    other = desk.hear("1000002", "@NimbusAir the bag drop is closed")
    ended = desk.hear("1000003", "@NimbusAir Où est mon vol ? ＬＯＳＴ", author=Author("45", "zoe", "Zoë"))
    assert desk.post(f"/cases/{ended}/resolve").status == 200
    for find, found in (
        ("lost bag", {bag}),
        ("BAG", {bag, other}),
        ("lost", {bag, ended}),
        ("@jose_p", {bag}),
        ("jose perez money", {bag}),
        ("ou est", {ended}),
        ("zoe", {ended}),
        (other, {other}),
        ("1000002", {other}),
        ("https://x.com/jane/status/1000003?s=20", {ended}),
        ("lost suitcase", set()),
    ):
        assert set(desk.ids(status="all", find=find)) == found, find
    assert desk.ids(find="lost") == [bag], "only open cases, unless all are asked for"
    # So are the words of what its customer wrote later, which is not the most urgent post: by the list of cases, too.
    desk.hear("1000009", "@NimbusAir à bientôt?", author=jose, conversation_id="1000001", urgency=40)
    for find in ("https://x.com/i/status/1000009", "bientot a", "1000009 lost"):
        assert desk.ids(status="all", find=find) == [bag], find
        listed = desk.get("/cases", find=find).json
        assert [item["id"] for item in listed["items"]] == [bag], find
    assert desk.ids(status="all", find="https://[broken") == []


def test_posts_of_other_networks_are_found_by_any_link_to_them(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    did, jane = "did:plc:" + "j" * 24, Author("jane", "jane.example", "Jane")
    first, later, toot = "3l6oveex3ii2l", "3l6oveex3ii2m", "https://nimbus.example/@joe@other.example/113000"
    for key, urgency in ((first, 65), (later, 40)):
        link = f"https://bsky.app/profile/{did}/post/{key}"
        given = {"source": "bluesky", "link": link, "conversation_id": f"{did}.{first}"}
        desk.hear(f"{did}.{key}", author=jane, urgency=urgency, **given)
    desk.hear("113000@nimbus.example", source="mastodon", link=toot)
    thread = "https://www.reddit.com/r/travel/comments/1abc/lost_my_bag/"
    desk.hear("t3_1abc", source="reddit", link=thread)
    comment = "https://www.youtube.com/watch?v=dQw4w9WgXcQ&lc=UgxAaABAg"
    desk.hear("UgxAaABAg", source="youtube", link=comment)
    desk.hear("1000001")

    def sources(find: str) -> list[str]:
        return [item["source"] for item in desk.get(status="all", find=find).json["items"]]

    for name in (did, "jane.example"):
        assert sources(f"https://bsky.app/profile/{name}/post/{first}") == ["bluesky"]
        assert sources(f"https://bsky.app/profile/{name}/post/{later}") == ["bluesky"]
    assert sources("https://bsky.app/profile/jane.example/post/3l6oveex3ii2n") == []
    assert sources(toot) == ["mastodon"]
    for link in (thread, "https://old.reddit.com/r/travel/comments/1abc"):
        assert sources(link) == ["reddit"], link
    assert sources(f"{thread}2def/") == []
    assert sources(f"{comment}&si=x") == ["youtube"]
    # What is not in memory is looked up by its id, if the link says all of it.
    monkeypatch.setattr("earshot.cases.inbox.working_set.MOST_ENDED", 0)
    for item in desk.get().json["items"]:
        assert desk.post(f"/cases/{item['id']}/resolve").status == 200
    desk = Desk(desk.made)
    assert sources(f"https://bsky.app/profile/{did}/post/{later}") == ["bluesky"]
    assert sources(toot) == ["mastodon"]
    assert (sources(thread), sources(comment)) == (["reddit"], ["youtube"])


def test_asked_again_nothing_is_read_again_until_something_changes(desk: Desk) -> None:
    first = desk.hear("1")
    live = desk.get("/inbox/live")
    page = desk.get()
    assert [live.json[name] for name in ("open", "acknowledged", "urgent", "late")] == [1, 0, 1, 0]
    assert [one["id"] for one in live.json["newest_urgent"]] == [first]
    desk.made.calls.clear()
    again = desk.get("/inbox/live", known=live.headers["etag"])
    assert (again.status, again.text) == (304, None)
    # One look at the index of what has changed: half a read unit.
    assert desk.made.calls == {"Query": 1}
    assert desk.get(known=page.headers["etag"]).status == 304
    second = desk.hear("2", urgency=90)
    changed = desk.get("/inbox/live", known=live.headers["etag"])
    assert changed.status == 200
    assert changed.json["revision"] != live.json["revision"]
    assert desk.ids() == [second, first]
    assert desk.post(f"/cases/{first}/acknowledge").status == 200
    assert desk.ids() == [second]
    assert [one["id"] for one in desk.get("/inbox/live").json["mine"]] == [first]
    assert (desk.ids(status="waiting", holder="me"), desk.ids(status="waiting", holder="nobody")) == ([first], [second])
    assert desk.ids(status="acknowledged", holder=LEO) == []


def test_another_function_that_began_later_gives_the_same_revision(desk: Desk) -> None:
    desk.hear("1")
    desk.get("/inbox/live")
    desk.hear("2")
    before = desk.get("/inbox/live").json["revision"]
    assert Desk(desk.made).get("/inbox/live").json["revision"] == before


def test_what_was_deleted_is_no_longer_shown_nor_counted_after_a_minute(desk: Desk) -> None:
    gone, kept = desk.hear("1"), desk.hear("2")
    assert set(desk.ids()) == {gone, kept}
    desk.made.client.delete_item(TableName="CaseTable", Key={"pk": {"S": f"CASE#{gone}"}, "sk": {"S": "CASE"}})
    assert desk.ids() == [kept]
    desk.hear("3")
    desk.made.client.delete_item(TableName="CaseTable", Key={"pk": {"S": f"CASE#{kept}"}, "sk": {"S": "CASE"}})
    desk.get("/inbox/live")
    desk.made.clock.advance(minutes=1)
    assert desk.get("/inbox/live").json["open"] == 1


def test_what_is_not_known_of_the_past_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("earshot.cases.inbox.working_set.MOST_ENDED", 1)
    old, new = desk.hear("1000001", minutes=-90), desk.hear("1000002", minutes=-30)
    for one in (old, new):
        assert desk.post(f"/cases/{one}/resolve").status == 200
    assert set(Desk(desk.made).ids(status="resolved")) == {old, new}, "what ended just now is known, however old it is"
    desk.made.clock.advance(minutes=5)
    page = Desk(desk.made).get(status="resolved").json
    assert [item["id"] for item in page["items"]] == [new]
    assert page["known_since"] == page["items"][0]["opened_at"]
    # Yet the link of a post finds its case, however old it is.
    assert Desk(desk.made).ids(status="all", find="https://x.com/jane/status/1000001") == [old]


def test_an_act_for_many_tells_each_that_it_refused_and_is_undone_at_once(desk: Desk) -> None:
    cases = [desk.hear(str(number)) for number in range(1, 5)]
    assert desk.post(f"/cases/{cases[3]}/acknowledge", by=LEO).status == 200
    done = desk.post("/bulk", {"act": "snooze", "cases": [*cases, "x-0-0-nimbusair"], "minutes": 30})
    assert done.status == 200, done.text
    refused = {one["case_id"]: one["why"] for one in done.json["refused"]}
    assert set(refused) == {cases[3], "x-0-0-nimbusair"}
    assert LEO in refused[cases[3]]
    resolved = desk.post("/bulk", {"act": "resolve", "cases": cases[:3], "outcome": "fixed", "why": "one outage"}).json
    assert resolved == {"changed": cases[:3], "refused": []}
    assert {(item["outcome"], item["resolved_by"]) for item in desk.get(status="resolved").json["items"]} == {
        ("fixed", MIA)
    }
    undone = desk.post("/undo", {"cases": resolved["changed"]}).json
    assert undone == {"changed": cases[:3], "refused": []}
    open_again = desk.get().json["items"]
    assert {item["id"] for item in open_again} == set(cases[:3])
    assert all(item["snoozed_until"] for item in open_again), "what was before the act is there again"


@pytest.mark.parametrize(
    ("body", "status", "outcome"),
    [
        ({"act": "not-a-complaint"}, "resolved", "not a complaint"),
        ({"act": "told"}, "resolved", "answered"),
        ({"act": "note", "text": "the outage of Monday"}, "open", None),
    ],
)
def test_each_act_for_many(desk: Desk, body: dict[str, Any], status: str, outcome: str | None) -> None:
    case = desk.hear("1")
    assert desk.post("/bulk", {**body, "cases": [case]}).json == {"changed": [case], "refused": []}
    file = desk.get(f"/cases/{case}").json
    assert (file["case"]["status"], file["case"]["outcome"]) == (status, outcome)


@pytest.mark.parametrize(
    "body",
    [
        {"act": "forget", "cases": ["x-1"]},
        {"act": "note", "cases": ["x-1"]},
        {"act": "note", "cases": ["x-1"], "text": "@leo have a look"},
        {"act": "resolve", "cases": []},
        {"act": "resolve", "cases": ["x-1"] * 101},
        {"act": "snooze", "cases": ["x-1"], "minutes": 7},
    ],
)
def test_an_act_for_many_that_is_none_is_refused(desk: Desk, body: dict[str, Any]) -> None:
    assert desk.post("/bulk", body).status == 400


def test_whoever_is_given_many_cases_is_told_once(desk: Desk) -> None:
    assert send(desk.handler, an_event("GET", "/me", by=LEO)).status == 200
    cases = [desk.hear(str(number)) for number in range(1, 4)]
    given = desk.post("/bulk", {"act": "assign", "to": LEO, "cases": cases}).json
    assert given == {"changed": cases, "refused": []}
    stored = [desk.made.cases.conversation(case).case for case in cases]
    assert [case.acknowledgement.by for case in stored] == [LEO] * 3
    assert [len(case.notices) for case in stored] == [1, 0, 0]


def test_a_hostile_post_takes_little_room_and_a_made_up_cursor_is_refused(desk: Desk) -> None:
    entry = InboxEntry.of(desk.made.cases.conversation(desk.hear("1", "\ufdfa" * 25_000)).case)
    assert len(entry.words) <= MOST_SEARCHED
    assert "customer1" in entry.words
    cursor = urlsafe_b64encode(json.dumps([10**400, 1, "x"]).encode()).decode().rstrip("=")
    assert desk.get(cursor=cursor).status == 400
