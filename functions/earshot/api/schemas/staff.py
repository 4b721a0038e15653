"""The roster as it goes over the wire."""

from datetime import date, time
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, PlainSerializer, WithJsonSchema

from earshot.alerting.recipients.reachability import AddressStatus
from earshot.alerting.roster import roster
from earshot.alerting.roster.admin import Reachability
from earshot.alerting.roster.roster import Role, TurnLength
from earshot.api.schemas.cases import Day, Shape, Time

Date = Annotated[Day, PlainSerializer(date.isoformat, return_type=str)]
Instant = Annotated[AwareDatetime, WithJsonSchema({"type": "string", "format": "date-time"})]


def _to_the_minute(value: time) -> time:
    if value.tzinfo is not None or value.second or value.microsecond:
        raise ValueError("write the time of day as 09:00, without a time zone")
    return value


WallTime = Annotated[
    time,
    AfterValidator(_to_the_minute),
    PlainSerializer(lambda value: f"{value:%H:%M}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}$"}),
]


class Absence(Shape):
    """Days on which somebody is away, the last one included."""

    first: Date
    last: Date

    def stored(self) -> roster.Absence:
        """As the roster keeps it."""
        return roster.Absence(self.first, self.last)


class PersonDetails(Shape):
    """Who somebody is. One of `email` and `phone` is needed at least."""

    name: str
    email: str | None = None
    phone: str | None = Field(None, description="E.164: `+12025550101`")
    languages: list[str] = Field([], description="ISO 639 codes: `en`")
    role: Role = Role.AGENT
    absences: list[Absence] = Field([])

    def stored(self, id: str) -> roster.Person:
        """As the roster keeps it, under the identifier ``id``."""
        absences = tuple(absence.stored() for absence in self.absences)
        return roster.Person(id, self.name, self.email, self.phone, tuple(self.languages), self.role, absences)


class Person(PersonDetails):
    """A member of staff."""

    id: str


class Member(Person):
    """A member of staff, and whether alerts reach them. Null: no such address."""

    email_state: AddressStatus | None
    sms_state: AddressStatus | None

    @classmethod
    def of(cls, reached: Reachability) -> "Member":
        """As it was found."""
        person = Person.model_validate(reached.person).model_dump()
        return cls(**person, email_state=reached.email, sms_state=reached.sms)


class RotationDetails(Shape):
    """Who takes a rung in turn. Nobody at all takes the rung off the roster."""

    people: list[str] = Field(description="Identifiers, in order")
    period: TurnLength
    handover: WallTime = Field(description="When a turn begins, as clocks on the wall of `timezone` show it")
    timezone: str = Field(description="`Europe/London`")
    start: Date = Field(description="The turn that holds this day is the first one's")
    weekday: int | None = Field(None, description="With `week`: the day of the handover, 0 (Monday) to 6")

    def stored(self, rung: int) -> roster.Rotation:
        """As the roster keeps it, for ``rung``."""
        people = tuple(self.people)
        return roster.Rotation(rung, people, self.period, self.handover, self.timezone, self.start, self.weekday)


class Rotation(RotationDetails):
    """A rung's rotation."""

    rung: int


class NewOverride(Shape):
    """Somebody takes a rung for a while, whoever's turn it is."""

    person: str
    rung: int
    begins: Instant
    ends: Instant

    def stored(self) -> roster.Override:
        """As the roster keeps it."""
        return roster.Override(self.person, self.rung, self.begins, self.ends)


class Override(Shape):
    """Somebody takes a rung for a while. A later one in the list beats an earlier one."""

    person: str
    rung: int
    begins: Time
    ends: Time


class Roster(Shape):
    """Who is on the roster, and in which order. A change names its `version`, and is refused where it is outdated."""

    version: int
    etag: str = Field(description="For `If-Match`, which asks the same as `version` does")
    people: list[Person]
    rotations: list[Rotation]
    overrides: list[Override]


class Staff(Shape):
    """The roster, with what SNS says of people's addresses."""

    version: int
    etag: str = Field(description="For `If-Match`, which asks the same as `version` does")
    people: list[Member]
    rotations: list[Rotation]
    overrides: list[Override]


class Name(Shape):
    """Who somebody is, in short."""

    model_config = ConfigDict(from_attributes=True, frozen=True, extra="ignore")

    id: str
    name: str


class NextOnCall(Shape):
    """When the rung changes hands, and who takes it."""

    at: Time
    people: list[Name]


class Rung(Shape):
    """Who takes a rung's alerts. Nobody: whoever the template's parameters name."""

    rung: int
    people: list[Name]
    next: NextOnCall | None = Field(description="Null where it never changes hands")


class OnCall(Shape):
    """Who is on call."""

    at: Time
    rungs: list[Rung]
