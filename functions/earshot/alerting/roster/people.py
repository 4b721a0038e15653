"""One list of colleagues: the people on the roster, and those who sign in and are not on it.

A colleague has one name under which cases are theirs, ``signs_as``: the address with which they sign in, or the id of
the roster where they have none. Logs may know them under others: by a link in an alert somebody acts under their name.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from earshot.alerting.roster.roster import Person, Role, Roster


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody who signed in, and the highest of their roles then."""

    name: str
    role: Role
    at: datetime


@dataclass(frozen=True, slots=True)
class Colleague:
    """``id`` stays the same: the roster's, or the name with which they sign in. ``names`` are theirs in lower case.

    ``person`` is None for whoever is not on the roster: Earshot has no address of them.
    """

    id: str
    name: str
    signs_as: str
    role: Role
    names: frozenset[str]
    person: Person | None = None

    @property
    def may_hold(self) -> bool:
        """Whether cases can be theirs: a viewer may not answer for one."""
        return self.role is not Role.VIEWER


@dataclass(frozen=True, slots=True)
class People:
    """Everybody who works with the cases, as far as is known."""

    colleagues: tuple[Colleague, ...]

    @classmethod
    def of(cls, roster: Roster, sign_ins: Iterable[SignIn] = ()) -> "People":
        """The people of the roster, then those who have signed in and are none of them, by name."""
        shared = Counter(person.name.casefold() for person in roster.people)
        listed = _told_apart(
            [_of_roster(person, is_alone=shared[person.name.casefold()] == 1) for person in roster.people]
        )
        known = {name for colleague in listed for name in colleague.names}
        others = {one.name.casefold(): one for one in sign_ins if one.name.casefold() not in known}
        return cls((*listed, *(_of_sign_in(name, others[name]) for name in sorted(others))))

    def find(self, name: str) -> Colleague | None:
        """Who is known by a name: an id, an address, a name in a log. None: nobody."""
        wanted = name.strip().casefold()
        # Somebody's display name may be somebody else's id.
        by_id = (one for one in self.colleagues if wanted in (one.id.casefold(), one.signs_as.casefold()))
        return next(by_id, None) or next((one for one in self.colleagues if wanted in one.names), None)

    def names_of(self, name: str) -> frozenset[str]:
        """All names of who is known by one of them; of somebody unknown that one."""
        found = self.find(name)
        return frozenset({name.strip().casefold()}) if found is None else found.names


def person_named(roster: Roster, name: str) -> Person | None:
    """The person of the roster who is known by a name; None: nobody on it is."""
    found = People.of(roster).find(name)
    return None if found is None else found.person


def _of_roster(person: Person, *, is_alone: bool) -> Colleague:
    names = {person.id, *person.mailboxes, *((person.name,) if is_alone else ())}
    signs_as = person.id if person.email is None else person.email.casefold()
    return Colleague(
        person.id, person.name, signs_as, person.role, frozenset(name.casefold() for name in names), person
    )


def _told_apart(listed: Sequence[Colleague]) -> list[Colleague]:
    """The same, none with a name that is another's id or address: what that one holds would be theirs as well."""
    owner: dict[str, str] = {}
    for one in listed:
        owner.setdefault(one.id.casefold(), one.id)
    for one in listed:
        owner.setdefault(one.signs_as.casefold(), one.id)
    return [
        replace(one, names=frozenset(name for name in one.names if owner.get(name, one.id) == one.id)) for one in listed
    ]


def _of_sign_in(key: str, one: SignIn) -> Colleague:
    return Colleague(key, one.name, key, one.role, frozenset({key}))
