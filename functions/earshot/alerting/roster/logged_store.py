"""The stored roster, with a log of who changed it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from earshot.alerting.roster.admin import RosterStore
from earshot.alerting.roster.roster import Roster
from earshot.alerting.roster.summary import roster_lines
from earshot.aws.settings.change_log import Change, ChangeLog, Entry
from earshot.cases.store.codec import plain, restore
from earshot.timestamps import rfc3339


class LoggedRosterStore:
    """Saves a roster in ``store``, and then notes in ``log`` what was changed and ``by`` whom.

    The log has the whole roster, in words and as it can be put again. A process that dies in between leaves the change
    to be noted, without a name, with the next one. ``reverts`` is the number of the change that is taken back.
    """

    def __init__(
        self,
        store: RosterStore,
        log: ChangeLog,
        by: Callable[[], str],
        clock: Callable[[], datetime],
        reverts: int | None = None,
    ) -> None:
        self._store = store
        self._log = log
        self._by = by
        self._clock = clock
        self._reverts = reverts
        self._before = Roster()

    def roster(self) -> Roster:
        """The stored roster."""
        self._before = self._store.roster()
        return self._before

    def save_roster(self, roster: Roster) -> Roster:
        """Save what was made of the roster that was read last."""
        before, saved = self._before, self._store.save_roster(roster)
        if (text := text_of(saved)) != text_of(before):
            after = Entry(text, rfc3339(self._clock()), self._by(), self._reverts, _state(saved))
            self._log.note(Entry(text_of(before), "", state=_state(before)), after)
        return saved


def text_of(roster: Roster) -> str:
    """The roster in words, a line for each person, rotation and override."""
    return "\n".join(roster_lines(roster))


def roster_before(change: Change) -> Roster | None:
    """The roster that stood there before a change; None where it is not kept."""
    return None if change.state_before is None else restore(Roster, change.state_before)


def _state(roster: Roster) -> Any:
    # Each change has a version of its own: what was put again is the same roster.
    return plain(replace(roster, version=0))
