"""The service-level policy as a TOML file that staff write.

``DEFAULT_TEXT`` shows everything that it can hold except calendars, with the defaults.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from earshot.cases.case.assessment import TOPICS
from earshot.cases.case.ladder import Step
from earshot.cases.case.response import Target
from earshot.cases.policy.business_hours import MINUTES_A_DAY, Calendar
from earshot.cases.policy.policy import DEFAULT_POLICY, Grouping, Policy
from earshot.cases.policy.quiet_hours import QuietHours, Scope
from earshot.cases.policy.toml_reader import TomlReader, as_list, as_table, nearest
from earshot.errors import PolicyError
from earshot.triage.judgement import Intent, Severity

DEFAULT_TEXT = """\
# How many minutes somebody may hold a case without an answer; 0 is for ever.
acknowledgement_expires_minutes = 30

# Within how many minutes a customer is answered, by the severity of the case or by what it is.
[targets]
critical = 15
complaint = 60
question = 240
other = 1440

# Whom a case of this severity alerts, how many minutes each rung has before the next, and how often all begins again.
[ladders.critical]
rungs = [1, 2, 3]
waits = [5, 10, 15]
repeats = 1

[ladders.high]
rungs = [1, 2, 3]
waits = [5, 10, 15]
repeats = 1

# Alerts about one topic are one message: how long the first waits for others (a critical one never does), how long
# what follows a message waits, and how long nobody who got an SMS gets another.
[grouping]
wait_seconds = 60
interval_minutes = 5
texts_minutes = 2

# What is not critical alerts nobody outside the hours of a calendar: all of it, or some severities, topics, authors.
# [[quiet_hours]]
# outside = "awake"
# topics = ["leaving"]
"""
TARGETS = (Severity.CRITICAL, Severity.HIGH, Intent.COMPLAINT, Intent.QUESTION, Intent.PRAISE, Intent.OPPORTUNITY)
LADDERS = (Severity.CRITICAL, Severity.HIGH)
# The template has subscriptions for these: on call, the team lead, executive support.
RUNGS = (1, 2, 3)
LONGEST_TARGET = 30 * MINUTES_A_DAY
LONGEST_WAIT = MINUTES_A_DAY
LONGEST_ACKNOWLEDGEMENT = 7 * MINUTES_A_DAY
MOST_REPEATS = 9
MOST_RUNGS = 6
_PARTS = ("acknowledgement_expires_minutes", "targets", "ladders", "grouping", "quiet_hours", "calendars")
_OF_A_LADDER = ("rungs", "waits", "repeats")
_OF_GROUPING = ("wait_seconds", "interval_minutes", "texts_minutes")
_OF_QUIET_HOURS = ("outside", "severities", "topics", "authors")

Calendars = Mapping[str, Calendar | None]


def parse_policy(text: str, name: str = "the policy") -> Policy:
    """The policy in ``text`` (TOML), with defaults for what it leaves out. PolicyError lists every mistake.

    ``name`` is what the message calls the file.
    """
    # Where none is stored, as at first, nothing is parsed.
    import tomllib

    try:
        values: dict[str, object] = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise PolicyError(
            f"{name} is not valid TOML: {error}. `earshot policy show` prints one to start from."
        ) from None
    reader = _PolicyReader(
        [f"'{key}' is no part of a policy{nearest(key, _PARTS)}" for key in values if key not in _PARTS]
    )
    policy = reader.policy(values)
    if reader.problems:
        raise PolicyError(f"{name} cannot be used:\n" + "\n".join(f"  - {problem}" for problem in reader.problems))
    return policy


class _PolicyReader(TomlReader):
    """Reads the parts of a policy."""

    def policy(self, values: Mapping[str, object]) -> Policy:
        calendars = {key: self.calendar(key, value) for key, value in self.table(values, "calendars").items()}
        targets = {key: self.target(key, value, calendars) for key, value in self.table(values, "targets").items()}
        ladders = {key: self.ladder(key, value) for key, value in self.table(values, "ladders").items()}
        minutes = self.number(values, "acknowledgement_expires_minutes", 30, 0, LONGEST_ACKNOWLEDGEMENT)
        return Policy(
            targets={**DEFAULT_POLICY.targets, **targets},
            ladders={**DEFAULT_POLICY.ladders, **ladders},
            acknowledgement_timeout=timedelta(minutes=minutes) if minutes else None,
            grouping=self.grouping(self.table(values, "grouping")),
            quiet_hours=tuple(self.quiet_hours(values.get("quiet_hours", []), calendars)),
        )

    def target(self, key: str, value: object, calendars: Calendars) -> Target:
        where = f"targets.{key}"
        self.only(where, [key], (*TARGETS, Intent.OTHER), "target")
        parts = as_table(value)
        if parts is None:
            parts = {"minutes": value}
        self.only(where, parts, ("minutes", "calendar"), "part of a target")
        minutes = self.number(parts, "minutes", 0, 1, LONGEST_TARGET, f"{where}.")
        calendar = parts.get("calendar")
        if calendar is None:
            return Target(minutes)
        if not isinstance(calendar, str) or calendar not in calendars:
            self.wrong(f"'{where}' names calendar {calendar!r}: write it down under [calendars.NAME]", None)
            return Target(minutes)
        return Target(minutes, calendars[calendar])

    def ladder(self, key: str, value: object) -> tuple[Step, ...]:
        where, parts = f"ladders.{key}", as_table(value)
        self.only(where, [key], LADDERS, "ladder")
        if parts is None:
            return self.wrong(f"'{where}' must be a table: [{where}]", ())
        self.only(where, parts, _OF_A_LADDER, "part of a ladder")
        rungs, waits = _numbers(parts.get("rungs"), RUNGS[0], RUNGS[-1]), _numbers(parts.get("waits"), 1, LONGEST_WAIT)
        if rungs is None or not 1 <= len(rungs) <= MOST_RUNGS:
            self.problems.append(
                f"'{where}.rungs' must list 1 to {MOST_RUNGS} rungs, each of them 1, 2 or 3: rungs = [1, 2, 3]"
            )
        elif waits is None or len(waits) != len(rungs):
            self.problems.append(
                f"'{where}.waits' must list {len(rungs)} whole numbers from 1 to {LONGEST_WAIT}, one for each rung: "
                "the minutes before the next rung, and after the last before all begins again"
            )
        times = 1 + self.number(parts, "repeats", 0, 0, MOST_REPEATS, f"{where}.")
        if self.problems or rungs is None or waits is None:
            return ()
        return tuple(_steps(rungs * times, waits * times))

    def grouping(self, values: Mapping[str, object]) -> Grouping:
        self.only("grouping", values, _OF_GROUPING, "part of grouping")
        return Grouping(
            wait=timedelta(seconds=self.number(values, "wait_seconds", 60, 0, 600, "grouping.")),
            interval=timedelta(minutes=self.number(values, "interval_minutes", 5, 0, 60, "grouping.")),
            texts=timedelta(minutes=self.number(values, "texts_minutes", 2, 0, 60, "grouping.")),
        )

    def quiet_hours(self, value: object, calendars: Calendars) -> Iterator[QuietHours]:
        tables = [as_table(one) for one in as_list(value) or []]
        if as_list(value) is None or None in tables:
            return self.wrong("'quiet_hours' must be tables of their own: [[quiet_hours]]", None)
        for table in tables:
            assert table is not None, "the others were refused"
            self.only("quiet_hours", table, _OF_QUIET_HOURS, "part of quiet hours")
            outside = table.get("outside")
            calendar = calendars.get(outside) if isinstance(outside, str) else None
            if calendar is None:
                self.wrong(f"'quiet_hours.outside' names calendar {outside!r}: write it down under [calendars.NAME]", 0)
            scope = Scope(*(self.names("quiet_hours", table, part) for part in ("severities", "topics", "authors")))
            self.only("quiet_hours.topics", scope.topics, TOPICS, "topic")
            self.only("quiet_hours.severities", scope.severities, LADDERS[1:], "severity that can wait")
            if calendar is not None:
                yield QuietHours(calendar, scope)
        return None


def _numbers(value: object, least: int, most: int) -> list[int] | None:
    """A list of whole numbers from ``least`` to ``most``; None where ``value`` is none. A boolean is no number."""
    given = as_list(value)
    numbers = [one for one in given or [] if type(one) is int and least <= one <= most]
    return numbers if given is not None and len(numbers) == len(given) else None


def _steps(rungs: list[int], waits: list[int]) -> Iterator[Step]:
    after = 0
    for rung, wait in zip(rungs, waits, strict=True):
        yield Step(rung, after)
        after += wait
