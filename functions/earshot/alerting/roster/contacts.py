"""Whom the template's parameters name for each rung, and the team: they and the people on the roster together.

The parameters make a stack useful before anybody is on the roster, and take every rung that the roster leaves open.
They are read with each alert, so a deployment that swaps two people changes no subscription.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from earshot.alerting.alert import RUNGS, Channel
from earshot.alerting.roster.on_call import on_call
from earshot.alerting.roster.roster import Person, Roster

_NAMES = {1: "on call", 2: "the lead", 3: "the executive"}
# No id on the roster has a space.
_PREFIX = "rung "


@dataclass(frozen=True, slots=True)
class Contacts:
    """The mailbox and the phone that the parameters give each rung. A rung without one takes that of the rung below."""

    emails: Mapping[int, str] = field(default_factory=dict[int, str])
    phones: Mapping[int, str] = field(default_factory=dict[int, str])

    def owner(self, rung: int, channel: Channel) -> int | None:
        """The rung whose address serves ``rung`` on a channel, None where there is none."""
        given = self.phones if channel is Channel.SMS else self.emails
        return next((one for one in range(rung, 0, -1) if given.get(one)), None)

    def person(self, rung: int) -> Person | None:
        """Who gets the alerts of ``rung``. The same person where two rungs have the same addresses."""
        owners = [self.owner(rung, channel) for channel in (Channel.EMAIL, Channel.SMS)]
        highest = max((one for one in owners if one is not None), default=None)
        if highest is None:
            return None
        email, phone = self.emails.get(owners[0] or 0), self.phones.get(owners[1] or 0)
        return Person(f"{_PREFIX}{highest}", _NAMES[highest], email, phone)

    def people(self) -> Iterator[Person]:
        """Everybody whom the parameters name."""
        yield from dict.fromkeys(person for rung in RUNGS if (person := self.person(rung)) is not None)


def is_contact(person: Person) -> bool:
    """Whether a person comes from the parameters, and not from the roster."""
    return person.id.startswith(_PREFIX)


@dataclass(frozen=True, slots=True)
class Team:
    """Everybody whom an alert can go to."""

    roster: Roster = field(default_factory=Roster)
    contacts: Contacts = field(default_factory=Contacts)

    def on_call(self, rung: int, at: datetime) -> tuple[Person, ...]:
        """Who gets the alerts of a rung at ``at``: the roster's people, else whom the parameters name."""
        if people := on_call(self.roster, rung, at):
            return people
        contact = self.contacts.person(rung)
        return () if contact is None else (contact,)

    def everybody(self) -> tuple[Person, ...]:
        """The roster's people, then those of the parameters."""
        return (*self.roster.people, *self.contacts.people())

    def named(self, ids: Iterable[str]) -> tuple[Person, ...]:
        """The people with these ids."""
        wanted = frozenset(ids)
        return tuple(person for person in self.everybody() if person.id in wanted)

    def mailboxes_on_call(self, rungs: Iterable[int], at: datetime) -> tuple[str, ...]:
        """The mailboxes of who is on call for any of these rungs, each once, with those that they had before."""
        people = (person for rung in rungs for person in self.on_call(rung, at))
        return tuple(dict.fromkeys(mailbox for person in people for mailbox in person.mailboxes))
