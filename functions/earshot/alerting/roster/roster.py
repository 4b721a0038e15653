"""The roster: the members of staff, the rotations in which they are on call, overrides and absences.

A roster is immutable. Each change returns the roster as it is afterwards, or raises RosterError with every mistake in
it. ``on_call`` computes who is on call at a moment.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from earshot.alerting.alert import RUNGS, Channel
from earshot.errors import NotFoundError, RosterError

# An id is a value in SNS filter policies and part of API paths.
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_EMAIL = re.compile(r"\A[^@\s]++@[^@\s.]++(?:\.[^@\s.]++)++")
# E.164: at most 15 digits, the first of which is not zero.
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
MAX_NAME_LENGTH = 80
# A roster is one item of the table, which may have 400 KB.
MAX_PEOPLE, MAX_OVERRIDES, MAX_ABSENCES = 200, 200, 50
# Mailboxes that somebody had before and that serve until the present one does.
MAX_FORMER = 3
# Whoever is away for longer has left, and an override that is longer is a rotation.
MAX_DAYS = 400
FIRST_YEAR, LAST_YEAR = 1970, 2200


class Role(StrEnum):
    """What somebody may do. The values are the names of the groups with which staff sign in."""

    VIEWER = "viewer"
    AGENT = "agent"
    LEAD = "lead"
    ADMIN = "admin"


class TurnLength(StrEnum):
    """How long one person's turn in a rotation lasts."""

    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which somebody is away, ``last`` included, in the time zone of the rotation."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff. ``phone`` is in E.164, ``languages`` are ISO 639 codes. They have one address at least.

    ``former_emails`` are mailboxes that they had before, the latest first. They serve until ``email`` does.
    """

    id: str
    name: str
    email: str | None = None
    phone: str | None = None
    languages: tuple[str, ...] = ()
    role: Role = Role.AGENT
    absences: tuple[Absence, ...] = ()
    former_emails: tuple[str, ...] = ()

    @property
    def mailboxes(self) -> tuple[str, ...]:
        """Their mailbox, and those that they had before. Without a mailbox they have none of these either."""
        return () if self.email is None else (self.email, *self.former_emails)

    def address(self, channel: Channel) -> str | None:
        """Their address on a channel, None where they have none."""
        return self.phone if channel is Channel.SMS else self.email

    def is_away(self, day: date) -> bool:
        """Whether they are away on this day."""
        return any(absence.first <= day <= absence.last for absence in self.absences)


@dataclass(frozen=True, slots=True)
class Rotation:
    """The people who are on call for a rung in turn. The first of them has the turn in which ``start`` falls.

    A turn begins at ``handover``, the time of day in ``timezone`` (an IANA name); where it lasts a week, on ``weekday``
    (0 is Monday).
    """

    rung: int
    people: tuple[str, ...]
    period: TurnLength
    handover: time
    timezone: str
    start: date
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """``person`` is on call for the rung from ``begins`` until before ``ends``, whoever's turn it is, even if away."""

    person: str
    rung: int
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Roster:
    """The people, at most one rotation for each rung, and the overrides, of which the last that applies counts.

    ``version`` counts the stored changes.
    """

    people: tuple[Person, ...] = ()
    rotations: tuple[Rotation, ...] = ()
    overrides: tuple[Override, ...] = ()
    version: int = 0

    @property
    def etag(self) -> str:
        """The strong entity tag (RFC 9110) of the stored roster."""
        return f'"roster.{self.version}"'

    def person(self, id: str) -> Person:
        """The person with this id. NotFoundError where there is none."""
        for person in self.people:
            if person.id == id:
                return person
        raise NotFoundError(f"Nobody on the roster is {id!r}: `earshot staff list` shows who is.")

    def rotation(self, rung: int) -> Rotation | None:
        """The rotation of a rung, None where it has none."""
        return next((rotation for rotation in self.rotations if rotation.rung == rung), None)

    def with_person(self, person: Person) -> "Roster":
        """With a new person, or with one changed. Whoever takes a mailbox that another had before has it alone."""
        former = next((_former_emails(other, person) for other in self.people if other.id == person.id), ())
        person = replace(person, former_emails=former)
        others = tuple(_without_former(other, person.email) for other in self.people if other.id != person.id)
        return _checked(replace(self, people=tuple(sorted((*others, person), key=lambda one: one.id))))

    def without_person(self, id: str) -> "Roster":
        """Without a person, also in rotations and overrides. A rotation that has nobody left is removed."""
        self.person(id)
        remaining = (
            replace(rotation, people=tuple(one for one in rotation.people if one != id)) for rotation in self.rotations
        )
        return replace(
            self,
            people=tuple(person for person in self.people if person.id != id),
            rotations=tuple(rotation for rotation in remaining if rotation.people),
            overrides=tuple(override for override in self.overrides if override.person != id),
        )

    def with_rotation(self, rotation: Rotation) -> "Roster":
        """With another rotation for its rung. A rotation without people removes that of the rung."""
        others = tuple(other for other in self.rotations if other.rung != rotation.rung)
        kept = (*others, rotation) if rotation.people else others
        return _checked(replace(self, rotations=tuple(sorted(kept, key=lambda one: one.rung))))

    def with_override(self, override: Override, now: datetime) -> "Roster":
        """With one more override. Those that have ended by ``now`` are removed."""
        if override.begins.tzinfo is None or override.ends.tzinfo is None:
            raise RosterError("An override's times need a time zone: write 2026-11-22T09:00:00Z.")
        if override.ends <= now:
            raise RosterError(f"An override until {override.ends.isoformat()} is over already: give a later end.")
        running = tuple(one for one in self.overrides if one.ends > now)
        return _checked(replace(self, overrides=(*running, override)))

    def without_override(self, override: Override) -> "Roster":
        """Without an override."""
        if override not in self.overrides:
            raise RosterError(
                f"{override.person!r} does not stand in on rung {override.rung} then: read the roster again."
            )
        return replace(self, overrides=tuple(one for one in self.overrides if one != override))

    def with_absence(self, id: str, absence: Absence, now: datetime) -> "Roster":
        """With one more absence of a person. Those that are over in every time zone are removed."""
        person = self.person(id)
        yesterday = now.date() - timedelta(days=1)
        current = {one for one in person.absences if one.last >= yesterday}
        absences = sorted({*current, absence}, key=lambda one: (one.first, one.last))
        return self.with_person(replace(person, absences=tuple(absences)))

    def without_absences(self, id: str) -> "Roster":
        """Without any absence of a person."""
        return self.with_person(replace(self.person(id), absences=()))


def _former_emails(before: Person, now: Person) -> tuple[str, ...]:
    if now.email is None:
        return ()
    earlier = (mailbox for mailbox in before.mailboxes if not is_same_mailbox(mailbox, now.email))
    return tuple(earlier)[:MAX_FORMER]


def _without_former(person: Person, email: str | None) -> Person:
    kept = tuple(mailbox for mailbox in person.former_emails if not is_same_mailbox(mailbox, email))
    return person if kept == person.former_emails else replace(person, former_emails=kept)


def is_same_mailbox(one: str, other: str | None) -> bool:
    """Whether two addresses are one mailbox: case makes no difference."""
    return other is not None and one.casefold() == other.casefold()


def _checked(roster: Roster) -> Roster:
    mistakes = list(_mistakes(roster))
    if mistakes:
        raise RosterError("The roster cannot be used: " + "; ".join(mistakes) + ".")
    return roster


def _mistakes(roster: Roster) -> Iterator[str]:
    for person in roster.people:
        yield from _mistakes_of_person(person)
    if len(roster.people) > MAX_PEOPLE:
        yield f"it has {MAX_PEOPLE} people at most"
    if len(roster.overrides) > MAX_OVERRIDES:
        yield f"it has {MAX_OVERRIDES} overrides at most"
    known = {person.id for person in roster.people}
    for rotation in roster.rotations:
        yield from _mistakes_of_rotation(rotation, known)
    for override in roster.overrides:
        if override.person not in known:
            yield f"the override names {override.person!r}, who is not on the roster: add them first"
        if override.rung not in RUNGS:
            yield f"rung {override.rung} does not exist: choose 1, 2 or 3"
        if override.ends <= override.begins:
            yield f"the override of {override.person!r} ends before it begins: swap the times"
        elif (override.ends - override.begins).days > MAX_DAYS or not _is_near(override.begins):
            yield f"the override of {override.person!r} is longer than {MAX_DAYS} days: change the rotation instead"


def _mistakes_of_person(person: Person) -> Iterator[str]:
    if not _ID.fullmatch(person.id):
        yield f"{person.id!r} is not a valid id: use 1 to 40 lower-case letters, digits, '.', '_' or '-'"
    if not 1 <= len(person.name.strip()) <= MAX_NAME_LENGTH or not person.name.isprintable():
        yield f"{person.id!r} needs a name of 1 to {MAX_NAME_LENGTH} printable characters"
    if person.email is None and person.phone is None:
        yield f"{person.id!r} cannot be reached: give an email address or a phone number"
    if person.email is not None and not _EMAIL.fullmatch(person.email):
        yield f"{person.email!r} is not an email address"
    if person.phone is not None and not _PHONE.fullmatch(person.phone):
        yield f"{person.phone!r} is not a phone number: write + and the country code, digits only (+12025550101)"
    if bad := [language for language in person.languages if not _LANGUAGE.fullmatch(language)]:
        yield f"{bad[0]!r} is not a language code: write en or es"
    for absence in person.absences:
        if absence.last < absence.first:
            yield f"the absence of {person.id!r} ends before it begins: swap {absence.first} and {absence.last}"
        elif (absence.last - absence.first).days > MAX_DAYS or not _is_near(absence.first):
            yield f"an absence of {person.id!r} is longer than {MAX_DAYS} days or centuries away: give other days"
    if len(person.absences) > MAX_ABSENCES:
        yield f"{person.id!r} has {MAX_ABSENCES} absences at most: remove those that are over"


def _mistakes_of_rotation(rotation: Rotation, known: set[str]) -> Iterator[str]:
    where = f"the rotation of rung {rotation.rung}"
    if rotation.rung not in RUNGS:
        yield f"rung {rotation.rung} does not exist: choose 1, 2 or 3"
    for id in rotation.people:
        if id not in known:
            yield f"{where} names {id!r}, who is not on the roster: add them first"
    if len(set(rotation.people)) != len(rotation.people):
        yield f"{where} names somebody twice"
    if rotation.period is TurnLength.WEEK and rotation.weekday not in range(7):
        yield f"{where} changes each week: give the weekday of its handover, 0 (Monday) to 6"
    if rotation.period is TurnLength.DAY and rotation.weekday is not None:
        yield f"{where} changes each day: it has no weekday"
    try:
        ZoneInfo(rotation.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield f"{rotation.timezone!r} is not a time zone: write one like Europe/London"
    if rotation.handover.tzinfo is not None:
        yield f"{where} has a time zone: write the handover without one, as 09:00"
    if not _is_near(rotation.start):
        yield f"{where} starts on {rotation.start}: choose a year from {FIRST_YEAR} to {LAST_YEAR}"


def _is_near(day: date) -> bool:
    return FIRST_YEAR <= day.year <= LAST_YEAR
