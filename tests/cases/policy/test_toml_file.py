"""A policy file: what it can say, what holds where it is silent, and every mistake named with its remedy."""

from datetime import date, timedelta

import pytest

from earshot.cases.case.ladder import Step
from earshot.cases.case.response import Target
from earshot.cases.policy.business_hours import Calendar, OpeningHours
from earshot.cases.policy.policy import DEFAULT_POLICY, Grouping
from earshot.cases.policy.toml_file import DEFAULT_TEXT, parse_policy
from earshot.errors import PolicyError
from earshot.triage.judgement import Intent, Severity

OFFICE = """
[calendars.office]
timezone = "Europe/London"
days = {mon = ["09:00-12:00", "13:00-17:30"], sat = ["22:00-24:00"], sun = ["00:00 - 06:00"]}
holidays = ["2026-12-25", 2026-12-28, "2026-12-25"]
"""


def mistakes(text: str) -> list[str]:
    with pytest.raises(PolicyError) as refused:
        parse_policy(text, "policy.toml")
    first, *problems = str(refused.value).splitlines()
    assert first == "policy.toml cannot be used:"
    return [problem.removeprefix("  - ") for problem in problems]


@pytest.mark.parametrize("text", ["", DEFAULT_TEXT, "[targets]\n[ladders]\n[calendars]"])
def test_what_is_not_said_is_as_by_default(text):
    assert parse_policy(text) == DEFAULT_POLICY


def test_the_default_is_what_was_promised_so_far():
    assert [DEFAULT_POLICY.target(Intent.PRAISE, severity).minutes for severity in Severity] == [
        15 if severity is Severity.CRITICAL else 1440 for severity in Severity
    ]
    minutes = [DEFAULT_POLICY.target(intent, Severity.HIGH).minutes for intent in (Intent.COMPLAINT, Intent.QUESTION)]
    assert minutes == [60, 240]
    steps = (Step(1, 0), Step(2, 5), Step(3, 15), Step(1, 30), Step(2, 35), Step(3, 45))
    assert [DEFAULT_POLICY.ladder_for(severity) for severity in (Severity.CRITICAL, Severity.HIGH)] == [steps, steps]
    assert [DEFAULT_POLICY.ladder_for(severity) for severity in (Severity.NORMAL, Severity.LOW)] == [(), ()]
    assert DEFAULT_POLICY.acknowledgement_timeout == timedelta(minutes=30)


def test_a_target_has_minutes_and_perhaps_a_calendar():
    policy = parse_policy(f'{OFFICE}[targets]\ncomplaint = {{minutes = 90, calendar = "office"}}\nhigh = 30\n')
    assert policy.target(Intent.COMPLAINT, Severity.NORMAL) == Target(
        90,
        Calendar(
            "office",
            "Europe/London",
            (
                OpeningHours(0, 540, 720),
                OpeningHours(0, 780, 1050),
                OpeningHours(5, 1320, 1440),
                OpeningHours(6, 0, 360),
            ),
            (date(2026, 12, 25), date(2026, 12, 28)),
        ),
    )
    # The severity goes before what the case is, and what is not named is as by default.
    assert policy.target(Intent.COMPLAINT, Severity.HIGH) == Target(30)
    assert policy.target(Intent.QUESTION, Severity.LOW) == Target(240)


def test_a_ladder_waits_after_each_rung_and_begins_again():
    policy = parse_policy("[ladders.high]\nrungs = [1, 3]\nwaits = [10, 20]\nrepeats = 2")
    assert policy.ladder_for(Severity.HIGH) == (
        Step(1, 0),
        Step(3, 10),
        Step(1, 30),
        Step(3, 40),
        Step(1, 60),
        Step(3, 70),
    )
    assert policy.ladder_for(Severity.CRITICAL) == DEFAULT_POLICY.ladder_for(Severity.CRITICAL)


def test_grouping_may_wait_so_long_and_not_at_all():
    longest = parse_policy("[grouping]\nwait_seconds = 600\ninterval_minutes = 60\ntexts_minutes = 60")
    assert longest.grouping == Grouping(timedelta(minutes=10), timedelta(hours=1), timedelta(hours=1))
    shortest = parse_policy("[grouping]\nwait_seconds = 0\ninterval_minutes = 0\ntexts_minutes = 0")
    assert shortest.grouping == Grouping(timedelta(0), timedelta(0), timedelta(0))
    assert parse_policy("").grouping == Grouping(timedelta(seconds=60), timedelta(minutes=5), timedelta(minutes=2))


@pytest.mark.parametrize(("minutes", "lasts"), [(45, timedelta(minutes=45)), (0, None)])
def test_an_acknowledgement_lasts_so_long_or_for_ever(minutes, lasts):
    assert parse_policy(f"acknowledgement_expires_minutes = {minutes}").acknowledgement_timeout == lasts


LADDER = "[ladders.high]\nrungs = {}\nwaits = {}\n"
CALENDAR = '[calendars.office]\ntimezone = "Europe/London"\ndays = {}\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("tragets = 1", "'tragets' is no part of a policy (did you mean 'targets'?)"),
        ("targets = 1", "'targets' must be a table: [targets]"),
        ("acknowledgement_expires_minutes = true", "is True: it must be a whole number from 0 to 10080"),
        ("acknowledgement_expires_minutes = 10081", "is 10081: it must be a whole number from 0 to 10080"),
        ("[targets]\ncritcal = 5", "there is no target 'critcal' (did you mean 'critical'?)"),
        ("[targets]\ncritical = 0", "'targets.critical.minutes' is 0: it must be a whole number from 1 to 43200"),
        ("[targets]\ncritical = 1.5", "'targets.critical.minutes' is 1.5"),
        ('[targets]\nother = {minutes = 5, calendar = "home"}', "'targets.other' names calendar 'home': write it down"),
        ("[targets]\nother = {minutes = 5, calender = 1}", "'calender' (did you mean 'calendar'?)"),
        ("[ladders.low]\nrungs = [1]\nwaits = [5]", "there is no ladder 'low'. There are critical, high"),
        ("[ladders]\nhigh = 1", "'ladders.high' must be a table"),
        (LADDER.format([], []), "'ladders.high.rungs' must list 1 to 6 rungs"),
        (LADDER.format([4], [5]), "each of them 1, 2 or 3"),
        (LADDER.format([1, 2], [5]), "'ladders.high.waits' must list 2 whole numbers from 1 to 1440"),
        (LADDER.format([1], [0]), "'ladders.high.waits' must list 1 whole numbers"),
        (LADDER.format([1], [5]) + "repeats = 10", "'ladders.high.repeats' is 10"),
        ("grouping = 1", "'grouping' must be a table: [grouping]"),
        ("[grouping]\nwait = 1", "there is no part of grouping 'wait'"),
        ("[grouping]\nwait_seconds = 601", "'grouping.wait_seconds' is 601: it must be a whole number from 0 to 600"),
        (
            "[grouping]\ninterval_minutes = 61",
            "'grouping.interval_minutes' is 61: it must be a whole number from 0 to 60",
        ),
        ("[grouping]\ntexts_minutes = 61", "'grouping.texts_minutes' is 61: it must be a whole number from 0 to 60"),
        ("[grouping]\ninterval_minutes = -1", "'grouping.interval_minutes' is -1"),
        ("quiet_hours = 1", "'quiet_hours' must be tables of their own: [[quiet_hours]]"),
        ("quiet_hours = [1]", "'quiet_hours' must be tables of their own: [[quiet_hours]]"),
        ("[calendars]\noffice = 1", "'calendars.office' must be a table"),
        (
            '[calendars.o]\ntimezone = "Mars/Base"\ndays = {mon = ["09:00-12:00"]}',
            "is 'Mars/Base': it must be a name like",
        ),
        ('[calendars.o]\ntimezone = "../etc"\ndays = {mon = ["09:00-12:00"]}', "is '../etc': it must be a name like"),
        ('[calendars.o]\ndays = {mon = ["09:00-12:00"]}', "'calendars.o.timezone' is None"),
        (CALENDAR.format("{}"), "'calendars.office.days' must say when somebody works"),
        (CALENDAR.format("{mon = []}"), "'calendars.office.days' must say when somebody works"),
        (CALENDAR.format('{mon = ["09:00-09:30"]}'), "has less than 1 h a week"),
        (CALENDAR.format('{monday = ["09:00-12:00"]}'), "there is no day 'monday' (did you mean 'mon'?)"),
        (CALENDAR.format('{mon = "09:00-12:00"}'), "'calendars.office.days.mon' must be a list of periods"),
        (CALENDAR.format('{mon = ["9-12"]}'), "'calendars.office.days.mon' has '9-12': write \"09:00-17:30\""),
        (CALENDAR.format('{mon = ["09:60-12:00"]}'), "has '09:60-12:00'"),
        (CALENDAR.format('{mon = ["23:00-24:01"]}'), "has '23:00-24:01'"),
        (CALENDAR.format('{mon = ["22:00-06:00"]}'), '"22:00-24:00" on the one day and "00:00-06:00" on the next'),
        (CALENDAR.format('{mon = ["09:00-12:00", "11:00-13:00"]}'), "which does not begin after the period before it"),
        (OFFICE.replace('"2026-12-25",', '"2026-02-30",', 1), "has '2026-02-30': write the day as \"2026-12-25\""),
        (OFFICE.replace('"2026-12-25",', "20261225,", 1), "has 20261225: write the day"),
        (
            OFFICE.replace('holidays = ["2026-12-25", 2026-12-28, "2026-12-25"]', "holidays = 1"),
            "must be a list of 200",
        ),
    ],
)
def test_a_mistake_is_named_with_its_remedy(text, told):
    (problem,) = mistakes(text)
    assert told in problem


def test_all_mistakes_are_named_at_once():
    assert len(mistakes("x = 1\n[targets]\ncritical = 0\nquestion = 0\n[ladders.high]\nrungs = []\nrepeats = 99")) == 5


@pytest.mark.parametrize("text", ["= 1", "a = " + "[" * 100_000, "a = " + "1" * 5_000])
def test_what_is_no_toml_is_told_so(text):
    with pytest.raises(PolicyError, match=r"policy\.toml is not valid TOML: .*`earshot policy show` prints one"):
        parse_policy(text, "policy.toml")
