"""The roster of a deployed stack, and its alert topic, as people read them in a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from earshot.alerting.alert import Channel
from earshot.alerting.alert_topic import AlertTopic
from earshot.alerting.messages.test_alert import compose_test_alert
from earshot.alerting.recipients.reachability import AddressStatus
from earshot.alerting.recipients.subscriptions import Subscriptions
from earshot.alerting.roster.admin import RosterAdmin
from earshot.alerting.roster.roster import Person, Rotation
from earshot.alerting.roster.table import RosterTable
from earshot.errors import EarshotError
from earshot.settings import SETTINGS
from infra.cli.terminal import plain
from infra.ops.stack import Stack, StackError

_TABLE, _TOPIC = "CaseTableName", "AlertTopicArn"
_REMEDY = {
    AddressStatus.PENDING: "AWS has mailed them: they must accept within 2 days, or be added again",
    AddressStatus.ABSENT: "not subscribed: add them again",
    AddressStatus.MISROUTED: "subscribed, but not for them: add them again",
    AddressStatus.OPTED_OUT: "they answered STOP: opt the number in again in the SNS console",
}


class DeployedStaff:
    """``session`` is a boto3 session, or anything with its ``client``."""

    def __init__(self, session: Any, stack: Stack) -> None:
        for output in (_TABLE, _TOPIC):
            if output not in stack.outputs:
                raise StackError(f"The stack has no output '{output}', so it is no Earshot: name it with --stack.")
        sns = session.client("sns")
        subscriptions = Subscriptions(sns, stack.outputs[_TOPIC])
        self.staffing = RosterAdmin(RosterTable(session.client("dynamodb"), stack.outputs[_TABLE]), subscriptions)
        price = stack.parameters.get("SmsMaxPrice") or SETTINGS["SMS_MAX_PRICE"].default
        self._topic = AlertTopic(sns, stack.outputs[_TOPIC], float(price))

    def lines(self) -> Iterator[str]:
        """Everybody with the state of their addresses, the rotations and the overrides."""
        roster = self.staffing.roster()
        if not roster.people:
            yield "Nobody is on the roster: alerts go by the stack's parameters. Begin with `earshot staff add`."
        for reached in self.staffing.reachability(roster):
            person = reached.person
            known = ", ".join([str(person.role), *person.languages])
            yield plain(f"{person.id}: {person.name} ({known})")
            for address, state in ((person.email, reached.email), (person.phone, reached.sms)):
                if state is not None:
                    remedy = f" ({_REMEDY[state]})" if state in _REMEDY else ""
                    yield f"  {plain(str(address))}: {state}{remedy}"
            for absence in person.absences:
                yield f"  away from {absence.first} to {absence.last}"
        for rotation in roster.rotations:
            yield _rotation(rotation)
        for override in roster.overrides:
            times = f"from {override.begins:%Y-%m-%d %H:%M} to {override.ends:%Y-%m-%d %H:%M} UTC"
            yield f"Rung {override.rung}: {override.person} stands in {times}"

    def on_call_lines(self, at: datetime) -> Iterator[str]:
        """Who takes each rung, and who is next."""
        for staffed in self.staffing.on_call(at):
            line = f"Rung {staffed.rung}: {_people(staffed.people)}"
            if staffed.next is not None:
                line += f"; from {staffed.next.at:%Y-%m-%d %H:%M} UTC {_people(staffed.next.people)}"
            yield line

    def test(self, id: str, at: datetime) -> Iterator[str]:
        """Send a test alert to one person; what was sent, or why nothing will arrive."""
        roster = self.staffing.roster()
        person = roster.person(id)
        (reached,) = (one for one in self.staffing.reachability(roster) if one.person == person)
        for channel, state in ((Channel.SMS, reached.sms), (Channel.EMAIL, reached.email)):
            address = person.address(channel)
            if state is None:
                continue
            if state is not AddressStatus.CONFIRMED:
                yield f"{address}: nothing is sent, since it is {state}: {_REMEDY[state]}."
                continue
            self._topic.publish(compose_test_alert(person, channel, at), at)
            yield f"{address}: sent. Ask {plain(person.name)} whether it has arrived."


@contextmanager
def told() -> Iterator[None]:
    """What AWS refuses, said with what is needed."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise EarshotError(
            f"AWS did not do it ({error}). Your credentials need what docs/operating.md lists under 'The roster'."
        ) from error


def _rotation(rotation: Rotation) -> str:
    days = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
    when = "every day" if rotation.weekday is None else days[rotation.weekday]
    order = ", ".join(rotation.people)
    return f"Rung {rotation.rung}: {order} in turn, {when} at {rotation.handover:%H:%M} {rotation.timezone}"


def _people(people: tuple[Person, ...]) -> str:
    return ", ".join(plain(person.name) for person in people) or "nobody on the roster (the stack's parameters)"
