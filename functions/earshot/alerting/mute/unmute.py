"""What a silence kept back, alerted at once when it is over before its time: ended early, or undone."""

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Protocol

from earshot.cases.case.case import Case
from earshot.cases.case.ladder import Alerting
from earshot.cases.case.log import LogEntry
from earshot.cases.case.status import Status
from earshot.cases.conversation.change_many import Conversations, change_many
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.policy.quiet_hours import RECHECK_EVERY

# So many are looked at in a request. The others are looked at again within the hour, as they would be anyway.
MOST_LOOKED_AT = 1_000


class DueCases(Conversations, Protocol):
    """The case table. ``due`` returns the keys of conversations whose moment has come, the longest overdue first."""

    def due(self, now: datetime) -> Iterable[str]: ...


def unmute_all(store: DueCases, is_muted: Callable[[Case], bool], now: datetime) -> None:
    """Alert the cases that a silence kept back, apart from those that something mutes all the same.

    A case that cannot be written is left to the check within the hour.
    """

    def decide(key: str, conversation: Conversation) -> Decision:
        case = conversation.case
        return None if case is None or is_muted(case) else conversation.after(unmute(case, now))

    keys = list(islice(store.due(now + RECHECK_EVERY), MOST_LOOKED_AT))
    for _ in change_many(store, keys, decide, now):
        pass


def unmute(case: Case, at: datetime) -> tuple[Case, LogEntry] | None:
    """The case with the step that was kept back, due now; None where none is.

    A case names one of the silences that cover it, and that need not be the one that ends last.
    """
    ladder = case.ladder
    if case.status is not Status.OPEN or ladder.alerting is not Alerting.WAITING or ladder.muted_by is None:
        return None
    early = math.floor((at - ladder.step_at(ladder.step + 1)).total_seconds())
    return replace(case, ladder=replace(ladder, paused_seconds=ladder.paused_seconds + early)).climb(at)
