"""A page of many records: each stands or falls alone."""

import json

import pytest

from tests.infra.replay.formats.test_networks import ASK, BRAND, HELP, SORRY, view

LIKE = ASK | {"record": {"$type": "app.bsky.feed.like", "subject": {}}, "reason": "like"}
FOLLOW = ASK | {"record": {"$type": "app.bsky.graph.follow"}, "reason": "follow"}
SECOND, THIRD = view("s", "ren.example", "and mine"), view("t", "mia.example", "mine too")
BLUESKY = [ASK, LIKE, SECOND, FOLLOW, THIRD]
FAVOURITE = {"id": "9", "type": "favourite", "account": HELP["account"], "status": HELP}
UNKNOWN = "An item of the list is of no known format."


@pytest.mark.parametrize("records", [BLUESKY, BLUESKY[1:] + BLUESKY[:1]], ids=["in between", "first"])
def test_what_follows_a_like_or_a_follow_is_read(recording, records):
    found = recording(json.dumps({"notifications": records, "cursor": "x"}), "page.json", BRAND)
    assert {one.text for one in found.mentions} == {ASK["record"]["text"], "and mine", "mine too"}
    assert found.bad == []
    assert "2 (follow: 1, like: 1)" in " ".join(found.notes)


def test_what_follows_a_favourite_is_read(recording):
    found = recording(json.dumps({"notifications": [HELP, FAVOURITE, SORRY]}), "page.json", BRAND)
    assert ([one.id for one in found.mentions], found.bad) == (["1", "2"], [])
    assert "favourite: 1" in " ".join(found.notes)


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        ({"hello": "there"}, UNKNOWN),
        (None, UNKNOWN),
        ({"kind": "t3"}, "This is a post of Reddit."),
        (
            {"id": "7", "date": "2026-11-20", "rawcontent": "x", "url": "nowhere"},
            "Column 'url' is no address of a post.",
        ),
    ],
    ids=["unknown", "no object", "another network", "cannot be read"],
)
def test_an_item_that_cannot_be_read_is_told_and_its_neighbours_are_read(recording, item, problem):
    found = recording(json.dumps({"posts": [item, ASK, item, SECOND]}), "page.json", BRAND)
    assert {one.text for one in found.mentions} == {ASK["record"]["text"], "and mine"}
    assert [bad.problem for bad in found.bad] == [problem] * 2


def test_a_page_of_another_network_alone_is_told_once(recording):
    (bad,) = recording(json.dumps({"items": [{"kind": "t3"}, {"kind": "t1"}]}) + "\n", "page.jsonl", BRAND).bad
    assert bad.problem == "This is a post of Reddit."
