"""The hours from which a baseline is learned: stored once they have settled, and without incidents."""

from collections import Counter
from datetime import timedelta

from tests.cases.incidents.test_detector import complaint, storm
from tests.fakes import START


def test_an_hour_is_kept_when_it_has_settled_without_what_belonged_to_an_incident(team):
    team.incidents.kept = {}
    storm(team, 2, text="the wifi is slow", stake="repeated")
    team.clock.now = START + timedelta(hours=1, minutes=14)
    team.look()
    assert START not in team.incidents.kept
    team.clock.advance(minutes=1)
    team.look()
    assert team.incidents.kept[START].counts == {"NimbusAir#wifi": 2, "NimbusAir#slow": 2}


def test_an_hour_is_stored_without_its_incidents_and_without_what_one_customer_alone_said(team):
    storm(team, 6)
    team.look()
    for number, text in ((20, "the wifi is slow"), (21, "the wifi is slow"), (22, "parking ticket")):
        team.hear(*complaint(number, text, 20, "repeated"))
    team.clock.now = START + timedelta(hours=1, minutes=15)
    team.look()
    assert team.incidents.kept[START].counts == {"NimbusAir#wifi": 2, "NimbusAir#slow": 2}


def test_an_hour_is_not_stored_again_by_the_same_detector(team):
    team.clock.now = START + timedelta(hours=1, minutes=15)
    team.look()
    team.incidents.kept.clear()
    team.clock.advance(minutes=1)
    team.look()
    assert team.incidents.kept == {}
    team.clock.advance(hours=1)
    team.look()
    assert set(team.incidents.kept) == {START + timedelta(hours=1)}


def test_of_an_hour_the_300_most_frequent_features_are_stored(team):
    for number in range(7):
        words = " ".join(f"w{chr(97 + number)}{chr(97 + one // 26)}{chr(97 + one % 26)}" for one in range(50))
        for customer in range(2 + number):
            team.hear(*complaint(10 * number + customer, words, 20, "repeated"))
    team.clock.now = START + timedelta(hours=1, minutes=15)
    team.look()
    assert Counter(team.incidents.kept[START].counts.values()) == dict.fromkeys(range(3, 9), 50)
