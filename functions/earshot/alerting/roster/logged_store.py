"""The stored roster, with a log of who changed it."""

from collections.abc import Callable
from datetime import datetime

from earshot.alerting.roster.admin import RosterStore
from earshot.alerting.roster.roster import Roster
from earshot.alerting.roster.summary import roster_lines
from earshot.aws.settings.change_log import ChangeLog


class LoggedRosterStore:
    """Saves a roster in ``store``, and then notes in ``log`` what was changed and ``by`` whom.

    The log has the whole roster in words. A process that dies in between leaves the change to be noted, without a name,
    with the next one.
    """

    def __init__(
        self, store: RosterStore, log: ChangeLog, by: Callable[[], str], clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._log = log
        self._by = by
        self._clock = clock
        self._before = Roster()

    def roster(self) -> Roster:
        """The stored roster."""
        self._before = self._store.roster()
        return self._before

    def save_roster(self, roster: Roster) -> Roster:
        """Save what was made of the roster that was read last."""
        before, saved = _text(self._before), self._store.save_roster(roster)
        if (after := _text(saved)) != before:
            self._log.note(before, after, self._clock(), self._by())
        return saved


def _text(roster: Roster) -> str:
    return "\n".join(roster_lines(roster))
