"""Mentions as records: converted to JSON and back, and rejected with the name of the wrong field."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.errors import MentionError
from earshot.mentions.mention import MAX_COUNT, MAX_TEXT_BYTES, Mention
from tests.fakes import a_mention


@given(st.none() | st.integers(0, MAX_COUNT))
def test_the_number_of_reposts_survives_the_queue(reposts: int | None) -> None:
    mention = a_mention(reposts=reposts)
    assert Mention.from_record(json.loads(json.dumps(mention.to_record()))) == mention


def test_a_record_without_reposts_has_an_unknown_number_of_them() -> None:
    record = a_mention(reposts=3).to_record()
    del record["reposts"]
    assert Mention.from_record(record) == a_mention()


@pytest.mark.parametrize("odd", [-1, 1.5, "12", True, [3]])
def test_an_invalid_count_is_rejected_with_the_name_of_its_field(odd: Any) -> None:
    with pytest.raises(MentionError, match=r"'reposts' must be a count or null, not"):
        Mention.from_record(a_mention().to_record() | {"reposts": odd})


def test_an_author_is_known_by_source_and_id() -> None:
    assert a_mention().author_key == "x#7"


EDGES = {
    "a date before any post": ({"created_at": "0001-01-01T00:00:00Z"}, "'created_at'"),
    "a date before any calendar": ({"created_at": "0001-01-01T00:00:00+14:00"}, "'created_at'"),
    "a date after any calendar": ({"created_at": "9999-12-31T23:59:59-14:00"}, "'created_at'"),
    "a date after any post": ({"created_at": "9999-12-31T23:59:59Z"}, "'created_at'"),
    "an edit after any post": ({"edited_at": "9999-12-31T23:59:59Z"}, "'edited_at'"),
    "an id that no key can hold": ({"id": "8" * 3_000}, "'id'"),
    "an id of bytes that no key can hold": ({"id": "\U0001f6eb" * 200}, "'id'"),
    "an answered id that no key can hold": ({"in_reply_to_id": "8" * 3_000}, "'in_reply_to_id'"),
    "a reposted id that no key can hold": ({"reposted_id": "8" * 3_000}, "'reposted_id'"),
    "an answered person that no key can hold": ({"in_reply_to_user_id": "8" * 3_000}, "'in_reply_to_user_id'"),
    "a brand that no key can hold": ({"brand": "b" * 3_000}, "'brand'"),
    "a count that no number can hold": ({"reposts": 10**400}, "'reposts'"),
    "half an emoji for an id": ({"conversation_id": "\ud83d"}, "'conversation_id'"),
}


@pytest.mark.parametrize(("changes", "culprit"), EDGES.values(), ids=EDGES)
def test_what_nothing_after_the_queue_could_hold_is_refused_by_its_name(changes: dict[str, Any], culprit: str) -> None:
    with pytest.raises(MentionError, match=culprit):
        Mention.from_record(a_mention().to_record() | changes)


def test_a_text_that_no_item_can_hold_is_cut_and_half_an_emoji_is_replaced() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
    read = Mention.from_record(a_mention().to_record() | {"text": "\ud83d help " + family * 11_000})
    assert read.text.startswith("\ufffd help ")
    assert MAX_TEXT_BYTES - 30 < len(read.text.encode()) <= MAX_TEXT_BYTES
    author = a_mention().to_record()["author"] | {"name": "n" * 100_000, "handle": "h" * 100_000}
    read = Mention.from_record(a_mention().to_record() | {"author": author, "language": "l" * 100_000})
    assert [len(text or "") for text in (read.author.name, read.author.handle, read.language)] == [200, 100, 35]


@given(st.text(), st.text())
def test_an_authors_label_is_one_line(name: str, handle: str) -> None:
    record = a_mention().to_record()
    label = Mention.from_record(record | {"author": {"id": "7", "name": name or None, "handle": handle or None}}).author
    assert label.label
    assert all(one.isprintable() or one in "\u200c\u200d" for one in label.label)
