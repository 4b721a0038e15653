"""The rules by which the recipients of an alert are selected, from the roster and the topic's subscriptions."""

from collections.abc import Iterable
from datetime import datetime

from earshot.alerting.alert import RUNGS, Channel, Recipients
from earshot.alerting.recipients.filter_policy import rungs_in
from earshot.alerting.recipients.reachability import SubscriptionSnapshot
from earshot.alerting.roster.on_call import on_call
from earshot.alerting.roster.roster import Person, Roster


def select_recipients(
    roster: Roster, rung: int, channel: Channel, at: datetime, snapshot: SubscriptionSnapshot | None
) -> Recipients:
    """Who gets an alert of ``rung`` on ``channel`` at ``at``.

    - A rung for which the roster has nobody at that moment goes to whom the template's parameters name.
    - If nobody of a rung can be reached on any channel, the next rung that can be reached takes its place: first those
      above it, then the others from rung 1 on.
    - If no rung can be reached, everybody who is subscribed to the topic gets the alert.
    - ``snapshot`` None: SNS could not be asked. Everybody counts as reachable, because an alert does not wait for that.
    """
    unreachable: list[Person] = []
    for candidate in _candidates(rung):
        people = on_call(roster, candidate, at)
        if not people:
            if candidate == rung or snapshot is None or snapshot.for_rung(candidate):
                return Recipients(rung=candidate, unreachable=_names(unreachable))
            continue
        if snapshot is None:
            return Recipients(candidate, _ids(people), _names(people))
        if any(snapshot.is_reachable(person, one) for person in people for one in Channel):
            selected = [person for person in people if snapshot.is_reachable(person, channel)]
            return Recipients(candidate, _ids(selected), _names(selected), _names(unreachable))
        unreachable += [person for person in people if person not in unreachable]
    return Recipients(rung, _ids(unreachable), _names(unreachable), _names(unreachable), everybody=True)


def phones_of(roster: Roster, recipients: Recipients, snapshot: SubscriptionSnapshot) -> tuple[str, ...]:
    """The numbers that an SMS for these recipients is sent to, as far as SNS knows."""
    subscriptions = snapshot.on_channel(Channel.SMS)
    if recipients.everybody:
        return tuple(one.address for one in subscriptions)
    if recipients.to is None:
        return tuple(one.address for one in snapshot.for_rung(recipients.rung, Channel.SMS))
    phones = {person.phone for person in roster.people if person.id in recipients.to}
    return tuple(one.address for one in subscriptions if one.address in phones)


def all_get_email(roster: Roster, recipients: Recipients, snapshot: SubscriptionSnapshot) -> bool:
    """Whether everybody for whom an SMS is meant gets the same alert by email.

    The template's parameters do not say which number and mailbox belong to the same person. Those whose lowest rung is
    the same are taken for one person's, so a lead who gave only a number counts as reached by nothing but an SMS.
    """
    if recipients.everybody:
        return False
    if recipients.to is not None:
        people = [person for person in roster.people if person.id in recipients.to]
        return all(snapshot.is_reachable(person, Channel.EMAIL) for person in people)
    mailboxes = snapshot.on_channel(Channel.EMAIL)
    rungs_with_mailbox = {min(rungs) for one in mailboxes if (rungs := rungs_in(one.policy))}
    phones = snapshot.for_rung(recipients.rung, Channel.SMS)
    return bool(snapshot.for_rung(recipients.rung, Channel.EMAIL)) and all(
        min(rungs_in(one.policy)) in rungs_with_mailbox for one in phones
    )


def _candidates(rung: int) -> list[int]:
    """The rung, those above it, then those below it from the first on."""
    return [*(one for one in RUNGS if one >= rung), *(one for one in RUNGS if one < rung)]


def _ids(people: Iterable[Person]) -> tuple[str, ...]:
    return tuple(person.id for person in people)


def _names(people: Iterable[Person]) -> tuple[str, ...]:
    return tuple(person.name for person in people)
