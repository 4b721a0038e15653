"""A roster in words, a line for each person, absence, rotation and override: as the commands and the log have it."""

from collections.abc import Iterator

from earshot.alerting.roster.roster import Override, Person, Roster, Rotation

_WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def roster_lines(roster: Roster) -> Iterator[str]:
    """Everything that staff set."""
    for person in roster.people:
        known = ", ".join([str(person.role), *person.languages])
        addresses = ", ".join(address for address in (person.email, person.phone) if address)
        yield f"{person.id}: {person.name} ({known}), {addresses}"
        yield from absence_lines(person)
    yield from map(rotation_line, roster.rotations)
    yield from map(override_line, roster.overrides)


def absence_lines(person: Person) -> Iterator[str]:
    """When somebody is away."""
    for absence in person.absences:
        yield f"  {person.id} is away from {absence.first} to {absence.last}"


def rotation_line(rotation: Rotation) -> str:
    """Who takes turns on a rung, and when they change."""
    when = "every day" if rotation.weekday is None else _WEEKDAYS[rotation.weekday]
    order = ", ".join(rotation.people)
    return f"Rung {rotation.rung}: {order} in turn, {when} at {rotation.handover:%H:%M} {rotation.timezone}"


def override_line(override: Override) -> str:
    """Who stands in on a rung, and when."""
    times = f"from {override.begins:%Y-%m-%d %H:%M} to {override.ends:%Y-%m-%d %H:%M} UTC"
    return f"Rung {override.rung}: {override.person} stands in {times}"
