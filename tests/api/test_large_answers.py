"""However long strangers write, every answer is far below the 6 MB that Lambda sends, and no case is missing."""

import json
from dataclasses import replace

import pytest

from earshot.cases.store.answer_size import MOST_LISTED_TEXT
from tests.api.fakes import case_id
from tests.fakes import a_judgement, a_mention, an_own_post

pytestmark = pytest.mark.slow

# Below Lambda's 6 MB, also where a test's answer is a few posts larger.
ENOUGH = 2_500_000
LONG = "Проблема "
# Of these 42 were more than Lambda sends; 12 are more than a page.
MANY = 12


def sent_bytes(answer) -> int:
    """What Lambda sends: the body is JSON within JSON."""
    return len(json.dumps({"body": answer.text}, ensure_ascii=False).encode())


@pytest.fixture(scope="module")
def many(wired):
    """Urgent posts of 25,000 letters each, of one author, and as many statements of the brand below the first."""
    made, _ = wired
    own = an_own_post("8000", conversation_id="7000", in_reply_to_id="404", minutes=0)
    for number in range(MANY):
        id = str(7000 + number)
        text = f"@NimbusAir {LONG * 2777}"
        made.hear(a_mention(id, text, conversation_id=id, minutes=0), a_judgement(urgency=65))
        made.hear(replace(own, id=str(8000 + number), text=LONG * 2777))
    return [case_id(7000 + number) for number in range(MANY)]


def pages(call, path, **query):
    cursor, seen = {}, []
    while True:
        answer = call("GET", path, **query, **cursor)
        assert (answer.status, sent_bytes(answer) < ENOUGH) == (200, True)
        seen += answer.json["items"]
        if answer.json["next_cursor"] is None:
            return seen
        cursor = {"cursor": answer.json["next_cursor"]}


@pytest.mark.parametrize("order", ["urgency", "newest"])
def test_a_list_of_long_posts_is_in_pages_and_gives_every_case_once(many, call, order):
    items = [one for one in pages(call, "/cases", order=order, limit=100) if one["id"] in many]
    assert sorted(one["id"] for one in items) == sorted(many)
    assert {len(one["text"]) for one in items} == {MOST_LISTED_TEXT}
    assert all(one["text"].endswith("…") for one in items)


def test_an_authors_page_ends_early_where_the_posts_are_long(many, call):
    items = pages(call, "/authors/x/7", limit=100)
    assert {one["case"]["id"] for one in items if one["kind"] == "case"} >= set(many)
    assert sum(one["kind"] == "mention" for one in items) >= MANY


def test_a_case_has_its_whole_text_and_says_where_something_is_left_out(many, call):
    first, other = (call("GET", f"/cases/{many[place]}") for place in (0, 1))
    assert sent_bytes(first) < ENOUGH
    assert len(other.json["case"]["text"]) > 20_000
    assert (first.json["complete"], other.json["complete"]) == (False, True)
    assert 0 < len(first.json["statements"]) < MANY
    # The latest, oldest first.
    assert first.json["statements"][-1]["id"] == str(8000 + MANY - 1)
