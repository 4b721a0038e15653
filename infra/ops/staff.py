"""The roster of a deployed stack, and its alert topic, as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError

from earshot.alerting.alert import Channel
from earshot.alerting.messages.trial_alert import compose_trial_alert
from earshot.alerting.recipients.reachability import AddressStatus
from earshot.alerting.roster.admin import Reachability
from earshot.alerting.roster.contacts import is_contact
from earshot.alerting.roster.roster import Person
from earshot.alerting.roster.summary import override_line, rotation_line
from earshot.errors import AlertRefusedError
from infra.aws_session import AwsSession, by_command
from infra.ops.aws_errors import explained
from infra.ops.bootstrap import ALERT_TOPIC, CASE_TABLE, SOURCE_TABLE, wire
from infra.ops.stack import Stack
from infra.terminal import plain

_REMEDY = {
    AddressStatus.SETTLING: "confirmed, and in force after 15 minutes at most: until then others are told as well",
    AddressStatus.PENDING: "AWS has mailed them: they must accept within 2 days, or AWS mails them again",
    AddressStatus.ABSENT: "not subscribed: Earshot asks AWS to mail them within a minute",
    AddressStatus.OPTED_OUT: "they answered STOP: opt the number in again in the SNS console",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one test alert, as a line."""

    line: str
    is_sent: bool


class DeployedStaff:
    """Reads the roster of one stack; ``admin`` changes it."""

    def __init__(self, session: AwsSession, stack: Stack) -> None:
        wired = wire(session, stack, CASE_TABLE, SOURCE_TABLE, ALERT_TOPIC)
        self.admin = wired.roster_admin_for(lambda: by_command(session))
        self._topic, self._sms = wired.alert_topic, wired.sms_sender
        self._contacts, self._team, self._keep = wired.contacts, wired.team, wired.mailbox_keeper.keep

    def lines(self, at: datetime) -> Iterator[str]:
        """Everybody with the state of their addresses at ``at``, then the rotations and the overrides.

        Without a roster, those whom the stack's parameters name.
        """
        roster = self.admin.roster()
        if not roster.people:
            yield "Nobody is on the roster: alerts go by the stack's parameters. Begin with `earshot staff add`."
        for reached in self.admin.reachability(roster.people or self._contacts.people(), at):
            yield from _person(reached)
        yield from map(rotation_line, roster.rotations)
        yield from map(override_line, roster.overrides)

    def on_call_lines(self, at: datetime) -> Iterator[str]:
        """Who is on each rung at ``at``, and who is next."""
        for staffed in self.admin.on_call(at):
            line = f"Rung {staffed.rung}: {_names(staffed.people)}"
            if staffed.next is not None:
                line += f"; from {staffed.next.at:%Y-%m-%d %H:%M} UTC {_names(staffed.next.people)}"
            yield line

    def test(self, id: str, at: datetime) -> Iterator[str]:
        """Send a test alert to one person; a line for each channel says what was sent, or why nothing will arrive."""
        (reached,) = self.admin.reachability((self.admin.roster().person(id),), at)
        for channel in Channel:
            yield from (trial.line for trial in self._send_test(reached, channel, at))

    def test_everybody(self, at: datetime) -> Iterator[Trial]:
        """Send a test alert to everybody on the roster and in the parameters. Nobody waits for another's failure."""
        people = self._team().everybody()
        for reached in self.admin.reachability(people, at):
            for channel in Channel:
                try:
                    yield from self._send_test(reached, channel, at)
                except (ClientError, BotoCoreError, AlertRefusedError) as error:
                    address = plain(str(reached.person.address(channel)))
                    yield Trial(f"{address}: AWS did not take it ({plain(str(error))}).", is_sent=False)

    def ask_to_confirm(self, at: datetime) -> tuple[str, ...]:
        """Subscribe every mailbox that is not, as the escalator does each minute; returns those that must confirm."""
        team = self._team()
        self._keep(team, at)
        waiting = (AddressStatus.PENDING, AddressStatus.ABSENT)
        reached = self.admin.reachability(team.everybody(), at)
        return tuple(dict.fromkeys(one.person.email for one in reached if one.person.email and one.email in waiting))

    def _send_test(self, reached: Reachability, channel: Channel, at: datetime) -> Iterator[Trial]:
        person, state = reached.person, reached.sms if channel is Channel.SMS else reached.email
        address = person.address(channel)
        if state is None or address is None:
            return
        if state not in (AddressStatus.CONFIRMED, AddressStatus.SETTLING):
            yield Trial(f"{address}: nothing is sent, since it is {state}: {_REMEDY[state]}.", is_sent=False)
            return
        alert = compose_trial_alert(person, channel, at)
        if channel is Channel.SMS:
            self._sms.send(alert, address, at)
        else:
            self._topic.publish(alert, at)
        hint = "" if state is AddressStatus.CONFIRMED else f" It is {state}: {_REMEDY[state]}."
        yield Trial(f"{address}: sent. Ask {plain(person.name)} whether it has arrived.{hint}", is_sent=True)


def explained_errors() -> AbstractContextManager[None]:
    """Say which permissions are needed where AWS refuses."""
    return explained("AWS refused", "Your credentials need what docs/operating.md lists under 'The roster'.")


def _person(reached: Reachability) -> Iterator[str]:
    person = reached.person
    known = "by the stack's parameters" if is_contact(person) else ", ".join([str(person.role), *person.languages])
    yield plain(f"{person.id}: {person.name} ({known})")
    for address, state in ((person.email, reached.email), (person.phone, reached.sms)):
        if state is not None:
            remedy = f" ({_REMEDY[state]})" if state in _REMEDY else ""
            yield f"  {plain(str(address))}: {state}{remedy}"
    for absence in person.absences:
        yield f"  away from {absence.first} to {absence.last}"


def _names(people: Sequence[Person]) -> str:
    return ", ".join(plain(person.name) for person in people) or "nobody on the roster (the stack's parameters)"
