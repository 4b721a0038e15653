"""Filter policies for rungs and people."""

from hypothesis import given
from hypothesis import strategies as st

from earshot.alerting.alert import Channel
from earshot.alerting.recipients.filter_policy import people_in, rungs_in, with_person, without_person

SMS, EMAIL = Channel.SMS, Channel.EMAIL
TEMPLATE = [{}, {"channel": ["email"], "rung": ["1"]}, {"channel": ["email"], "rung": ["2", "3"]}]


@given(st.sampled_from(TEMPLATE), st.lists(st.sampled_from(["mia", "leo", "zoe"])))
def test_a_filter_serves_rungs_and_people_and_gives_each_back(policy, people):
    joined = policy
    for id in people:
        joined = with_person(joined, EMAIL, id)
    assert people_in(joined) == tuple(sorted(set(people)))
    assert rungs_in(joined) == rungs_in(policy)
    for id in sorted(set(people)):
        joined = without_person(joined, EMAIL, id) or {}
    assert joined == policy


def test_nothing_is_left_of_a_filter_that_was_for_one_person():
    assert without_person(with_person({}, SMS, "mia"), SMS, "mia") is None
