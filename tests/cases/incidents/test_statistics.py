"""When complaints about one thing are an incident, and how seldom a normal hour is taken for one."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

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

NOW = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
# Sums of some hundred terms, each from a difference of logarithms of the gamma function.
RELATIVE, ABSOLUTE = 1e-9, 1e-12
# Below it a float has fewer digits than a relative error of 1e-9 asks for.
SMALLEST = 1e-290


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


# ------------------------------------------------------------------------------------------------------ the baseline


@given(mean=st.floats(0.001, 200), size=st.floats(0.5, 6), count=st.integers(0, 400))
def test_the_tail_is_that_of_the_negative_binomial_distribution(mean, size, count):
    # Its import takes seconds, in each process that collects this file.
    from scipy.stats import nbinom

    expected = nbinom.sf(count - 1, size, size / (size + mean))
    assert Baseline(mean, size).tail_probability(count) == pytest.approx(
        expected, rel=RELATIVE, abs=SMALLEST if count > mean else ABSOLUTE
    )


@given(mean=st.floats(0.001, 200), size=st.floats(0.5, 6), count=st.integers(0, 400))
def test_more_is_never_likelier_and_the_tail_is_a_probability(mean, size, count):
    baseline = Baseline(mean, size)
    assert 0 <= baseline.tail_probability(count + 1) <= baseline.tail_probability(count) <= 1
    assert baseline.tail_probability(0) == 1


@pytest.mark.parametrize(
    ("counts", "mean", "size"),
    [
        # Nothing is known: half a complaint an hour, and the least certainty.
        ((), 0.5, 0.5),
        # Four hours with half a complaint each are added.
        ((0,) * 4, 0.25, 1.5),
        ((2,) * 4, 1.25, 1.5),
        # One more for each four hours that are known, and 6 at most.
        ((3,) * 20, 62 / 24, 5.5),
        ((3,) * 22, 68 / 26, 6.0),
        ((3,) * 60, 182 / 64, 6.0),
    ],
)
def test_what_is_known_after_so_many_hours(counts, mean, size):
    assert baseline_of("outage", hours(*counts)) == Baseline(pytest.approx(mean), pytest.approx(size))


def test_the_size_is_fitted_to_how_much_hours_differ():
    counts = (0, 10) * 27
    mean = (270 + 2) / 58
    variance = (27 * mean**2 + 27 * (10 - mean) ** 2) / 53
    assert baseline_of("outage", hours(*counts)) == Baseline(
        pytest.approx(mean), pytest.approx(mean**2 / (variance - mean))
    )


def test_a_single_hour_has_a_variance_too():
    # (20 - 4.4)² / 1, and with so few hours the size has its limit.
    assert baseline_of("outage", hours(20)) == Baseline(pytest.approx(4.4), pytest.approx(4.4**2 / (15.6**2 - 4.4)))


def test_hours_that_differ_as_much_as_chance_gives_have_the_limit_of_their_number():
    # Mean and variance are both 0.5: there is nothing to fit.
    assert baseline_of("outage", hours(1, 0)) == Baseline(0.5, 1.0)


def test_days_that_differ_much_take_more_to_stand_out():
    even, uneven = (baseline_of("outage", hours(*counts)) for counts in ((5,) * 54, (0, 10) * 27))
    assert even.mean == pytest.approx(uneven.mean)
    assert even.tail_probability(26) < SIGNIFICANCE < uneven.tail_probability(26)


def test_only_hours_at_this_time_of_the_day_and_of_the_last_four_weeks_are_comparable():
    past = [HourlyCounts(NOW - number * HOUR, {}) for number in range(24 * 40)]
    found = comparable_hours(past, NOW)
    assert {hour.at.hour for hour in found} == {9, 10, 11}
    # The first hour of the four weeks, and the last one that is over, are among them.
    assert (min(hour.at for hour in found), max(hour.at for hour in found)) == (NOW - BASELINE_SPAN, NOW - HOUR)
    assert len(found) == 3 * 28


@pytest.mark.parametrize(("now", "near"), [(0, {23, 0, 1}), (23, {22, 23, 0})])
def test_around_midnight_the_hours_of_both_days_are_comparable(now, near):
    at = NOW.replace(hour=now)
    assert {hour.at.hour for hour in comparable_hours([HourlyCounts(at - n * HOUR, {}) for n in range(48)], at)} == near


# ------------------------------------------------------------------------------------------------------- an anomaly


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
        complaints = sum(chance.random() < rate * wave * mood / 50 for _ in range(50))
        counts: dict[str, int] = {}
        for _ in range(complaints):
            for word in set(chance.choices(words, shares, k=3)):
                counts[word] = counts.get(word, 0) + 1
        # Learning takes a week; by then at the latest alarms are trusted.
        false_alarms += number > 24 * 7 and find_anomaly(counts, comparable_hours(past[-24 * 29 :], at)) is not None
        past.append(HourlyCounts(at, {word: count for word, count in counts.items() if count > 1}))
    assert false_alarms == 0


def test_fewer_than_five_customers_are_a_coincidence_however_quiet_the_brand_is():
    quiet = hours(*(0,) * 81)
    assert baseline_of("website", quiet).tail_probability(LEAST_CUSTOMERS - 1) < 2e-5
    assert find_anomaly({"website": LEAST_CUSTOMERS - 1}, quiet * 100) is None
    assert find_anomaly({"website": LEAST_CUSTOMERS}, quiet * 100).feature == "website"


def test_a_feature_without_an_anomaly_hides_none_that_has_one():
    counts = {"few": 1, "slow": 9, "outage": 60}
    assert find_anomaly(counts, hours(*(5,) * 60, feature="slow")).feature == "outage"


def test_the_least_probable_feature_is_found():
    past = [HourlyCounts(hour.at, {"login": 9, "website": 1}) for hour in hours(*(0,) * 54)]
    anomaly = find_anomaly({"login": 60, "website": 50}, past)
    assert (anomaly.feature, anomaly.baseline) == ("website", baseline_of("website", past))


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ({"website": 20, "about:outage": 20}, "about:outage"),
        ({"about:outage": 20, "website": 20}, "about:outage"),
        ({"website": 20, "app": 20}, "app"),
        # So improbable that no number tells them apart: the more frequent one.
        ({"about:outage": 5_000, "website": 6_000}, "website"),
    ],
)
def test_of_features_that_are_as_improbable_a_kind_of_trouble_comes_before_a_word(counts, found):
    assert find_anomaly(counts, hours(*(0,) * 40)).feature == found
