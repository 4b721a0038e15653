"""What travels through the queue: written as plain JSON, read back equal, and refused with the field at fault."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.errors import MentionError
from earshot.mentions.mention import Mention
from tests.fakes import a_mention


@given(st.none() | st.integers(min_value=0))
def test_how_often_it_was_passed_on_comes_back(reposts: int | None) -> None:
    mention = a_mention(reposts=reposts)
    assert Mention.from_record(json.loads(json.dumps(mention.to_record()))) == mention


def test_a_record_from_before_reposts_were_counted_does_not_know_them() -> None:
    record = a_mention(reposts=3).to_record()
    del record["reposts"]
    assert Mention.from_record(record) == a_mention()


@pytest.mark.parametrize("odd", [-1, 1.5, "12", True, [3]])
def test_a_count_that_is_none_is_refused_by_its_name(odd: Any) -> None:
    with pytest.raises(MentionError, match=r"'reposts' must be a count or null, not"):
        Mention.from_record(a_mention().to_record() | {"reposts": odd})


def test_an_author_is_known_by_source_and_id() -> None:
    assert a_mention().author_key == "x#7"
