"""What staff do with a case. Each act is decided on the case as it is now, and written only if nobody was faster."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from earshot.cases.case import ACKNOWLEDGEMENT_LASTS, Case, Entry
from earshot.cases.thread import Decision, Thread
from earshot.errors import NotFoundError, TransitionError


class Store(Protocol):
    """What acting asks of the case table."""

    def change(self, key: str, decide: Callable[[Thread], Decision], now: datetime) -> Thread: ...


class RefusedError(TransitionError):
    """The case cannot do what was asked. ``case`` is as it was found: whoever is refused is told who holds it."""

    def __init__(self, message: str, case: Case) -> None:
        super().__init__(message)
        self.case = case


@dataclass(frozen=True, slots=True)
class Acted:
    """The case as it is now, and what was written in its log: None where nothing had to change."""

    case: Case
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody at the desk: the case they have before them, who they are, and when it is.

    Each act raises NotFoundError where there is no such case, RefusedError where its state does not allow the act,
    and ConflictError where others kept changing it meanwhile.
    """

    store: Store
    key: str
    by: str
    at: datetime

    def acknowledge(self, lasts: timedelta | None = ACKNOWLEDGEMENT_LASTS) -> Acted:
        """Take the case, for so long without an answer (None: for ever). Taking it twice changes nothing."""
        return self._do(lambda case: case.acknowledge(self.by, self.at, lasts))

    def resolve(self, why: str) -> Acted:
        """Say that nothing more is owed."""
        return self._do(lambda case: case.resolve(self.by, self.at, why))

    def reopen(self, why: str) -> Acted:
        """Say that something is owed after all."""
        return self._do(lambda case: case.reopen(self.by, self.at, why))

    def note(self, text: str) -> Acted:
        """Leave a remark for colleagues."""
        return self._do(lambda case: (case, case.note(self.by, self.at, text)))

    def _do(self, act: Callable[[Case], tuple[Case, Entry] | None]) -> Acted:
        entry: Entry | None = None

        def decide(thread: Thread) -> Decision:
            nonlocal entry
            if thread.case is None:
                raise NotFoundError(f"There is no case {self.key.replace('#', '-', 1)!r}: it was never opened.")
            try:
                done = act(thread.case)
            except TransitionError as error:
                raise RefusedError(str(error), thread.case) from None
            entry = None if done is None else done[1]
            return thread.after(done)

        thread = self.store.change(self.key, decide, self.at)
        assert thread.case is not None, "decide raises where there is no case"
        return Acted(thread.case, entry)
