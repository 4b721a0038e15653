"""The roster: one person on each rung at any moment, handovers at local time, and mistakes reported by name."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.alerting.roster.on_call import next_handover, on_call
from earshot.alerting.roster.roster import MAX_DAYS, Absence, Override, Person, Roster, Rotation, TurnLength
from earshot.errors import NotFoundError, RosterError

MIA, LEO, ZOE = (
    Person(id, name, f"{id}@example.com", f"+1202555010{number}")
    for number, (id, name) in enumerate([("mia", "Mia Okafor"), ("leo", "Leo Brandt"), ("zoe", "Zoe Ito")], 1)
)
WEEKLY = Rotation(1, ("mia", "leo", "zoe"), TurnLength.WEEK, time(9), "Europe/London", date(2026, 11, 18), weekday=0)
DAILY = replace(WEEKLY, period=TurnLength.DAY, weekday=None)
EVERYBODY = Roster().with_person(MIA).with_person(LEO).with_person(ZOE)
ZONES = ("UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Asuncion", "Asia/Kathmandu")

moments = st.integers(0, 4 * 366 * 86_400).map(lambda late: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=late))
days = st.dates(date(2024, 1, 1), date(2028, 1, 1))


@st.composite
def rotations(draw, people=("mia", "leo", "zoe")):
    period = draw(st.sampled_from(TurnLength))
    return Rotation(
        rung=1,
        people=tuple(draw(st.permutations(people))),
        period=period,
        handover=draw(st.times()).replace(second=0, microsecond=0),
        timezone=draw(st.sampled_from(ZONES)),
        start=draw(days),
        weekday=draw(st.integers(0, 6)) if period is TurnLength.WEEK else None,
    )


@st.composite
def rosters(draw):
    roster = EVERYBODY.with_rotation(draw(rotations()))
    for id in draw(st.lists(st.sampled_from(["mia", "leo", "zoe"]), max_size=4)):
        first = draw(days)
        absence = Absence(first, first + timedelta(days=draw(st.integers(0, 20))))
        roster = roster.with_absence(id, absence, datetime(2020, 1, 1, tzinfo=UTC))
    for id in draw(st.lists(st.sampled_from(["mia", "leo", "zoe"]), max_size=3)):
        begins = draw(moments)
        override = Override(id, 1, begins, begins + timedelta(minutes=draw(st.integers(1, 20_000))))
        roster = roster.with_override(override, datetime(2020, 1, 1, tzinfo=UTC))
    return roster


def who(roster, at, rung=1):
    return [person.id for person in on_call(roster, rung, at)]


def london(*given):
    return datetime(*given, tzinfo=ZoneInfo("Europe/London"))


def test_turns_of_a_week_begin_with_the_one_that_holds_the_start():
    roster = EVERYBODY.with_rotation(WEEKLY)
    # The start is a Wednesday: its turn began on Monday the 16th.
    assert who(roster, london(2026, 11, 16, 9)) == ["mia"]
    assert who(roster, london(2026, 11, 23, 8, 59)) == ["mia"]
    assert who(roster, london(2026, 11, 23, 9)) == ["leo"]
    assert who(roster, london(2026, 11, 16, 8, 59)) == ["zoe"]
    assert next_handover(roster, 1, london(2026, 11, 18, 12)).at == london(2026, 11, 23, 9)


def test_a_handover_is_at_the_time_on_the_wall_when_the_clocks_change():
    roster = EVERYBODY.with_rotation(DAILY)
    for day in (date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25)):
        before, after = london(day.year, day.month, day.day, 8, 59), london(day.year, day.month, day.day, 9)
        assert who(roster, before) != who(roster, after)
        assert next_handover(roster, 1, before).at == after


def test_a_handover_that_the_clocks_skip_comes_later_and_one_that_they_repeat_comes_once():
    roster = EVERYBODY.with_rotation(replace(DAILY, handover=time(1, 30)))
    skipped = next_handover(roster, 1, datetime(2026, 3, 29, 0, 0, tzinfo=UTC)).at
    assert skipped == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 02:30 on the wall, for 01:30 did not exist
    repeated = next_handover(roster, 1, datetime(2026, 10, 24, 12, 0, tzinfo=UTC)).at
    assert repeated == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert next_handover(roster, 1, repeated).at == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


@given(rotations(), moments)
def test_somebody_is_on_call_at_every_moment_and_only_one(rotation, at):
    assert len(on_call(EVERYBODY.with_rotation(rotation), 1, at)) == 1


@given(rosters(), moments)
def test_nobody_is_on_call_only_where_all_are_away(roster, at):
    (rotation,) = roster.rotations
    today = at.astimezone(ZoneInfo(rotation.timezone)).date()
    stands_in = any(one.begins <= at < one.ends for one in roster.overrides)
    all_away = all(person.is_away(today) for person in roster.people)
    assert len(on_call(roster, 1, at)) == (0 if all_away and not stands_in else 1)


@given(rotations(), moments)
def test_everybody_has_a_turn_in_order_and_each_is_as_long_as_the_wall_says(rotation, at):
    roster = EVERYBODY.with_rotation(rotation)
    first = next_handover(roster, 1, at)
    order, moment = [first.people[0].id], first.at
    for _ in range(5):
        handover = next_handover(roster, 1, moment)
        days_apart = (
            handover.at.astimezone(ZoneInfo(rotation.timezone)).date()
            - moment.astimezone(ZoneInfo(rotation.timezone)).date()
        ).days
        assert days_apart == (1 if rotation.period is TurnLength.DAY else 7)
        order.append(handover.people[0].id)
        moment = handover.at
    assert order[:3] == order[3:]
    assert set(order) == {"mia", "leo", "zoe"}
    assert "".join(order[:3]) in "".join(rotation.people * 2)


@given(rosters(), moments, st.floats(0, 0.999))
def test_the_person_changes_at_handovers_and_nowhere_else(roster, at, part):
    handover = next_handover(roster, 1, at)
    between = (handover.at - at) * part if handover else timedelta(days=365 * part)
    assert who(roster, at + between) == who(roster, at)
    if handover is not None:
        assert handover.at > at
        assert who(roster, handover.at) == [person.id for person in handover.people] != who(roster, at)
        assert who(roster, handover.at - timedelta(microseconds=1)) == who(roster, at)


@given(rosters(), moments, st.integers(1, 10_000), st.sampled_from(["mia", "leo", "zoe"]))
def test_the_latest_override_wins_and_ends_in_time(roster, begins, minutes, id):
    override = Override(id, 1, begins, begins + timedelta(minutes=minutes))
    covered = roster.with_override(override, datetime(2020, 1, 1, tzinfo=UTC))
    assert who(covered, begins) == who(covered, override.ends - timedelta(microseconds=1)) == [id]
    assert who(covered, override.ends) == who(roster, override.ends)
    assert who(covered, begins - timedelta(microseconds=1)) == who(roster, begins - timedelta(microseconds=1))


def test_the_next_one_takes_over_from_who_is_away_and_gives_back():
    roster = EVERYBODY.with_rotation(WEEKLY).with_absence("mia", Absence(date(2026, 11, 19), date(2026, 11, 20)), NOW)
    assert who(roster, london(2026, 11, 18, 23, 59)) == ["mia"]
    assert who(roster, london(2026, 11, 19)) == who(roster, london(2026, 11, 20, 23, 59)) == ["leo"]
    assert who(roster, london(2026, 11, 21)) == ["mia"]
    assert next_handover(roster, 1, london(2026, 11, 18)).at == london(2026, 11, 19)
    assert who(roster.without_absences("mia"), london(2026, 11, 19)) == ["mia"]


def test_a_rung_without_a_rotation_is_nobodys_but_for_an_override():
    roster = EVERYBODY.with_rotation(WEEKLY)
    assert on_call(roster, 2, NOW) == ()
    assert next_handover(roster, 2, NOW) is None
    covered = roster.with_override(Override("zoe", 2, NOW, NOW + timedelta(hours=1)), NOW)
    assert who(covered, NOW, 2) == ["zoe"]
    assert next_handover(covered, 2, NOW).people == ()


def test_one_person_alone_is_always_on_call_and_never_hands_over():
    roster = EVERYBODY.with_rotation(replace(DAILY, people=("mia",)))
    assert next_handover(roster, 1, NOW) is None


NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)


def test_a_person_who_leaves_is_removed_everywhere():
    roster = EVERYBODY.with_rotation(WEEKLY).with_rotation(replace(WEEKLY, rung=2, people=("mia",)))
    roster = roster.with_override(Override("mia", 3, NOW, NOW + timedelta(hours=1)), NOW).without_person("mia")
    assert [person.id for person in roster.people] == ["leo", "zoe"]
    assert [(one.rung, one.people) for one in roster.rotations] == [(1, ("leo", "zoe"))]
    assert roster.overrides == ()
    with pytest.raises(NotFoundError, match="'mia'"):
        roster.without_person("mia")


def test_past_overrides_and_absences_are_removed_by_the_next_change():
    hour = timedelta(hours=1)
    roster = EVERYBODY.with_override(Override("mia", 1, NOW - 2 * hour, NOW), NOW - hour)
    assert len(roster.with_override(Override("leo", 1, NOW, NOW + hour), NOW).overrides) == 1
    away = EVERYBODY.with_absence(
        "mia", Absence(date(2026, 11, 1), date(2026, 11, 2)), datetime(2026, 11, 1, tzinfo=UTC)
    )
    assert len(away.with_absence("mia", Absence(date(2026, 12, 1), date(2026, 12, 2)), NOW).person("mia").absences) == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda: Roster().with_person(replace(MIA, id="Mia")), "'Mia' is not a valid id"),
        (lambda: Roster().with_person(replace(MIA, name=" ")), "needs a name"),
        (lambda: Roster().with_person(replace(MIA, name="Mia\nOkafor")), "printable"),
        (lambda: Roster().with_person(replace(MIA, email=None, phone=None)), "cannot be reached"),
        (lambda: Roster().with_person(replace(MIA, email="mia")), "'mia' is not an email address"),
        (lambda: Roster().with_person(replace(MIA, phone="0202 5550101")), "not a phone number"),
        (lambda: Roster().with_person(replace(MIA, languages=("English",))), "'English' is not a language code"),
        (lambda: Roster().with_rotation(WEEKLY), "names 'mia', who is not on the roster"),
        (lambda: EVERYBODY.with_rotation(replace(WEEKLY, weekday=None)), "give the weekday"),
        (lambda: EVERYBODY.with_rotation(replace(WEEKLY, weekday=7)), "give the weekday"),
        (lambda: EVERYBODY.with_rotation(replace(DAILY, weekday=1)), "has no weekday"),
        (lambda: EVERYBODY.with_rotation(replace(WEEKLY, timezone="Mars/Base")), "'Mars/Base' is not a time zone"),
        (lambda: EVERYBODY.with_rotation(replace(WEEKLY, timezone="../etc")), "not a time zone"),
        (lambda: EVERYBODY.with_rotation(replace(WEEKLY, people=("mia", "mia"))), "somebody twice"),
        (lambda: EVERYBODY.with_rotation(replace(WEEKLY, rung=4)), "rung 4 does not exist"),
        (lambda: EVERYBODY.with_rotation(replace(WEEKLY, start=date(1, 1, 1))), "starts on 0001-01-01"),
        (lambda: override("ann", 1, 0, 1), "'ann', who is not on the roster"),
        (lambda: override("mia", 0, 0, 1), "rung 0 does not exist"),
        (lambda: override("mia", 1, 2, 1), "ends before it begins"),
        (lambda: override("mia", 1, -2, -1), "over already"),
        (lambda: override("mia", 1, 0, 24 * (MAX_DAYS + 2)), "longer than"),
        (lambda: EVERYBODY.with_override(Override("mia", 1, NOW.replace(tzinfo=None), NOW), NOW), "need a time zone"),
        (lambda: EVERYBODY.with_absence("mia", Absence(date(2026, 2, 2), date(2026, 2, 1)), NOW), "ends before"),
        (lambda: EVERYBODY.with_absence("mia", Absence(date(2026, 2, 2), date(2028, 2, 1)), NOW), "longer than"),
        (lambda: EVERYBODY.with_absence("mia", Absence(date.max, date.max), NOW), "centuries away"),
    ],
)
def test_a_mistake_is_refused_by_name(change, told):
    with pytest.raises(RosterError, match=told):
        change()


def override(person, rung, begins, ends):
    hours = timedelta(hours=1)
    return EVERYBODY.with_override(Override(person, rung, NOW + begins * hours, NOW + ends * hours), NOW)


def test_all_mistakes_are_reported_at_once():
    with pytest.raises(RosterError, match=r"needs a name.*not a phone number"):
        Roster().with_person(replace(MIA, name="", phone="1"))
