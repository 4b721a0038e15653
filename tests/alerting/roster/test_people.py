"""Colleagues by their names: an id is somebody's own, whatever others call themselves."""

from earshot.alerting.roster.people import People
from earshot.alerting.roster.roster import Person, Roster


def test_an_id_is_found_before_a_display_name_that_looks_like_it():
    people = People.of(Roster(people=(Person("berlin1", "Zoe"), Person("zoe", "Zoe Ray"))))
    assert [found.id for name in ("zoe", "ZOE", "Zoe Ray", "berlin1") if (found := people.find(name))] == [
        "zoe",
        "zoe",
        "zoe",
        "berlin1",
    ]
    assert people.find("mia") is None
