"""What a text message will cost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.alerting.messages.sms import part_count
from earshot.alerting.sms.cost import Prices, estimate_costs

PRICES = Prices(0.10, {"+1": 0.01, "+1876": 0.20, "+44": 0.04})


@pytest.mark.parametrize(
    ("text", "parts"),
    [("", 1), ("a" * 151, 1), ("a" * 152, 2), ("€" * 76, 2), ("ж" * 61, 1), ("ж" * 62, 2), ("a" * 298, 3)],
)
def test_the_sender_and_the_alphabet_count(text, parts):
    # "Earshot> " takes 9 of 160, or of 70 where the alphabet is another; two joined parts hold 306.
    assert part_count(text) == parts


@pytest.mark.parametrize(
    ("phone", "price"),
    [("+12025550101", 10_000), ("+18765550101", 200_000), ("+447700900101", 40_000), ("+4915112345678", 100_000)],
)
def test_a_number_is_priced_by_the_longest_code_that_it_begins_with(phone, price):
    assert PRICES.of(phone) == price


@given(st.text(max_size=600), st.sets(st.sampled_from(["+12025550101", "+447700900101", "+4915112345678"])))
def test_a_text_costs_its_parts_for_each_number(text, phones):
    costs = estimate_costs(text, phones, PRICES)
    assert costs == {phone: part_count(text) * PRICES.of(phone) for phone in phones}
    assert all(cost > 0 for cost in costs.values())
