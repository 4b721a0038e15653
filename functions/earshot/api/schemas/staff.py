"""The roster, and who is signed in, as requests and responses have them."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import ConfigDict, Field

from earshot.alerting.recipients.reachability import AddressStatus
from earshot.alerting.roster import roster as domain
from earshot.alerting.roster.admin import Reachability, RungOnCall
from earshot.alerting.roster.roster import TurnLength
from earshot.api.auth.roles import Role
from earshot.api.schemas.base import DayOutput, Schema, Time, TimeInput, WallTime

_ETAG = Field(description="For `If-Match`, an alternative to `version`")


class Me(Schema):
    """Who is signed in."""

    who: str = Field(description="Your name in the logs of cases")
    names: list[str] = Field(
        description="All names under which a case can be yours, in lower case: a link in an alert knows you by another"
    )
    role: Role | None = Field(description="The highest of your roles; null: you may call no route but this")
    brands: list[str] = Field(description="The handles that Earshot listens for")
    permissions: list[str] = Field(description="The `operation_id` of every route that you may call")


class Absence(Schema):
    """Days on which a person is away, the last one included."""

    first: DayOutput
    last: DayOutput

    def stored(self) -> domain.Absence:
        """The roster's own record of it."""
        return domain.Absence(self.first, self.last)


class PersonDetails(Schema):
    """A person of staff. At least one of `email` and `phone` is required."""

    name: str
    email: str | None = None
    phone: str | None = Field(None, description="E.164: `+12025550101`")
    languages: list[str] = Field([], description="ISO 639 codes: `en`")
    role: Role = Role.AGENT
    absences: list[Absence] = Field([])

    def stored(self, id: str) -> domain.Person:
        """The roster's own record of the person with this ``id``."""
        absences = tuple(absence.stored() for absence in self.absences)
        return domain.Person(id, self.name, self.email, self.phone, tuple(self.languages), self.role, absences)


class Person(PersonDetails):
    """A person of staff, with their id."""

    id: str


class StaffMember(Person):
    """A person of staff, and whether alerts reach their addresses. Null: no such address."""

    email_state: AddressStatus | None
    sms_state: AddressStatus | None

    @classmethod
    def of(cls, reached: Reachability) -> "StaffMember":
        """A person with the state of each address."""
        person = Person.model_validate(reached.person).model_dump()
        return cls(**person, email_state=reached.email, sms_state=reached.sms)


class RotationDetails(Schema):
    """Who takes turns on a rung. Without people, the rung goes by the template's parameters."""

    people: list[str] = Field(description="Ids, in order of their turns")
    period: TurnLength
    handover: WallTime = Field(description="When a turn begins, on the clocks of `timezone`")
    timezone: str = Field(description="`Europe/London`")
    start: DayOutput = Field(description="A day in the turn of the first person")
    weekday: int | None = Field(None, description="With `week`: the day of the handover, 0 (Monday) to 6")

    def stored(self, rung: int) -> domain.Rotation:
        """The roster's own record of the rotation of ``rung``."""
        people = tuple(self.people)
        return domain.Rotation(rung, people, self.period, self.handover, self.timezone, self.start, self.weekday)


class Rotation(RotationDetails):
    """The rotation of a rung."""

    rung: int


class NewOverride(Schema):
    """A person takes a rung for a while, whoever's turn it is."""

    person: str
    rung: int
    begins: TimeInput
    ends: TimeInput

    def stored(self) -> domain.Override:
        """The roster's own record of it."""
        return domain.Override(self.person, self.rung, self.begins, self.ends)


class Override(Schema):
    """A person takes a rung for a while. In the list, a later override beats an earlier one."""

    person: str
    rung: int
    begins: Time
    ends: Time


class Roster(Schema):
    """People, rotations and overrides. A change that names an outdated `version` is refused."""

    version: int
    etag: str = _ETAG
    people: list[Person]
    rotations: list[Rotation]
    overrides: list[Override]


class Staff(Schema):
    """The roster, with the state of each address according to SNS."""

    version: int
    etag: str = _ETAG
    people: list[StaffMember]
    rotations: list[Rotation]
    overrides: list[Override]

    @classmethod
    def of(cls, roster: domain.Roster, reached: Iterable[Reachability]) -> "Staff":
        """``roster`` with its people as SNS ``reached`` them."""
        given = Roster.model_validate(roster)
        return cls(
            version=given.version,
            etag=given.etag,
            people=[StaffMember.of(one) for one in reached],
            rotations=given.rotations,
            overrides=given.overrides,
        )


class Name(Schema):
    """A person's id and name."""

    model_config = ConfigDict(from_attributes=True, frozen=True, extra="ignore")

    id: str
    name: str


class NextOnCall(Schema):
    """When the next turn begins, and whose it is."""

    at: Time
    people: list[Name]


class Rung(Schema):
    """Who is on call on a rung. Nobody: its alerts go to the addresses of the template's parameters."""

    rung: int
    people: list[Name]
    next: NextOnCall | None = Field(description="Null if nobody else takes it over")


class OnCall(Schema):
    """Who is on call on each rung."""

    at: Time
    rungs: list[Rung]

    @classmethod
    def of(cls, at: datetime, rungs: Iterable[RungOnCall]) -> "OnCall":
        """Who is on call ``at`` a moment."""
        return cls(at=at, rungs=[Rung.model_validate(rung) for rung in rungs])
