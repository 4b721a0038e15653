"""What complaints have in common, and which of them belong to an incident."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from earshot.cases.incidents.incident import (
    Incident,
    IncidentStatus,
    features_in_common,
    features_of,
    label_of,
)
from earshot.triage.judgement import Reason

NOW = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)
OUTAGE = (Reason("stake.outage", 30, "..."), Reason("stake.leaving", 30, "..."), Reason("intent.complaint", 35, "..."))


def an_incident(*features, ended_at=None):
    return Incident("incident-outage-1", "outage", features, NOW, NOW, 9, 0.1, ended_at)


def test_a_complaint_has_its_causes_and_its_telling_words_and_not_the_brands_name():
    features = features_of("@NimbusAir NimbusAir app is down, can't check in to BA249 please help", OUTAGE, "NimbusAir")
    assert features == {f"NimbusAir#{name}" for name in ("about:outage", "app", "down", "check", "ba249")}


def test_numbers_and_words_that_the_brands_name_is_made_of_are_left_out():
    assert features_of("NimbusAirlines lost order 20261128, nimbus", (), "NimbusAir") == {
        "NimbusAir#lost",
        "NimbusAir#order",
    }


@pytest.mark.parametrize(
    ("feature", "label"),
    [("NimbusAir#about:lost_all", "lost all"), ("NimbusAir#about:outage", "outage"), ("NimbusAir#login", "login")],
)
def test_a_label_is_what_people_read(feature, label):
    assert label_of(feature) == label


def test_a_complaint_belongs_to_an_incident_by_its_main_feature_or_by_two_others():
    incident = an_incident("about:outage", "login", "website")
    assert incident.covers(frozenset({"about:outage"}))
    assert incident.covers(frozenset({"login", "website", "else"}))
    assert not incident.covers(frozenset({"login", "else"}))


@pytest.mark.parametrize(
    ("shared", "members", "is_alias"),
    [(3, 3, True), (3, 30, True), (3, 31, False), (4, 31, True), (2, 2, False), (0, 0, False)],
)
def test_a_word_that_three_and_a_tenth_of_its_complaints_use_is_another_name(shared, members, is_alias):
    outage, both = frozenset({"N#about:outage"}), frozenset({"N#about:outage", "N#internet"})
    said = [both] * shared + [outage] * (members - shared)
    assert an_incident("N#about:outage").is_also_called("N#internet", said) is is_alias


def test_no_incident_has_a_name_of_another_brand():
    said = [frozenset({"N#about:outage", "M#internet"})] * 9
    assert not an_incident("N#about:outage").is_also_called("M#internet", said)


def test_another_name_alone_is_enough_to_belong_to_it_until_it_is_over():
    incident = replace(an_incident("about:outage", "login", "website"), aliases=("internet", "router"))
    assert incident.covers(frozenset({"router", "else"}))
    assert not incident.covers(frozenset({"login", "else"}))
    assert not replace(incident, ended_at=NOW).covers(frozenset({"router"}))


def test_an_incident_that_is_over_covers_nothing():
    over = an_incident("about:outage", ended_at=NOW)
    assert not over.covers(frozenset({"about:outage"}))
    assert (over.status, an_incident("about:outage").status) == (IncidentStatus.OVER, IncidentStatus.LIVE)


def test_features_that_half_of_the_complaints_share_are_the_incidents_own():
    said = [frozenset({"about:outage", "login"}), frozenset({"about:outage", "login", "rare"}), frozenset({"other"})]
    assert features_in_common("about:outage", said) == ("about:outage", "login")


def test_a_feature_that_fewer_than_half_share_is_not_and_exactly_half_is_enough():
    said = [frozenset({"main", "half", *["less"] * (number < 2)}) if number < 3 else {"main"} for number in range(6)]
    assert features_in_common("main", map(frozenset, said)) == ("main", "half")


def test_a_feature_of_one_complaint_alone_is_never_in_common():
    assert features_in_common("main", [frozenset({"main", "once"})]) == ("main",)


def test_the_most_frequent_come_first_and_of_equals_the_first_in_the_alphabet():
    said = [
        frozenset({"main", "b", "a", "often"}),
        frozenset({"main", "b", "a", "often"}),
        frozenset({"main", "often"}),
    ]
    assert features_in_common("main", said) == ("main", "often", "a", "b")


def test_no_more_than_eight_features_are_kept():
    names = [f"word{number}" for number in range(20)]
    assert features_in_common("main", [frozenset({"main", *names})] * 3) == ("main", *sorted(names)[:7])
