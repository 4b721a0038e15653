"""One cause in two words is one incident: "outage" and "internet" are told of together."""

from dataclasses import replace

import pytest

from earshot.cases.incidents.detector import Detection
from earshot.cases.incidents.incident import MOST_ALIASES
from tests.alerting.team import Team
from tests.cases.incidents.test_detector import case_of, complaint, storm, the_incident


def an_outage(team: Team, sharing: int) -> str:
    """An outage that eight complain about, so many of whom name the internet as well; the id of the incident."""
    storm(team, sharing, text="internet")
    storm(team, 8 - sharing, first=20, text="router")
    team.look()
    assert the_incident(team).incident.label == "outage"
    return the_incident(team).id


def test_who_has_only_the_other_word_joins_the_same_incident_and_nobody_is_alerted_twice(team: Team) -> None:
    outage = an_outage(team, sharing=3)
    team.minute()
    before = len(team.sent)
    storm(team, 4, first=40, text="internet", stake="none")
    assert team.look() == Detection(), "four are no incident, whatever the word"
    storm(team, 1, first=50, text="internet", stake="none")
    assert team.look() == Detection(joined=5)
    (live,) = team.incidents.live()
    assert (live.id, live.aliases, live.count) == (outage, ("NimbusAir#internet",), 13)
    storm(team, 1, first=60, text="internet", stake="none")
    assert team.look() == Detection(joined=1)
    assert team.store.conversation(case_of(60)).case.incident_id == outage
    team.notify()
    assert {alert.case_ids for _, alert in team.sent[before:]} <= {(outage,)}


def test_a_word_that_hardly_anybody_in_it_uses_is_another_incident(team: Team) -> None:
    outage = an_outage(team, sharing=2)
    storm(team, 5, first=40, text="internet", stake="none")
    (opened,) = team.look().opened
    assert opened != outage
    assert [incident.label for incident in team.incidents.live()] == ["outage", "internet"]


def test_a_word_of_another_brands_customers_is_their_own_incident(team: Team) -> None:
    outage = an_outage(team, sharing=4)
    for number in range(40, 45):
        mention, judgement = complaint(number, "internet", stake="none")
        team.hear(replace(mention, brand="HarborBank"), judgement)
    (opened,) = team.look().opened
    assert [incident.id for incident in team.incidents.live()] == [outage, opened]


@pytest.mark.parametrize(("names", "opens"), [(MOST_ALIASES - 1, 0), (MOST_ALIASES, 1)])
def test_an_incident_has_no_more_names_than_anybody_has_for_one_thing(team: Team, names: int, opens: int) -> None:
    an_outage(team, sharing=3)
    (live,) = team.incidents.running
    team.incidents.running = (replace(live, aliases=tuple(f"NimbusAir#word{number}" for number in range(names))),)
    storm(team, 5, first=40, text="internet", stake="none")
    assert len(team.look().opened) == opens
