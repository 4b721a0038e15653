"""Who is on call over days: turns that follow each other without a gap, and agree with who is on call at any moment."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from earshot.alerting.alert import RUNGS
from earshot.alerting.roster.on_call import on_call
from earshot.alerting.roster.roster import Absence, Override, Person, Roster, Rotation, TurnLength
from earshot.alerting.roster.turns import turns

START = datetime(2026, 11, 23, 7, tzinfo=UTC)
END = START + timedelta(14)
MIA = Person("mia", "Mia", "mia@nimbus.example", absences=(Absence(date(2026, 11, 26), date(2026, 11, 26)),))
LEO = Person("leo", "Leo", "leo@nimbus.example")
ROTATION = Rotation(1, ("mia", "leo"), TurnLength.WEEK, time(9), "Europe/London", date(2026, 11, 23), 0)
STANDS_IN = Override("leo", 1, START + timedelta(days=1), START + timedelta(days=1, hours=3))


def test_turns_follow_each_other_and_name_who_is_on_call() -> None:
    roster = Roster((LEO, MIA), (ROTATION,), (STANDS_IN,))
    found = list(turns(roster, START, END))
    for rung in RUNGS:
        of_rung = [one for one in found if one.rung == rung]
        assert (of_rung[0].begins, of_rung[-1].ends) == (START, END)
        assert all(one.ends == other.begins for one, other in pairwise(of_rung))
        for one in of_rung:
            for moment in (one.begins, one.ends - timedelta(seconds=1)):
                assert on_call(roster, rung, moment) == one.people
    first = [(one.people[0].id, one.is_override) for one in found if one.rung == 1]
    # Two hours of last week's turn, hers with an override and a day off in it, and his.
    assert first == [
        ("leo", False),
        ("mia", False),
        ("leo", True),
        ("mia", False),
        ("leo", False),
        ("mia", False),
        ("leo", False),
    ]


def test_a_rung_without_anybody_is_one_turn_of_nobody() -> None:
    (first, *_) = turns(Roster(), START, END)
    assert (first.begins, first.ends, first.people) == (START, END, ())
