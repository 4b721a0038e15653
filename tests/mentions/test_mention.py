"""Mentions as records: converted to JSON and back, and rejected with the name of the wrong field."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.errors import MentionError
from earshot.mentions.mention import Mention
from tests.fakes import a_mention


@given(st.none() | st.integers(min_value=0))
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
