"""Packed values: they come back, in fewer bytes, also those of today with every later release."""

import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.aws.dynamodb import from_item, to_item
from earshot.aws.packed import DICTIONARIES, pack, unpack
from earshot.cases.store.keys import conversation_record
from infra.bench.storm.stage import STARTS, a_case

# What release 1.0 wrote. It must be read for as long as anything is kept.
WRITTEN = bytes.fromhex("01abc64861d07c70b8f9d04a850ff367b7404318e465431d233d531d50b5115b0b00")
VALUE = {"status": "open", "text": "Ã© 🛄", "steps": [1, 2.5, None]}
TEXTS = st.text(max_size=40)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS


@given(st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=8))
def test_every_value_comes_back(value):
    assert unpack(pack(value)) == value


def test_what_was_written_is_still_read():
    assert unpack(WRITTEN) == VALUE
    # A dictionary that changed could read nothing that was written with it.
    assert {number: sha256(text).hexdigest() for number, text in DICTIONARIES.items()} == {
        1: "2268f10c7a1e21dcf55ebacd79465ab7ba1290b8d1ed0fe9878770f88f0068d9"
    }


def test_a_form_of_a_later_release_is_refused_with_the_remedy():
    with pytest.raises(ValueError, match="form 99, which a later release wrote: deploy that release"):
        unpack(b"\x63" + WRITTEN[1:])


def test_a_case_takes_a_third_of_its_bytes():
    record = conversation_record(a_case(7, "the app is down", "stake.outage", 85, STARTS))
    packed = to_item(record)["conversation_state"]["B"]
    assert len(packed) < len(json.dumps(record["conversation_state"])) / 3


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**38])
def test_what_dynamodb_cannot_store_is_refused(value):
    with pytest.raises(ValueError, match=r"DynamoDB|JSON"):
        to_item({"it": value})


def test_what_was_stored_before_values_were_packed_is_still_read():
    stored = {"M": {"at": {"S": "now"}, "n": {"L": [{"N": "1"}, {"N": "2.5"}, {"NULL": True}, {"BOOL": True}]}}}
    assert from_item({"it": stored}) == {"it": {"at": "now", "n": [1, 2.5, None, True]}}


def test_a_stream_has_binary_values_as_text():
    assert from_item({"it": {"B": "AavGSGHQfHC4+dBKhQ/zZ7dAQxjkZUMdIz1THVC1EVsLAA=="}}) == {"it": VALUE}
