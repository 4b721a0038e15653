"""When complaints about one thing are an incident, and how seldom that is said of what is none."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.cases.incidents.incident import Incident, features_in_common, features_of, label_of
from earshot.cases.incidents.statistics import (
    BASELINE_SPAN,
    LEAST_CUSTOMERS,
    SIGNIFICANCE,
    Baseline,
    HourlyCounts,
    baseline_of,
    comparable_hours,
    find_anomaly,
)
from earshot.triage.judgement import Reason

NOW = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)
OUTAGE = (Reason("stake.outage", 30, "..."), Reason("stake.leaving", 30, "..."), Reason("intent.complaint", 35, "..."))


def hours(*counts, feature="outage"):
    """Hours at this time of the day, one a day back, with so many complaints."""
    return [
        HourlyCounts(NOW - timedelta(days=1 + number % 27, hours=number // 27 - 1), {feature: count})
        for number, count in enumerate(counts)
    ]


@pytest.mark.parametrize(
    ("usually", "enough"), [((), 15), ((0,) * 81, 5), ((1,) * 81, 10), ((5,) * 81, 26), ((10,) * 81, 44)]
)
def test_how_many_are_an_incident_depends_on_what_is_usual(usually, enough):
    past = hours(*usually)
    assert find_anomaly({"outage": enough - 1}, past) is None
    assert find_anomaly({"outage": enough}, past).feature == "outage"


def test_days_that_differ_much_take_more_to_stand_out():
    even, uneven = hours(*(5,) * 54), hours(*(0, 10) * 27)
    assert baseline_of("outage", even).mean == pytest.approx(baseline_of("outage", uneven).mean)
    assert (
        baseline_of("outage", even).tail_probability(26)
        < SIGNIFICANCE
        < baseline_of("outage", uneven).tail_probability(26)
    )


@given(mean=st.floats(0.001, 200), size=st.floats(0.5, 6), count=st.integers(0, 400))
def test_more_is_never_likelier_and_a_chance_is_one(mean, size, count):
    usual = Baseline(mean, size)
    assert 0 <= usual.tail_probability(count + 1) <= usual.tail_probability(count) <= 1
    assert usual.tail_probability(0) == 1


def test_only_hours_at_this_time_of_the_day_and_of_the_last_four_weeks_tell_what_is_usual():
    past = [HourlyCounts(NOW - timedelta(hours=number), {}) for number in range(24 * 40)]
    kept = comparable_hours(past, NOW)
    assert {hour.at.hour for hour in kept} == {9, 10, 11}
    assert all(NOW - BASELINE_SPAN <= hour.at <= NOW - timedelta(hours=1) for hour in kept)


@pytest.mark.parametrize("rate", [0.05, 0.5, 3.0, 12.0])
def test_a_brand_on_which_nothing_happens_raises_no_false_alarm_in_a_quarter(rate):
    """Complaints by chance around a daily wave, about words as frequent as words are (Zipf), days differing by 30 %."""
    chance, false_alarms, past = random.Random(7), 0, []
    words = [f"word{number}" for number in range(30)]
    shares = [1 / (rank + 1) for rank in range(30)]
    for number in range(24 * 90):
        at = NOW - timedelta(days=90) + timedelta(hours=number)
        if number % 24 == 0:
            mood = max(0.2, chance.gauss(1, 0.3))
        wave = 0.3 + 0.7 * (8 <= at.hour < 22)
        heard = sum(chance.random() < rate * wave * mood / 50 for _ in range(50))
        counts: dict[str, int] = {}
        for _ in range(heard):
            for word in set(chance.choices(words, shares, k=3)):
                counts[word] = counts.get(word, 0) + 1
        # Learning takes a week; by then at the latest alarms are trusted.
        false_alarms += number > 24 * 7 and find_anomaly(counts, comparable_hours(past[-24 * 29 :], at)) is not None
        past.append(HourlyCounts(at, {word: count for word, count in counts.items() if count > 1}))
    assert false_alarms == 0


# -------------------------------------------------------------------------------------------------- what is in common


def test_a_complaint_has_its_causes_and_its_telling_words_and_not_the_brands_name():
    features = features_of("@NimbusAir NimbusAir app is down, can't check in to BA249 please help", OUTAGE, "NimbusAir")
    assert features == {f"NimbusAir#{name}" for name in ("about:outage", "down", "check", "ba249")}
    assert label_of("NimbusAir#about:lost_all") == "lost all"


def an_incident(*features):
    return Incident("incident-outage-1", "outage", features, NOW, NOW, 9, 0.1)


def test_a_complaint_belongs_to_an_incident_by_its_main_feature_or_by_two_others():
    incident = an_incident("about:outage", "login", "website")
    assert incident.covers(frozenset({"about:outage"}))
    assert incident.covers(frozenset({"login", "website", "else"}))
    assert not incident.covers(frozenset({"login", "else"}))


def test_an_incident_that_is_over_covers_nothing():
    over = Incident("incident-outage-1", "outage", ("about:outage",), NOW, NOW, 9, 0.1, ended_at=NOW)
    assert not over.covers(frozenset({"about:outage"}))


def test_features_that_half_of_the_complaints_share_are_the_incidents_own():
    said = [frozenset({"about:outage", "login"}), frozenset({"about:outage", "login", "rare"}), frozenset({"other"})]
    assert features_in_common("about:outage", said) == ("about:outage", "login")


def test_a_kind_of_trouble_names_an_incident_before_a_word_does():
    counts = {"website": 20, "about:outage": 20}
    assert find_anomaly(counts, hours(*(0,) * 40)).feature == "about:outage"
    assert find_anomaly({"website": LEAST_CUSTOMERS - 1}, hours(*(0,) * 40)) is None
