"""How times and numbers are written in messages."""

from datetime import timedelta

import pytest

from earshot.alerting.messages.text import short_number, time_left
from tests.alerting.messages.example import a_case
from tests.fakes import START


@pytest.mark.parametrize(
    ("minutes", "said"), [(0, "60 min left"), (60, "0 min left"), (61, "late by 1 min"), (60 * 30, "late by 29 h")]
)
def test_the_time_left_is_rounded_down(minutes, said):
    assert time_left(a_case(), START + timedelta(minutes=minutes)) == said


@pytest.mark.parametrize(("followers", "said"), [(0, "0"), (950, "950"), (12_400, "12.4k"), (3_000_000, "3M")])
def test_a_large_number_is_shortened(followers, said):
    assert short_number(followers) == said
