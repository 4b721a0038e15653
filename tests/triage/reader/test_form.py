"""The form of answers: what does not keep it is no answer, for that post alone."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.triage.judgement import Intent
from earshot.triage.reader.answer import Answer
from earshot.triage.reader.form import read_answers

GOOD = {"post": 1, "intent": "complaint", "urgent": "y", "reason": "M"}
CALM = {"post": 2, "intent": "question", "urgent": "n", "reason": "-"}


def test_each_post_gets_its_own_answer_in_whatever_order_they_come() -> None:
    assert read_answers({"labels": [CALM, GOOD]}, 3) == [Answer(Intent.COMPLAINT, "M"), Answer(Intent.QUESTION), None]


@pytest.mark.parametrize(
    "change",
    [
        {"intent": "rant"},
        {"intent": None},
        {"post": "1"},
        {"post": 1.0},
        {"post": True},
        {"post": 0},
        {"post": -1},
        {"post": 4},
        {"urgent": "maybe"},
        {"urgent": True},
        {"reason": "X"},
        {"reason": "-"},
        {"urgent": "n"},
        {"intent": "praise"},
        {"note": "as you wish"},
    ],
)
def test_an_answer_outside_the_form_is_none_and_spares_the_others(change: dict[str, Any]) -> None:
    assert read_answers({"labels": [GOOD | change, CALM]}, 3) == [None, Answer(Intent.QUESTION), None]


def test_a_post_that_is_labelled_twice_has_no_answer() -> None:
    assert read_answers({"labels": [GOOD, CALM, GOOD | {"urgent": "n", "reason": "-"}]}, 2) == [
        None,
        Answer(Intent.QUESTION),
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.sampled_from(["complaint", "y", "M"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["post", "intent", "urgent", "reason", "labels"]), inner)
    ),
    max_leaves=20,
)


@given(JSON | st.fixed_dictionaries({"labels": st.lists(JSON, max_size=5)}))
def test_whatever_comes_there_is_one_answer_or_none_for_each_post(given_: object) -> None:
    answers = read_answers(given_, 3)
    assert len(answers) == 3
    for answer in answers:
        assert answer is None or (answer.ground is None or answer.intent is Intent.COMPLAINT)
