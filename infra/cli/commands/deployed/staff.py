"""``earshot staff``: people, rotations, overrides and absences, and whether alerts reach everybody."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from earshot.errors import EarshotError
from earshot.runtime import utc_now
from infra.cli import deployed_stack
from infra.cli.options import Parsed, stack_options
from infra.terminal import COLUMNS, fitted

if TYPE_CHECKING:
    from infra.ops.staff import DeployedStaff

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ROLES = ("viewer", "agent", "lead", "admin")
RUNG = click.IntRange(1, 3)
DAY = Parsed("day", date.fromisoformat, "2026-11-22")
CLOCK = Parsed("time", time.fromisoformat, "09:00")
MOMENT = Parsed(
    "moment", datetime.fromisoformat, "2026-11-22T09:00, with a time zone of its own or in that of --timezone"
)


@click.group()
def staff() -> None:
    """The roster of a deployed stack: people, rotations, overrides and absences.

    Rung 1 is on call, rung 2 the lead, rung 3 the executive. A rung without a rotation uses the addresses in the
    stack's parameters. See docs/operating.md.
    """


@staff.command("list")
@stack_options
def list_staff(stack: str, local: bool) -> None:
    """Show the roster, and whether each address receives alerts."""
    with _staff(stack, local) as deployed:
        for line in deployed.lines(utc_now()):
            click.echo(fitted(line, COLUMNS) if not line.startswith(" ") else line)


@staff.command()
@click.argument("person")
@click.option("--name", required=True, help="Their name, as colleagues know it.")
@click.option("--email", help="Their email address; AWS asks them to confirm it.")
@click.option("--phone", help="Their number for SMS, with + and the country code.")
@click.option("--language", "languages", multiple=True, help="A language they read, such as en or es; repeatable.")
@click.option("--role", type=click.Choice(ROLES), default="agent", show_default=True)
@stack_options
def add(
    person: str,
    name: str,
    email: str | None,
    phone: str | None,
    languages: tuple[str, ...],
    role: str,
    stack: str,
    local: bool,
) -> None:
    """Add somebody with the identifier PERSON, such as mia, or change their name, addresses, languages and role.

    AWS asks them to confirm a mailbox that is new; until it is in force, the one before is used too. Their absences
    stay as they are.
    """
    from earshot.alerting.roster.roster import Person, Role

    with _staff(stack, local) as deployed:
        known = next((one for one in deployed.admin.roster().people if one.id == person), None)
        absences = known.absences if known else ()
        deployed.admin.put_person(Person(person, name, email, phone, languages, Role(role), absences))
        click.echo(f"{name} is on the roster as '{person}'.")
        if email:
            click.echo(f"AWS has mailed {email} unless it is confirmed already: no alert arrives before they accept.")


@staff.command()
@click.argument("person")
@stack_options
def remove(person: str, stack: str, local: bool) -> None:
    """Remove PERSON from the roster, its rotations and overrides, and from the alerts."""
    with _staff(stack, local) as deployed:
        deployed.admin.remove_person(person)
        click.echo(f"'{person}' is no longer on the roster, and gets no more alerts.")


@staff.command()
@click.argument("rung", type=RUNG)
@click.argument("people", nargs=-1)
@click.option("--period", type=click.Choice(["day", "week"]), default="week", show_default=True)
@click.option("--handover", type=CLOCK, default="09:00", show_default=True, help="The time of the handover.")
@click.option(
    "--weekday",
    type=click.Choice(DAYS),
    default="mon",
    show_default=True,
    help="The day of the handover, with --period week.",
)
@click.option(
    "--timezone", default="UTC", show_default=True, help="The time zone of the handover, such as Europe/London."
)
@click.option("--start", type=DAY, help="A day of the first person's turn.  [default: today]")
@stack_options
def rotate(
    rung: int,
    people: tuple[str, ...],
    period: str,
    handover: time,
    weekday: str,
    timezone: str,
    start: date | None,
    stack: str,
    local: bool,
) -> None:
    """Set the rotation of RUNG: PEOPLE take turns in this order. Without people, the stack's parameters apply."""
    from earshot.alerting.roster.roster import Rotation, TurnLength

    day = DAYS.index(weekday) if period == "week" else None
    first = start or utc_now().astimezone(_zone(timezone)).date()
    with _staff(stack, local) as deployed:
        deployed.admin.set_rotation(Rotation(rung, people, TurnLength(period), handover, timezone, first, day))
        _show_on_call(deployed)


@staff.command()
@click.argument("rung", type=RUNG)
@click.argument("person")
@click.option("--from", "begins", type=MOMENT, help="The start.  [default: now]")
@click.option("--until", "ends", type=MOMENT, required=True, help="The end.")
@click.option("--timezone", default="UTC", show_default=True, help="The time zone of times without one.")
@stack_options
def override(
    rung: int, person: str, begins: datetime | None, ends: datetime, timezone: str, stack: str, local: bool
) -> None:
    """Have PERSON take RUNG for a while, in place of the rotation."""
    from earshot.alerting.roster.roster import Override

    zone, now = _zone(timezone), utc_now()
    first, last = (moment if moment.tzinfo else moment.replace(tzinfo=zone) for moment in (begins or now, ends))
    with _staff(stack, local) as deployed:
        deployed.admin.add_override(Override(person, rung, first, last), now)
        _show_on_call(deployed)


@staff.command()
@click.argument("person")
@click.argument("first", type=DAY, required=False)
@click.argument("last", type=DAY, required=False)
@click.option("--back", is_flag=True, help="They are back: delete all their absences.")
@stack_options
def absent(person: str, first: date | None, last: date | None, back: bool, stack: str, local: bool) -> None:
    """Record that PERSON is away from FIRST to LAST, both included: the next in a rotation takes over."""
    from earshot.alerting.roster.roster import Absence

    if back == (first is not None):
        raise click.UsageError("Give the FIRST day of the absence, or --back.")
    with _staff(stack, local) as deployed:
        if first is None:
            deployed.admin.clear_absences(person)
        else:
            deployed.admin.add_absence(person, Absence(first, last or first), utc_now())
        _show_on_call(deployed)


@staff.command("on-call")
@stack_options
def on_call(stack: str, local: bool) -> None:
    """Show who is on each rung now, and who is next."""
    with _staff(stack, local) as deployed:
        _show_on_call(deployed)


@staff.command("test")
@click.argument("person")
@stack_options
def send_test(person: str, stack: str, local: bool) -> None:
    """Send a test alert to PERSON only, on each of their channels."""
    with _staff(stack, local) as deployed:
        for line in deployed.test(person, utc_now()):
            click.echo(line)


def _show_on_call(deployed: "DeployedStaff") -> None:
    for line in deployed.on_call_lines(utc_now()):
        click.echo(line)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise EarshotError(f"{name!r} is not a time zone: write it as Europe/London.") from None


@contextmanager
def _staff(stack: str, local: bool) -> "Generator[DeployedStaff]":
    from infra.ops.staff import DeployedStaff, explained_errors

    session, found = deployed_stack.open_stack(stack, local=local)
    with explained_errors():
        yield DeployedStaff(session, found)
