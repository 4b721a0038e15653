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


def test_nobody_has_a_name_that_is_somebody_elses_id_or_address():
    """Else what that one holds would be theirs as well."""
    mia = Person("mia", "Leo", "mia@example.com", former_emails=("desk@example.com",))
    leo, ida = Person("leo", "Leopold", phone="+12025550101"), Person("ida", "MIA@example.com", "desk@example.com")
    people = People.of(Roster(people=(mia, leo, ida)))
    assert people.names_of("mia@example.com") == {"mia", "mia@example.com"}
    assert people.names_of("leo") == {"leo", "leopold"}
    assert people.names_of("desk@example.com") == {"ida", "desk@example.com"}
