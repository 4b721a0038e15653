"""Praise to say thanks for and who could be won, as the API lists them: no answered one, and nothing that scans."""

from collections.abc import Iterator
from typing import Any

import pytest

import api
from earshot.mentions.mention import Author
from earshot.triage.judgement import Intent
from tests.api.fakes import ENVIRON, Call, Tables, call_on, case_id, tables
from tests.fakes import a_judgement, a_mention, an_own_post

pytestmark = pytest.mark.slow

PRAISE, OPPORTUNITY, OTHER = (a_judgement(intent, 0) for intent in (Intent.PRAISE, Intent.OPPORTUNITY, Intent.OTHER))


@pytest.fixture
def made() -> Iterator[Tables]:
    with tables() as made:
        yield made


@pytest.fixture
def call(made: Tables) -> Call:
    return call_on(api.build(ENVIRON, made.clock))


def hear(made: Tables, id: int, judgement: Any, author: str, followers: int = 10, **changes: Any) -> None:
    made.hear(
        a_mention(
            str(id), f"matter {id}", conversation_id=str(id), author=Author(author, followers=followers), **changes
        ),
        judgement,
    )


def test_former_complainers_first_then_who_is_heard_by_most_then_the_newest(made, call):
    hear(made, 1, a_judgement(), "ann")
    hear(made, 2, a_judgement(), "ann")
    hear(made, 11, PRAISE, "bob", 9_000)
    hear(made, 12, PRAISE, "ann", 5)
    hear(made, 13, PRAISE, "cat", 1_000_000)
    hear(made, 14, PRAISE, "dan", 9_000)
    hear(made, 15, PRAISE, "eve", None)
    hear(made, 16, OPPORTUNITY, "eve")
    items = call("GET", "/praise").json["items"]
    assert [item["case"]["id"] for item in items] == [
        case_id(number, author) for number, author in ((12, "ann"), (13, "cat"), (14, "dan"), (11, "bob"), (15, "eve"))
    ]
    assert [(item["former_complainer"], item["complaints"]) for item in items[:2]] == [(True, 2), (False, 0)]


def test_who_complains_after_the_praise_was_no_complainer_before(made, call):
    hear(made, 11, PRAISE, "ann")
    hear(made, 12, a_judgement(), "ann")
    assert [item["former_complainer"] for item in call("GET", "/praise").json["items"]] == [False]


def test_opportunities_the_newest_first(made, call):
    for id, followers in ((1, 10), (2, 99), (3, 5)):
        hear(made, id, OPPORTUNITY, f"a{id}", followers)
    hear(made, 4, PRAISE, "a4")
    assert [case["id"] for case in call("GET", "/opportunities").json["items"]] == [
        case_id(number, f"a{number}") for number in (3, 2, 1)
    ]


@pytest.mark.parametrize(("path", "judgement"), [("/praise", PRAISE), ("/opportunities", OPPORTUNITY)])
def test_pages_give_each_once_and_read_no_more_than_themselves(made, call, path, judgement):
    for id in range(1, 6):
        hear(made, id, judgement, f"a{id}", id)
    made.calls.clear()
    seen, cursor, pages = [], {}, 0
    while cursor is not None:
        page = call("GET", path, limit=2, **cursor).json
        seen += [(item.get("case") or item)["id"] for item in page["items"]]
        cursor, pages = page["next_cursor"] and {"cursor": page["next_cursor"]}, pages + 1
    assert (seen, pages) == ([case_id(number, f"a{number}") for number in (5, 4, 3, 2, 1)], 3)
    assert made.calls == {"Query": 3, "BatchGetItem": 3}, "the index has keys alone"


@pytest.mark.parametrize("path", ["/praise", "/opportunities"])
def test_what_is_answered_or_done_leaves_the_desk_and_what_somebody_holds_stays(made, call, path):
    for id in range(1, 5):
        hear(made, id, PRAISE if path == "/praise" else OPPORTUNITY, f"a{id}", id)
    made.hear(an_own_post("9", conversation_id="1", in_reply_to_id="1"), OTHER)
    call("POST", f"/cases/{case_id(2, 'a2')}/resolve")
    call("POST", f"/cases/{case_id(3, 'a3')}/acknowledge")
    # A complaint in the same conversation is no praise any more.
    made.hear(a_mention("8", "matter 4", conversation_id="4", author=Author("a4")), a_judgement())
    ids = [(item.get("case") or item)["id"] for item in call("GET", path).json["items"]]
    assert ids == [case_id(3, "a3")]


def test_a_cursor_of_another_list_and_a_limit_beyond_bounds_are_refused(made, call):
    for id in (1, 2):
        hear(made, id, PRAISE, f"a{id}")
    cursor = call("GET", "/praise", limit=1).json["next_cursor"]
    for path, query in (
        ("/opportunities", {"cursor": cursor}),
        ("/cases", {"cursor": cursor}),
        ("/praise", {"limit": 0}),
    ):
        assert call("GET", path, **query).status == 400
    assert call("GET", "/praise", by=None).status == 401


def test_a_case_tells_how_its_author_came_back(made, call):
    hear(made, 1, a_judgement(), "ann")
    made.hear(an_own_post("3", conversation_id="1", in_reply_to_id="1"), OTHER)
    assert call("GET", f"/cases/{case_id(1, 'ann')}").json["case"]["recovery"] is None
    hear(made, 5, PRAISE, "ann")
    file = call("GET", f"/cases/{case_id(1, 'ann')}").json
    assert file["case"]["recovery"] == {"turn": "recovered", "at": "2026-11-21T09:05:00.000Z", "mention_id": "5"}
    assert file["log"][-1]["what"] == "came back pleased"
    assert [item["former_complainer"] for item in call("GET", "/praise").json["items"]] == [True]
